"""Reads the profiles of `rbengine.toml` against what adapters offer; what is wrong is said in place."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from rbengine.contract.operations import Setting
from rbengine.diagnostics import did_you_mean, nearest
from rbengine.facts.contacts import AS_COMMAND, no_reference, read_channels
from rbengine.facts.offered_settings import Offered
from rbengine.facts.profiles import (
    BACKENDS,
    OWN,
    PRODUCTION,
    SIMULATED,
    Backend,
    JournalFolder,
    Profile,
    Signatures,
    is_profile_name,
)
from rbengine.facts.references import (
    LONGEST,
    FromCommand,
    Reference,
    Written,
    read_duration,
    reference_in,
)
from rbengine.facts.setting_problems import Problems
from rbengine.facts.toml_places import Path

_WORD = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?=.{{1,253}}$){_WORD}(\.{_WORD})*\.?")

_JOURNAL = '"/srv/incidents"'

InsideProject = Callable[[Path, object], str | None]
"""Checks that a path stays in the project."""


def read_profiles(
    tables: Mapping[str, Any], problems: Problems, signatures: Signatures, inside: InsideProject
) -> Mapping[str, Profile]:
    """The profiles of the table `profiles`; `simulated` is not among them."""
    found: dict[str, Profile] = {}
    offered: Offered | None = None
    for name in tables:
        table = problems.table(tables, name, ("profiles",))
        if name == SIMULATED:
            for key in table:
                problems.unknown(
                    ("profiles", name, key),
                    (),
                    "nothing can be said about the simulated world here",
                )
            continue
        if not is_profile_name(name):
            text = "a profile is called by one word: letters, digits, `_` and `-`"
            problems.add("E562", ("profiles", name), text, "`[profiles.production]`")
            continue
        if offered is None:
            offered = Offered(signatures())
        found[name] = _Reader(name, table, problems, offered, inside).read()
    return MappingProxyType(found)


class _Reader:
    """Reads one profile."""

    def __init__(
        self,
        name: str,
        table: Mapping[str, Any],
        problems: Problems,
        offered: Offered,
        inside: InsideProject,
    ) -> None:
        self._name = name
        self._table = table
        self._problems = problems
        self._offered = offered
        self._inside = inside
        self._keys: Path = ("profiles", name)
        self._settings: dict[str, Reference] = {}
        self._lines: dict[str, int] = {}
        self._tables: set[str] = set()

    def read(self) -> Profile:
        for key in self._table:
            if key not in OWN:
                self._adapter(key)
        return Profile(
            name=self._name,
            production=self._production(),
            hosts=self._hosts(),
            call_limit=self._call_limit(),
            schema=self._path("schema"),
            policy=self._path("policy"),
            recording=self._text("recording", '`recording = "incidents/last.jsonl"`'),
            journal=self._journal(),
            backends=self._backends(),
            contacts=self._contacts(),
            settings=MappingProxyType(self._settings),
            lines=MappingProxyType(self._lines),
            tables=frozenset(self._tables),
        )

    def _production(self) -> bool:
        value = self._table.get("production", self._name == PRODUCTION)
        if isinstance(value, bool):
            return value
        self._wrong("production", "`production` is `true` or `false`", "`production = true`")
        return True

    def _hosts(self) -> tuple[str, ...]:
        value = self._table.get("hosts", [])
        way_out = '`hosts = ["10.0.0.0/8", "db.internal"]`'
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._wrong("hosts", "`hosts` is a list of names and networks", way_out)
            return ()
        for number, one in enumerate(value):
            text = f"`{one}` would be everything" if one.endswith("/0") else ""
            if not is_host(one):
                text = f"`{one}` is neither the name of a host nor a network"
            if text:
                self._problems.add("E562", (*self._keys, "hosts", str(number)), text, way_out)
        return tuple(value)

    def _call_limit(self) -> timedelta | None:
        value = self._table.get("call_limit")
        if value is None:
            return None
        found = read_duration(value) if isinstance(value, str) else None
        if found is None:
            self._wrong(
                "call_limit", "`call_limit` is a duration in quotes", '`call_limit = "20s"`'
            )
        return found

    def _path(self, name: str) -> str | None:
        return self._inside((*self._keys, name), self._table.get(name))

    def _text(self, name: str, way_out: str) -> str | None:
        value = self._table.get(name)
        if value is None or (isinstance(value, str) and value):
            return value
        self._wrong(name, f"`{name}` is a path in quotes", way_out)
        return None

    def _journal(self) -> JournalFolder | None:
        value = self._table.get("journal")
        if value is None:
            return None
        if isinstance(value, str) and value:
            return JournalFolder(folder=value)
        keys = (*self._keys, "journal")
        if not isinstance(value, dict):
            self._wrong("journal", "`journal` is a folder in quotes", f"`journal = {_JOURNAL}`")
            return None
        for key in value.keys() - {"folder", "shared"}:
            self._problems.unknown((*keys, key), ("folder", "shared"))
        folder, shared = value.get("folder"), value.get("shared", False)
        if not isinstance(folder, str) or not folder:
            text = "a journal is kept in a `folder`, a path in quotes"
            way_out = f"`journal = {{ folder = {_JOURNAL}, shared = true }}`"
            self._problems.add("E562", (*keys, "folder"), text, way_out)
            return None
        if not isinstance(shared, bool):
            text = "`shared` is `true` or `false`"
            self._problems.add("E562", (*keys, "shared"), text, "`shared = true`")
            return None
        return JournalFolder(folder=folder, shared=shared)

    def _backends(self) -> Mapping[str, Backend]:
        found: dict[str, Backend] = {}
        for adapter, value in self._problems.table(self._table, "backends", self._keys).items():
            keys = (*self._keys, "backends", adapter)
            if adapter not in self._offered.adapters:
                self._no_adapter(keys, self._offered.adapters)
            elif value in BACKENDS:
                found[adapter] = value
            else:
                near = nearest(value, BACKENDS) if isinstance(value, str) else None
                self._problems.add(
                    "E562",
                    keys,
                    f"`{adapter}` is answered by `simulated`, `recorded` or `live`",
                    f"did you mean `{near}`?" if near else f'`{adapter} = "simulated"`',
                    f'"{near}"' if near else None,
                    at_value=True,
                )
        return MappingProxyType(found)

    def _contacts(self) -> Mapping[str, Mapping[str, Reference]]:
        found: dict[str, Mapping[str, Reference]] = {}
        contacts = self._problems.table(self._table, "contacts", self._keys)
        for contact in contacts:
            above = (*self._keys, "contacts")
            channels = self._problems.table(contacts, contact, above)
            found[contact] = MappingProxyType(
                read_channels(channels, (*above, contact), self._problems)
            )
        return MappingProxyType(found)

    def _adapter(self, table: str) -> None:
        """What the profile says in the table of an adapter."""
        keys = (*self._keys, table)
        if not self._offered.is_table(table):
            if not isinstance(self._table[table], dict):
                self._problems.unknown(keys, OWN)
                return
            self._no_adapter(keys, (*self._offered.tables(), *OWN))
            return
        self._tables.add(table)
        for key, value in self._problems.table(self._table, table, self._keys).items():
            name = f"{table}.{key}"
            setting = self._offered.setting(name)
            if setting is not None:
                self._setting(name, (*keys, key), value, setting)
            elif self._offered.of_kind(name):
                self._kind(name, (*keys, key), value)
            else:
                way_out = f"`rbengine adapters {table}` lists them"
                if key == "url" and self._offered.behind(table):
                    tables = " or ".join(
                        f"[profiles.{self._name}.{one}]" for one in self._offered.behind(table)
                    )
                    way_out = f"the address of a provider stands in {tables}"
                self._problems.unknown((*keys, key), self._offered.within(table), way_out)

    def _kind(self, name: str, keys: Path, value: Any) -> None:
        if not isinstance(value, dict):
            dotted = ".".join(keys)
            self._problems.add(
                "E562", keys, f"`{keys[-1]}` is a table", f"write it as `[{dotted}]`"
            )
            return
        self._tables.add(name)
        for key, each in value.items():
            whole = f"{name}.{key}"
            setting = self._offered.setting(whole)
            if setting is not None:
                self._setting(whole, (*keys, key), each, setting)

    def _setting(self, name: str, keys: Path, value: Any, setting: Setting) -> None:
        found = self._reference(keys, value, setting)
        if found is None:
            return
        if isinstance(found, Written) and setting.secret:
            self._problems.add(
                "E565",
                keys,
                f"`{name}` is a secret, and it stands here itself",
                f'{_line(keys, _by_reference(setting))}, `"file:PATH"` or {AS_COMMAND}',
                note="whoever saw this file knows it now: make a new one where it is from",
            )
            return
        if isinstance(found, Written) and setting.one_of and found.text not in setting.one_of:
            near = nearest(found.text, setting.one_of)
            allowed = " or ".join(f"`{one}`" for one in setting.one_of)
            self._problems.add(
                "E562",
                keys,
                f"`{name}` is {allowed}",
                f"did you mean `{near}`?" if near else _line(keys, setting.example),
                at_value=True,
            )
            return
        self._settings[name] = found
        source = self._problems.source
        self._lines[name] = source.line_and_column(self._problems.span(keys).start)[0]

    def _reference(self, keys: Path, value: Any, setting: Setting) -> Reference | None:
        match value:
            case bool():
                return Written("true" if value else "false")
            case int() | float():
                return Written(str(value))
            case str() if value.startswith("command:"):
                self._no_command(keys)
                return None
            case str() if value:
                found = reference_in(value)
                if found is None:
                    self._no_reference(keys, setting)
                return found
            case dict() if "command" in value:
                return self._command(keys, value)
            case dict() if not setting.secret and all(isinstance(it, str) for it in value.values()):
                return Written(json.dumps(value, ensure_ascii=False, sort_keys=True))
            case _:
                example = _by_reference(setting) if setting.secret else setting.example
                self._problems.add(
                    "E562",
                    keys,
                    f"`{keys[-1]}` is a text in quotes",
                    _line(keys, example),
                )
                return None

    def _command(self, keys: Path, value: Mapping[str, Any]) -> Reference | None:
        words, timeout = value["command"], value.get("timeout", "10s")
        for key in value.keys() - {"command", "timeout"}:
            self._problems.unknown((*keys, key), ("command", "timeout"))
        whole = isinstance(words, list) and words and all(isinstance(it, str) for it in words)
        if not whole or not words[0]:
            self._no_command((*keys, "command"))
            return None
        limit = read_duration(timeout) if isinstance(timeout, str) else None
        if limit is None or limit > LONGEST:
            self._problems.add(
                "E566",
                (*keys, "timeout"),
                "a command is given a time of at most 2 minutes",
                '`timeout = "10s"`',
            )
            return None
        return FromCommand(tuple(words), limit)

    def _no_command(self, keys: Path) -> None:
        self._problems.add(
            "E566",
            keys,
            "a command is a list: the program, then its arguments",
            '`{ command = ["op", "read", "op://vault/item/field"] }`; no shell reads it',
        )

    def _no_reference(self, keys: Path, setting: Setting) -> None:
        no_reference(keys, self._problems, _by_reference(setting))

    def _no_adapter(self, keys: Path, offered: Sequence[str]) -> None:
        near = nearest(keys[-1], offered)
        self._problems.add(
            "E564",
            keys,
            f"there is no adapter `{keys[-1]}`",
            did_you_mean(keys[-1], offered) or "`rbengine adapters` lists them",
            near,
        )

    def _wrong(self, name: str, message: str, way_out: str) -> None:
        self._problems.add("E562", (*self._keys, name), message, way_out)


def is_host(text: str) -> bool:
    """Whether `text` is an address, a network or the name of a host."""
    from ipaddress import ip_network

    try:
        ip_network(text, strict=False)
    except ValueError:
        named = _HOST.fullmatch(text) is not None
        return named and not text.rpartition(".")[2].isdigit()
    return True


def _by_reference(setting: Setting) -> str:
    return setting.example if setting.example.startswith("env:") else "env:NAME"


def _line(keys: Path, example: str) -> str:
    """The last of `keys` with an example, as a line to write."""
    from rbengine.facts.toml_writing import written_example, written_key

    return f"`{written_key(keys[-1])} = {written_example(example)}`"
