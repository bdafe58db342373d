"""How requests fail on their way, and what that means for the call.

| httpx says | reading | changing |
|---|---|---|
| the connection was never made (`ConnectError`, `ConnectTimeout`, `PoolTimeout`, …) | `unavailable` | `unavailable` |
| no answer in time (`ReadTimeout`, `WriteTimeout`) | `timeout` | unsettled |
| the connection broke (any other `TransportError`) | `unavailable` | unsettled |
| an answer that is not the vendor's | `unavailable` | unsettled |
"""

from typing import TypeAlias

import httpx
from rbengine.contract.outcomes import Outcome, RefusalKind, Refused, Unsettled

NEVER_SENT: tuple[type[httpx.TransportError], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

NO_ANSWER: tuple[type[httpx.TransportError], ...] = (httpx.ReadTimeout, httpx.WriteTimeout)

Ending: TypeAlias = Refused | Unsettled


class CallEndedError(Exception):
    """The call is over, and this is how. `perform` gives `outcome` back."""

    def __init__(self, outcome: Ending) -> None:
        super().__init__(outcome.text)
        self.outcome: Outcome = outcome

    @classmethod
    def refused(cls, kind: RefusalKind, text: str) -> "CallEndedError":
        """It was not done, and that is certain."""
        return cls(Refused(kind, text))


def broken(error: httpx.TransportError, provider: str, *, changes: bool) -> Ending:
    """How a request that failed on its way ends the call."""
    if isinstance(error, NEVER_SENT):
        return Refused("unavailable", f"{provider} cannot be reached")
    if isinstance(error, NO_ANSWER):
        if changes:
            return Unsettled(f"{provider} gave no answer in time")
        return Refused("timeout", f"{provider} gave no answer in time")
    return _unknown(f"the connection to {provider} broke", changes=changes)


def garbled(provider: str, *, changes: bool) -> Ending:
    """How an answer ends the call that is not what the provider promises."""
    return _unknown(f"{provider} gave an answer that cannot be read", changes=changes)


def failing(provider: str, status: int, *, changes: bool) -> Ending:
    """How an answer of 500 and above ends the call: the provider itself does not know what it did."""
    return _unknown(f"{provider} answered {status}", changes=changes)


def _unknown(text: str, *, changes: bool) -> Ending:
    return Unsettled(text) if changes else Refused("unavailable", text)
