"""What the keys of `rbengine.toml` are, in a sentence each: for whoever writes it in an editor."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from rbengine.contract.operations import Setting
from rbengine.contract.policy import CHANNELS
from rbengine.facts.offered_settings import Offered
from rbengine.facts.profiles import BACKENDS, PRODUCTION, SIMULATED
from rbengine.facts.toml_places import Path
from rbengine.facts.toml_writing import written_example

ANY = "*"
"""A key that its author chooses: the name of a profile, a contact, a person."""


class Word(NamedTuple):
    """A key: what it is, and a value as it may stand there. A table has none."""

    doc: str
    example: str = ""
    values: tuple[str, ...] = ()
    """The only ones, where there are few."""


_TRUTH = ("true", "false")
_ADDRESS = {
    "email": Word("the address that mail goes to, or a reference to it", '"env:LEAD_EMAIL"'),
    "sms": Word("the number that text messages go to, or a reference to it", '"env:LEAD_PHONE"'),
}
_PROJECT = {
    "playbooks": Word("the folder that playbooks are looked for in", '"playbooks"'),
    "schema": Word("the schema that SQL is checked against", '"playbooks/schema.sql"'),
}

_WORDS: Mapping[Path, Mapping[str, Word]] = MappingProxyType(
    {
        (): {
            **_PROJECT,
            "project": Word("`playbooks` and `schema`, for who wants them below a header"),
            "contacts": Word("ways to people whom the policy leaves to the settings"),
            "people": Word("who users of the operating system are here; nobody: everybody acts in any role"),
            "state": Word("where runs are kept"),
            "templates": Word("letters and reviews of the project's own"),
            "profiles": Word("the places besides the simulated company that playbooks run in"),
        },
        ("project",): _PROJECT,
        ("contacts",): {ANY: Word("a contact of the policy, by its name")},
        ("contacts", ANY): {one: _ADDRESS[one] for one in CHANNELS},
        ("people",): {ANY: Word("a user of the operating system")},
        ("people", ANY): {
            "name": Word("what people are shown", '"Ada Lovelace"'),
            "roles": Word("the policy's roles that they may act in", '["on_call"]'),
            "email": Word("their address", '"ada@example.com"'),
        },
        ("state",): {
            "folder": Word("the folder of runs; from the project's folder, or `~`", '"~/.local/state/rbengine"'),
            "shared": Word("whether the folder's group may read and write it", "true", _TRUTH),
        },
        ("templates",): {
            "escalation": Word("the letter that tells people of an escalation", '"templates/escalation.txt"'),
            "review": Word("the review after an incident", '"templates/review.md"'),
        },
        ("profiles",): {
            PRODUCTION: Word("the place where it counts; asked for by its name"),
            "staging": Word("a place like it"),
        },
        ("profiles", ANY): {
            "production": Word("whether whoever runs in it is asked for its name once", "true", _TRUTH),
            "hosts": Word(
                "names, addresses and networks that may be reached besides the providers' own",
                '["db.internal", "10.20.0.0/16"]',
            ),
            "call_limit": Word("the longest that one call may take", '"20s"'),
            "schema": Word("the schema there, instead of the project's", '"policies/production.sql"'),
            "policy": Word("the policy there, outside the folder of the playbooks", '"policies/production.rb"'),
            "recording": Word("the file that `recorded` adapters answer from", '"incidents/last.jsonl"'),
            "journal": Word(
                "the folder where its runs are kept, instead of your own",
                '{ folder = "/srv/incidents", shared = true }',
            ),
            "backends": Word("who answers for an adapter: `simulated`, `recorded` or `live`"),
            "contacts": Word("ways to people, before those of the project"),
        },
        ("profiles", ANY, "journal"): {
            "folder": Word("from the project's folder, or `~`", '"/srv/incidents"'),
            "shared": Word("whether the folder's group may read and write it", "true", _TRUTH),
        },
        ("profiles", ANY, "contacts"): {ANY: Word("a contact of the policy, by its name")},
        ("profiles", ANY, "contacts", ANY): {one: _ADDRESS[one] for one in CHANNELS},
    }
)  # fmt: skip


class SettingWords:
    """The keys that there are, with those of adapters."""

    def __init__(self, offered: Offered) -> None:
        self._offered = offered

    def below(self, table: Path) -> Iterator[tuple[str, Word]]:
        """The keys of a table, those that its author chooses left out."""
        for form, words in _WORDS.items():
            if _is_of(table, form):
                yield from ((name, word) for name, word in words.items() if name != ANY)
        if table[:1] != ("profiles",) or len(table) < 2 or table[1] == SIMULATED:
            return
        if len(table) == 2:
            for name in self._offered.tables():
                yield name, Word(f"what the adapters that use `{name}` must know")
        elif table[2:] == ("backends",):
            for name in self._offered.adapters:
                yield name, self._backend(name)
        else:
            yield from self._of_adapter(table[2:])

    def word(self, path: Path) -> Word | None:
        """What the last of `path` is; None where there is no such key."""
        if not path:
            return None
        found = dict(self.below(path[:-1])).get(path[-1])
        if found is not None:
            return found
        if path[:1] == ("profiles",) and len(path) > 3:
            setting = self._offered.setting(".".join(path[2:]))
            if setting is not None:
                return _told(setting)
        return next(
            (
                words[ANY]
                for form, words in _WORDS.items()
                if ANY in words and _is_of(path[:-1], form)
            ),
            None,
        )

    def _backend(self, name: str) -> Word:
        values = tuple(f'"{one}"' for one in BACKENDS)
        return Word(f"who answers for `{name}`; live where nothing is said", values[0], values)

    def _of_adapter(self, table: Path) -> Iterator[tuple[str, Word]]:
        head, *deeper = table
        if deeper:
            return  # a line for each mailbox, checkout or the like: their author knows them
        for key in self._offered.within(head):
            name = f"{head}.{key}"
            setting = self._offered.setting(name)
            if setting is not None:
                yield key, _told(setting)
            elif (kind := self._offered.setting(f"{name}.{ANY}")) is not None:
                yield key, Word(f"a table, a line for each: {kind.doc}")


def _told(setting: Setting) -> Word:
    parts = [setting.doc]
    parts += ["by reference alone: `env:`, `file:` or a command"] if setting.secret else []
    parts += ["needed"] if setting.required else []
    parts += ["proved before a run"] if setting.says_where else []
    example = written_example(setting.example) if setting.example else ""
    values = tuple(one if one in _TRUTH else f'"{one}"' for one in setting.one_of)
    return Word("; ".join(parts), example, values)


def _is_of(table: Path, form: Path) -> bool:
    return len(table) == len(form) and all(
        one == its or (its == ANY and (one != SIMULATED or table[0] != "profiles"))
        for one, its in zip(table, form, strict=True)
    )
