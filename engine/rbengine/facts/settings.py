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

[profiles.production]                # worlds besides the simulated one (`facts.profiles`)
hosts = ["db.internal"]
```

The first two paths may also stand under `[project]`. All are relative to the file's folder and stay inside it.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from rbengine.diagnostics import Diagnostic
from rbengine.facts import adapters
from rbengine.facts.setting_problems import Problems
from rbengine.source import SourceFile, Span

if TYPE_CHECKING:
    # Most projects have no profiles, and every command reads the settings.
    from rbengine.facts.profiles import Profile, Signatures
    from rbengine.facts.references import Reference

NAME = "rbengine.toml"

_TABLES = ("playbooks", "schema", "project", "contacts", "profiles", "people", "state", "templates")
_SOMEBODY = {"name": '"Ada"', "roles": '["on_call"]', "email": '"ada@example.com"'}
_STATE = ("folder", "shared")
_TEMPLATES = ("escalation", "review")

T = TypeVar("T")

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_NO_CONTACTS: "Mapping[str, Mapping[str, Reference]]" = MappingProxyType({})
_NO_PROFILES: "Mapping[str, Profile]" = MappingProxyType({})
_NO_TEMPLATES: Mapping[str, str] = MappingProxyType({})


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """Who a user of the operating system is: a name for people, and the policy's roles that they may act in."""

    name: str = ""
    roles: tuple[str, ...] = ()
    email: str = ""


_NOBODY: Mapping[str, Somebody] = MappingProxyType({})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says. `contacts`: name to kind of channel to where the address comes from."""

    playbooks: str | None = None
    """None: the folder `playbooks`, or the project's own folder where there is none."""
    schema: str | None = None
    """None: `schema.sql` beside the playbooks, where it exists."""
    contacts: "Mapping[str, Mapping[str, Reference]]" = _NO_CONTACTS
    profiles: "Mapping[str, Profile]" = _NO_PROFILES
    """By name, without `simulated`, which is always there."""
    people: Mapping[str, Somebody] = _NOBODY
    """By user of the operating system; empty where the project names nobody."""
    state: str | None = None
    """The folder of runs; None: the user's own (`host.state_folder`)."""
    shared: bool = False
    """Whether the folder's group may read and write it too."""
    templates: Mapping[str, str] = _NO_TEMPLATES
    """`escalation` and `review` to a path; the product's own where there is none."""


def read_settings(
    source: SourceFile, signatures: "Signatures" = adapters.signatures
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings and what is wrong with them, in the order of the text.

    `signatures` gives those of all adapters; asked only where there is a profile. Raises AdapterError for one that
    cannot be used.
    """
    reader = _Reader(source, signatures)
    settings = reader.read()
    return settings, tuple(sorted(reader.problems.found, key=lambda one: one.primary))


class _Reader:
    def __init__(self, source: SourceFile, signatures: "Signatures") -> None:
        self._source = source
        self._signatures = signatures
        self.problems = Problems(source)

    def read(self) -> Settings:
        try:
            document = tomllib.loads(self._source.text)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error))
            return Settings()
        table = self.problems.table
        project = table(document, "project", ())
        for name in sorted(document.keys() - set(_TABLES)):
            self.problems.unknown((name,), _TABLES)
        for name in sorted(project.keys() - {"playbooks", "schema"}):
            self.problems.unknown(("project", name), ("playbooks", "schema"))
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
        templates = self.problems.table(document, "templates", ())
        for name in sorted(templates.keys() - set(_TEMPLATES)):
            self.problems.unknown(("templates", name), _TEMPLATES)
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
            self.problems.add(
                "E562", keys, f"`{name}` is a path in quotes", f'`{name} = "playbooks"`'
            )
            return None
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or not value:
            self.problems.add(
                "E563",
                keys,
                f"`{name}` must stay inside the project",
                "write a path relative to the folder of this file",
            )
            return None
        return path.as_posix()

    def _contacts(self, document: Mapping[str, Any]) -> "Mapping[str, Mapping[str, Reference]]":
        found: dict[str, Mapping[str, Reference]] = {}
        contacts = self.problems.table(document, "contacts", ())
        if contacts:
            from rbengine.facts.contacts import read_channels
        for contact in contacts:
            channels = self.problems.table(contacts, contact, ("contacts",))
            keys = ("contacts", contact)
            found[contact] = MappingProxyType(read_channels(channels, keys, self.problems))
        return MappingProxyType(found)

    def _people(self, document: Mapping[str, Any]) -> Mapping[str, Somebody]:
        found: dict[str, Somebody] = {}
        people = self.problems.table(document, "people", ())
        for user in people:
            given = self.problems.table(people, user, ("people",))
            its: dict[str, Any] = {}
            for name, example in _SOMEBODY.items():
                if name not in given:
                    continue
                try:
                    msgspec.convert({name: given[name]}, Somebody)
                    its[name] = given[name]
                except msgspec.ValidationError:
                    told = f"`{name}` is {'a list of texts' if name == 'roles' else 'a text'} in quotes"
                    self.problems.add("E562", ("people", user, name), told, f"`{name} = {example}`")
            found[user] = msgspec.convert(its, Somebody)
            for name in sorted(given.keys() - set(_SOMEBODY)):
                self.problems.unknown(("people", user, name), tuple(_SOMEBODY))
        return MappingProxyType(found)

    def _state(
        self, document: Mapping[str, Any], name: str, kind: type[T], way_out: str
    ) -> T | None:
        state = self.problems.table(document, "state", ())
        for other in sorted(state.keys() - set(_STATE)):
            if name == _STATE[0]:
                self.problems.unknown(("state", other), _STATE)
        value = state.get(name)
        if value is None or (isinstance(value, kind) and value != ""):
            return value
        wanted = "a path in quotes" if kind is str else "`true` or `false`"
        self.problems.add("E562", ("state", name), f"`{name}` is {wanted}", way_out)
        return None

    def _profiles(self, document: Mapping[str, Any]) -> "Mapping[str, Profile]":
        profiles = self.problems.table(document, "profiles", ())
        if not profiles:
            return _NO_PROFILES
        from rbengine.facts.profile_reader import read_profiles
        from rbengine.facts.profiles import SIMULATED

        if profiles == {SIMULATED: {}}:
            return _NO_PROFILES
        return read_profiles(profiles, self.problems, self._signatures, self._inside)

    def _not_toml(self, text: str) -> None:
        place = _PLACE.search(text)
        offset = max(0, len(self._source.text) - 1)
        if place is not None and place[1] is not None:
            offset = self._source.line_starts[int(place[1]) - 1] + int(place[2]) - 1
        reason = _PLACE.sub("", text)
        self.problems.at(
            Span(offset, offset + 1),
            "E560",
            f"this is no TOML: {reason[:1].lower()}{reason[1:]}",
            'write `name = "value"`, a setting on each line, below the `[header]` of its table',
        )
