"""Calls to a company that outlives its process: logged when they have taken effect, made again from the log."""

from collections.abc import Callable
from datetime import datetime, timedelta

from rbengine.host.secrets import SecretBox
from rbengine.rehearsal.world_log import (
    DoesNotRepeatError,
    Made,
    NeedsSecretError,
    WorldLog,
    digest_of_end,
)
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event

Make = Callable[[Perform, datetime], tuple[Event, timedelta]]
"""Lets a call take effect at a moment: its end, and how long it took."""


class LoggedCalls:
    """`make` with a log. `secrets` are those that its calls are given; without a log nothing is remembered."""

    def __init__(self, make: Make, secrets: SecretBox, log: WorldLog | None) -> None:
        self._make = make
        self._secrets = secrets
        self._log = log

    def make(self, call: Perform, now: datetime) -> tuple[Event, timedelta]:
        """Make it and write it down. Raises JournalError, and CannotGoOnError where another process has since."""
        self._secrets.missed.clear()
        event, took = self._make(call, now)
        if self._log is not None:
            without = tuple(one.digest for one in self._secrets.missed)
            end = digest_of_end(event, took)
            self._log.add(Made(at=now, call=call, digest=end, without=without))
        return event, took

    def repeat(self, entry: Made) -> None:
        """Make it again as it was made. Raises DoesNotRepeatError, NeedsSecretError."""
        self._secrets.missed.clear()
        with self._secrets.without(entry.without):
            event, took = self._make(entry.call, entry.at)
        unknown = [one for one in self._secrets.missed if one.digest not in entry.without]
        if unknown:
            raise NeedsSecretError(unknown[0].name)
        if digest_of_end(event, took) != entry.digest:
            raise DoesNotRepeatError(entry)
