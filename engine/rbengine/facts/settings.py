"""`rbengine.toml`, read into types. What is wrong is said in place; defaults take its stead.

```toml
playbooks = "playbooks"              # where playbooks are looked for
schema = "playbooks/schema.sql"      # what SQL is checked against

[contacts.tech_lead]                 # channels that the policy leaves to the settings
email = "env:TECH_LEAD_EMAIL"        # or the address itself
sms   = "env:TECH_LEAD_PHONE"        # or the number itself; who has both gets both

[people.ada]                         # who the operating system's user `ada` is here
name = "Ada Lovelace"
roles = ["on_call"]

[state]                              # where runs are kept
folder = "~/.local/state/rbengine"

[templates]                          # instead of the product's own
escalation = "templates/escalation.txt"
review = "templates/review.md"

[profiles.simulated]
```

The first two paths may also stand under `[project]`. All are relative to the file's folder and stay inside it.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from rbengine.contract.policy import CHANNELS
from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.diagnostics.model import Fix
from rbengine.source import SourceFile, Span

NAME = "rbengine.toml"

PROFILES = ("simulated",)
"""Kinds of worlds a profile can stand for. Others are refused: nothing could run in them."""

_TABLES = ("playbooks", "schema", "project", "contacts", "profiles", "people", "state", "templates")
_SOMEBODY = ("name", "roles", "email")
_STATE = ("folder", "shared")
_TEMPLATES = ("escalation", "review")

T = TypeVar("T")

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_HEADER = re.compile(r"^\s*\[([^\[\]]+)\]", re.MULTILINE)
_NONE: Mapping[str, Mapping[str, str]] = MappingProxyType({})
_NO_TEMPLATES: Mapping[str, str] = MappingProxyType({})


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """Who a user of the operating system is: a name for people, and the policy's roles that they may act in."""

    name: str = ""
    roles: tuple[str, ...] = ()
    email: str = ""


_NOBODY: Mapping[str, Somebody] = MappingProxyType({})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says. `contacts`: name to kind of channel to address, or `env:NAME`."""

    playbooks: str | None = None
    """None: the folder `playbooks`, or the project's own folder where there is none."""
    schema: str | None = None
    """None: `schema.sql` beside the playbooks, where it exists."""
    contacts: Mapping[str, Mapping[str, str]] = _NONE
    profiles: tuple[str, ...] = PROFILES
    people: Mapping[str, Somebody] = _NOBODY
    """By user of the operating system; empty where the project names nobody."""
    state: str | None = None
    """The folder of runs; None: the user's own (`host.state_folder`)."""
    shared: bool = False
    """Whether the folder's group may read and write it too."""
    templates: Mapping[str, str] = _NO_TEMPLATES
    """`escalation` and `review` to a path; the product's own where there is none."""


