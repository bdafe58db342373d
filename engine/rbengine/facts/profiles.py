"""Profiles of `rbengine.toml`: the worlds besides the simulated one that playbooks run in.

```toml
[profiles.production]
production = true                    # its name is asked for once; `true` where it is called so
hosts = ["10.0.0.0/8", "db.internal"]   # reached besides the providers' own
call_limit = "20s"                   # the longest that one call may take
schema = "policies/production.sql"   # instead of the project's
policy = "policies/production.rb"    # the same; outside of the playbooks' folder
recording = "incidents/last.jsonl"   # what `recorded` adapters answer from
journal = "/srv/incidents"           # the folder where its runs are kept, instead of the user's own;
                                     # { folder = "/srv/incidents", shared = true } for its group

[profiles.production.backends]
status = "simulated"                 # simulated, recorded or live; live where nothing is said

[profiles.production.contacts.tech_lead]     # before the project's own
sms = "env:TECH_LEAD_PHONE"

[profiles.production.stripe]         # what the adapter's signature names (`rbengine adapters stripe`)
key      = "env:STRIPE_KEY"
account  = "acct_1032D82eZvKYlo2C"
livemode = true
```

What opens something stands there by reference only (`facts.references`). Nothing is followed here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from rbengine.contract.operations import AdapterSignature
from rbengine.facts.references import Reference

SIMULATED = "simulated"
"""The profile that is always there: nothing in it is real, so that nothing can be said about it."""

PRODUCTION = "production"

Backend = Literal["simulated", "recorded", "live"]
"""Who answers for an adapter."""

BACKENDS: tuple[Backend, ...] = get_args(Backend)

OWN = (
    *("production", "hosts", "call_limit", "schema", "policy", "recording", "journal"),
    *("backends", "contacts"),
)
"""What a profile says itself; every other table belongs to an adapter."""

_NOTHING: Mapping[str, Reference] = MappingProxyType({})


class JournalFolder(msgspec.Struct, frozen=True, kw_only=True):
    """Where the runs of a profile are kept, as it is written."""

    folder: str
    """From the project's folder, or `~`; it may stand outside."""
    shared: bool = False
    """Whether the folder's group may read and write it too."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One world, as it is written: no reference has been followed. `schema` and `policy` are paths in the project."""

    name: str
    production: bool = False
    hosts: tuple[str, ...] = ()
    call_limit: timedelta | None = None
    schema: str | None = None
    policy: str | None = None
    recording: str | None = None
    journal: JournalFolder | None = None
    """None: the user's own (`host.state_folder`)."""
    backends: Mapping[str, Backend] = MappingProxyType({})
    contacts: Mapping[str, Mapping[str, Reference]] = MappingProxyType({})
    settings: Mapping[str, Reference] = _NOTHING
    """By name with the adapter's in front: `stripe.key`, `imap.password.help@example.com`."""
    lines: Mapping[str, int] = MappingProxyType({})
    """In which line of the file each of `settings` stands, from 1."""
    tables: frozenset[str] = frozenset()
    """Of adapters, as far as the profile has them: `git`, `git.remote`."""


Signatures = Callable[[], Sequence[AdapterSignature]]
"""Those of all adapters that are installed; asked only where something is said about one."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def is_profile_name(text: str) -> bool:
    """Whether a profile may be called so."""
    return _NAME.fullmatch(text) is not None
