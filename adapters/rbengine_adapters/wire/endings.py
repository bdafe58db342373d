"""How requests fail on their way, and what that means for the call.

| httpx says | reading | changing |
|---|---|---|
| the settings do not allow to go there (`NotAllowedError`) | `invalid` | `invalid` |
| the provider wants to be asked later than this call may last (`HeldBackError`) | `rate_limited` | `rate_limited` |
| no name, connection, TLS or proxy (`ConnectError`, `ConnectTimeout`, `ProxyError`, …) | `unavailable` | the same |
| no answer in time (`ReadTimeout`, `WriteTimeout`) | `timeout` | unsettled |
| the answer is too large or cannot be unpacked (`UnreadAnswerError`) | `unavailable` | unsettled |
| the connection broke (any other `TransportError`) | `unavailable` | unsettled |
| an answer that is not the vendor's | `unavailable` | unsettled |
"""

import ssl
from typing import TypeAlias

import httpx
from rbengine.contract.adapter import HeldBackError, NotAllowedError, UnreadAnswerError
from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled

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
        self.outcome: Ending = outcome

    @classmethod
    def refused(cls, kind: RefusalKind, text: str) -> "CallEndedError":
        """It was not done, and that is certain."""
        return cls(Refused(kind, text))


def broken(error: httpx.TransportError, provider: str, *, changes: bool) -> Ending:
    """How a request that failed on its way ends the call."""
    if isinstance(error, NEVER_SENT):
        return never_sent(error.__cause__, provider)
    if isinstance(error, NO_ANSWER):
        if changes:
            return Unsettled(f"{provider} gave no answer in time")
        return Refused("timeout", f"{provider} gave no answer in time")
    why = error.__cause__
    if isinstance(why, UnreadAnswerError):
        return _unknown(f"the answer of {provider} was not read: {why}", changes=changes)
    return _unknown(f"the connection to {provider} broke", changes=changes)


def never_sent(why: BaseException | None, provider: str) -> Refused:
    """How it ends the call that nothing could be sent; `why` is what the host or the connection said."""
    if isinstance(why, NotAllowedError):
        return Refused("invalid", f"the settings do not allow it: {why}")
    if isinstance(why, HeldBackError):
        return Refused("rate_limited", f"{provider} has said how fast it may be asked: {why}")
    refused = _certificate(why)
    if refused is not None:
        return Refused("unavailable", f"the certificate of {provider} is not accepted: {refused}")
    reason = _reason(why)
    return Refused("unavailable", f"{provider} cannot be reached{reason and f': {reason}'}")


def _reason(why: BaseException | None) -> str:
    """What the system says of a connection that could not be made; empty where it says nothing."""
    while why is not None:
        if isinstance(why, OSError) and why.strerror and not isinstance(why, ssl.SSLError):
            return why.strerror[:1].lower() + why.strerror[1:]
        why = why.__cause__ or why.__context__
    return ""


def _certificate(why: BaseException | None) -> str | None:
    """What is wrong with the other side's certificate, where that is what kept us out."""
    while why is not None:
        if isinstance(why, ssl.SSLCertVerificationError):
            return why.verify_message or "it cannot be verified"
        why = why.__cause__ or why.__context__
    return None


def garbled(provider: str, *, changes: bool) -> Ending:
    """How an answer ends the call that is not what the provider promises."""
    return _unknown(f"{provider} gave an answer that cannot be read", changes=changes)


def failing(provider: str, status: int, *, changes: bool) -> Ending:
    """How an answer of 500 and above ends the call: the provider itself does not know what it did."""
    return _unknown(f"{provider} answered {status}", changes=changes)


def _unknown(text: str, *, changes: bool) -> Ending:
    return Unsettled(text) if changes else Refused("unavailable", text)
