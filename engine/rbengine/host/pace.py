"""How virtual time passes where it does not jump: somebody lives through it."""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from rbengine.host.people import Acknowledgement, Reply
from rbengine.runtime.commands import AskPeople


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question that is open; `reply.after` counts from the moment from which time was to pass."""

    question: AskPeople
    reply: Reply


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Something was sent to the run from elsewhere, `after` the moment from which time was to pass."""

    after: timedelta


Done = Said | Acknowledgement | Elsewhere
"""What a person does while time passes."""


class Pace(Protocol):
    """Lets time pass between two happenings."""

    def wait(self, now: datetime, until: datetime | None) -> Done | None:
        """Live from `now` to `until` (None: for as long as it takes); what a person does before that.

        None: `until` has come, or nobody will do anything any more.
        """
        ...