def read_settings(source: SourceFile) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings and what is wrong with them, in the order of the text."""
    reader = _Reader(source)
    settings = reader.read()
    return settings, tuple(sorted(reader.problems, key=lambda one: one.primary))


class _Reader:
    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self.problems: list[Diagnostic] = []

    def read(self) -> Settings:
        try:
            document = tomllib.loads(self._source.text)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error))
            return Settings()
        project = self._table(document, "project", ())
        for name in sorted(document.keys() - set(_TABLES)):
            self._unknown((name,), _TABLES)
        for name in sorted(project.keys() - {"playbooks", "schema"}):
            self._unknown(("project", name), ("playbooks", "schema"))
        paths = {name: self._path(document, project, name) for name in ("playbooks", "schema")}
        return Settings(
            playbooks=paths["playbooks"],
            schema=paths["schema"],
            contacts=self._contacts(document),
            profiles=self._profiles(document),
            people=self._people(document),
            state=self._state(document, "folder", str, '`folder = "~/.local/state/rbengine"`'),
            shared=bool(self._state(document, "shared", bool, "`shared = true`")),
            templates=self._templates(document),
        )

    def _path(
        self, document: Mapping[str, Any], project: Mapping[str, Any], name: str
    ) -> str | None:
        keys = (name,) if name in document else ("project", name)
        return self._inside(keys, document.get(name, project.get(name)))

    def _templates(self, document: Mapping[str, Any]) -> Mapping[str, str]:
        templates = self._table(document, "templates", ())
        for name in sorted(templates.keys() - set(_TEMPLATES)):
            self._unknown(("templates", name), _TEMPLATES)
        paths = {
            name: self._inside(("templates", name), templates.get(name)) for name in _TEMPLATES
        }
        return MappingProxyType({name: path for name, path in paths.items() if path is not None})

    def _inside(self, keys: tuple[str, ...], value: object) -> str | None:
        """A path below the file's folder."""
        name = keys[-1]
        if value is None:
            return None
        if not isinstance(value, str):
            self._problem("E562", keys, f"`{name}` is a path in quotes", f'`{name} = "playbooks"`')
            return None
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or not value:
            self._problem(
                "E563",
                keys,
                f"`{name}` must stay inside the project",
                "write a path relative to the folder of this file",
            )
            return None
        return path.as_posix()

    def _contacts(self, document: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {}
        contacts = self._table(document, "contacts", ())
        for contact in contacts:
            channels = self._table(contacts, contact, ("contacts",))
            known: dict[str, str] = {}
            for kind, address in channels.items():
                keys = ("contacts", contact, kind)
                if kind not in CHANNELS:
                    self._unknown(keys, CHANNELS)
                elif not isinstance(address, str) or not address:
                    example = "+393331234567" if kind == "sms" else "somebody@example.com"
                    way_out = f'`{kind} = "{example}"` or `{kind} = "env:NAME"`'
                    self._problem("E562", keys, "an address is a text in quotes", way_out)
                else:
                    known[kind] = address
            found[contact] = MappingProxyType(known)
        return MappingProxyType(found)

    def _people(self, document: Mapping[str, Any]) -> Mapping[str, Somebody]:
        found: dict[str, Somebody] = {}
        people = self._table(document, "people", ())
        for user in people:
            given = self._table(people, user, ("people",))
            try:
                found[user] = msgspec.convert(
                    {name: value for name, value in given.items() if name in _SOMEBODY}, Somebody
                )
            except msgspec.ValidationError:
                way_out = '`name = "Ada"`, `roles = ["on_call"]`, `email = "ada@example.com"`'
                self._problem("E562", ("people", user), "a person is a name and roles", way_out)
            for name in sorted(given.keys() - set(_SOMEBODY)):
                self._unknown(("people", user, name), _SOMEBODY)
        return MappingProxyType(found)

    def _state(
        self, document: Mapping[str, Any], name: str, kind: type[T], way_out: str
    ) -> T | None:
        state = self._table(document, "state", ())
        for other in sorted(state.keys() - set(_STATE)):
            if name == _STATE[0]:
                self._unknown(("state", other), _STATE)
        value = state.get(name)
        if value is None or (isinstance(value, kind) and value != ""):
            return value
        wanted = "a path in quotes" if kind is str else "`true` or `false`"
        self._problem("E562", ("state", name), f"`{name}` is {wanted}", way_out)
        return None

    def _profiles(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        profiles = self._table(document, "profiles", ())
        for name in profiles:
            if name not in PROFILES:
                self._problem(
                    "E564",
                    ("profiles", name),
                    f"there is no profile `{name}` yet",
                    "playbooks run in the profile `simulated`",
                )
            for key in self._table(profiles, name, ("profiles",)):
                self._unknown(("profiles", name, key), ())
        return PROFILES

    def _table(
        self, above: Mapping[str, Any], name: str, keys: tuple[str, ...]
    ) -> Mapping[str, Any]:
        value = above.get(name, {})
        if isinstance(value, dict):
            return value
        dotted = ".".join((*keys, name))
        self._problem("E562", (*keys, name), f"`{name}` is a table", f"write it as `[{dotted}]`")
        return {}

    def _unknown(self, keys: tuple[str, ...], offered: tuple[str, ...]) -> None:
        self._problem(
            "E561",
            keys,
            f"there is no setting `{keys[-1]}`",
            did_you_mean(keys[-1], offered),
            nearest(keys[-1], offered),
        )

    def _problem(
        self,
        code: str,
        keys: tuple[str, ...],
        message: str,
        way_out: str | None,
        replacement: str | None = None,
    ) -> None:
        span = self._span(keys)
        file = self._source.path
        fixes = (Fix(f"write `{replacement}`", file, span, replacement),) if replacement else ()
        self.problems.append(
            Diagnostic(
                code=Code(code),
                message=message,
                primary=Label(file, span),
                help=way_out,
                fixes=fixes,
            )
        )

    def _not_toml(self, text: str) -> None:
        place = _PLACE.search(text)
        offset = max(0, len(self._source.text) - 1)
        if place is not None and place[1] is not None:
            offset = self._source.line_starts[int(place[1]) - 1] + int(place[2]) - 1
        reason = _PLACE.sub("", text)
        self.problems.append(
            Diagnostic(
                code=Code("E560"),
                message=f"this is no TOML: {reason[:1].lower()}{reason[1:]}",
                primary=Label(self._source.path, Span(offset, offset + 1)),
                help='write `name = "value"`, a setting on each line, below the `[header]` of its table',
            )
        )

    def _span(self, keys: tuple[str, ...]) -> Span:
        """Where the last of `keys` stands: TOML's reader does not say, so it is looked for under its header."""
        text = self._source.text
        name = re.escape(keys[-1])
        headers = list(_HEADER.finditer(text))
        for number, header in enumerate(headers):
            words = tuple(one.strip().strip('"') for one in header[1].split("."))
            if words[: len(keys)] == keys:
                found = re.compile(name).search(text, header.start(1))
                if found is not None:
                    return Span(*found.span())
            if words == keys[:-1]:
                end = headers[number + 1].start() if number + 1 < len(headers) else len(text)
                found = re.compile(rf'^\s*"?({name})\b', re.MULTILINE).search(
                    text, header.end(), end
                )
                if found is not None:
                    return Span(*found.span(1))
        top = headers[0].start() if headers else len(text)
        found = re.compile(rf'^\s*"?({name})\b', re.MULTILINE).search(text, 0, top)
        return Span(*found.span(1)) if found is not None else Span(0, 1)
