"""What a live run is bound to, as it is kept among the run's texts: never a secret."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from rbengine.contract.codec import from_line
from rbengine.host.live.profile import Backend

BINDING = "live"
"""Among a run's texts. The files have a dot in their names."""


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """Where it runs. Whoever takes the run up resolves the profile again; the places must be those it began in."""

    path: str
    """Of the runbook."""
    profile: str
    backends: Mapping[str, Backend]
    """By adapter; `live` for those that are not named."""
    recording: str = ""
    world: str | None = None
    """What answers for simulated adapters."""
    since: datetime | None = None
    """When their company was set up; None where nobody may need it."""

    def typed(self) -> tuple[str, ...]:
        """The backends as a command line names them."""
        named = tuple(f"{name}={kind}" for name, kind in self.backends.items())
        return (*named, f"recorded={self.recording}") if self.recording else named


def binding_of(texts: Mapping[str, str]) -> Binding | None:
    """What a run is bound to; None for one of another kind."""
    text = texts.get(BINDING)
    return None if text is None else from_line(text, Binding)
