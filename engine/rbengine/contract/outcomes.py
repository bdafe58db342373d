"""How a call ends: succeeded, refused with a kind, or unknown."""

from typing import Literal, get_args

import msgspec

from rbengine.contract.values import Datum

RefusalKind = Literal[
    "unavailable",  # the other side cannot be reached or says it cannot answer; nothing happened
    "rate_limited",  # it says: too fast; nothing happened
    "timeout",  # no answer in time to a call that changes nothing
    "unauthorized",  # our credentials are not accepted
    "not_found",
    "conflict",  # what is there does not allow it: a guard did not hold, a key exists, a row drifted
    "invalid",  # the request itself is wrong; repeating it is useless
    "too_many",  # more than the bound allows; never a silent cut
    "refused",  # a person said no
    "unanswered",  # a person said nothing in time
    "check",  # a `check … else` did not hold
]

REFUSAL_KINDS: tuple[str, ...] = get_args(RefusalKind)

RETRIED_FOR_READS: frozenset[RefusalKind] = frozenset({"unavailable", "rate_limited", "timeout"})
"""A read refused with one of these may be asked again, and counts as *not yet* inside `within`."""


class Succeeded(msgspec.Struct, frozen=True, tag="succeeded"):
    """It was done. `value` is of the operation's result type."""

    value: "Datum"


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """It was not done, and that is certain. `text` is for people and holds no secret."""

    kind: RefusalKind
    text: str


class Unsettled(msgspec.Struct, frozen=True, tag="unsettled", omit_defaults=True):
    """Nobody can tell yet whether it was done: the answer was lost after the request had been sent."""

    text: str
    going_on: bool = False
    """Nobody waits for it any more, and it may still be done: that nothing of it is found proves nothing."""


Outcome = Succeeded | Refused | Unsettled
