"""What the live code of an adapter looks like to the host."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, runtime_checkable

import msgspec

from rbengine.contract.outcomes import Outcome, Refused, Unsettled
from rbengine.contract.values import Value

if TYPE_CHECKING:
    import httpx
    import psycopg


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """One call of one operation."""

    operation: str
    """Without the adapter's name: `latest_subscription`."""
    arguments: Mapping[str, Value]
    """Every declared parameter, defaults filled in."""
    key: str
    """The idempotency key: the same for every attempt, process and restart."""
    timeout: timedelta
    """How long the call may take; after that a read is `timeout`, a change is unsettled."""
    now: datetime
    """The run's time when the call began (virtual in a rehearsal)."""


class Adapter(Protocol):
    """Does calls. The same code in a rehearsal and in an incident; only what it is given differs."""

    def perform(self, invocation: Invocation) -> Outcome:
        """Do it. Provider failures are outcomes; an exception is a defect (the host records it as unsettled)."""
        ...

    def settle(self, invocation: Invocation) -> Outcome | None:
        """Look whether a lost call took effect: its outcome; else None, or Unsettled with what is known.

        It changes nothing: the host sends a call again where that is allowed. The invocation is the one that was lost,
        `now` included: the look may come days later.
        """
        ...


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """Where an adapter is, as the provider itself says."""

    facts: Mapping[str, str]
    """By the setting that each must be equal to: `stripe.account`, `stripe.livemode` (`true`), `postgres.system`."""
    version: str = ""
    """The version of the provider's API or program that answered."""
    clock: datetime | None = None
    """The provider's time as it answered, where it says it."""


@runtime_checkable
class Locates(Protocol):
    """An adapter that can say where it is. One with nothing behind it that has a place need not."""

    def locate(self, timeout: timedelta) -> Whereabouts | Refused | Unsettled:
        """Find out, by the least intrusive read there is. Provider failures are outcomes."""
        ...


class NotAllowedError(OSError):
    """The settings do not allow to reach it; nothing was sent. Its text says what to list, and repeating is useless.

    An HTTP client raises it as the cause of its own `ConnectError`.
    """


class HeldBackError(OSError):
    """The provider has said when it takes requests again, and that is too late for this call; nothing was sent.

    An HTTP client raises it as the cause of its own `ConnectError`.
    """

    def __init__(self, until: datetime) -> None:
        super().__init__(f"it takes no more requests before {until:%Y-%m-%d %H:%M:%S} UTC")
        self.until = until


class UnreadAnswerError(OSError):
    """An answer came and was not read: it is too large, or packed as nobody can unpack it. Its text says which.

    An HTTP client raises it as the cause of its own `RemoteProtocolError`.
    """


class Stream(Protocol):
    """What of a connected socket a client may use."""

    def sendall(self, content: bytes, /) -> None:
        """Send all of it. Raises OSError."""
        ...

    def makefile(self, mode: str, /) -> BinaryIO:
        """The side that is read, for mode `rb`. Reading raises TimeoutError where no answer comes in time."""
        ...

    def settimeout(self, seconds: float | None, /) -> None:
        """How long an answer is waited for from now on."""
        ...

    def shutdown(self, how: int, /) -> None:
        """Hang up."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@runtime_checkable
class Readable(Stream, Protocol):
    """A stream that others on its way can read: before anything secret is sent it must be encrypted."""

    def encrypted(self) -> Stream:
        """The same connection, encrypted from now on: both sides have agreed on it (STARTTLS). Raises OSError."""
        ...


SessionUse = Literal["change", "read", "replica", "alone"]
"""What a session of the database is for: to change; to read only; to read at a replica; to run a statement outside a
transaction, for which it must be the same session until it is given back."""


class Sessions(Protocol):
    """Hands out a connection for one transaction at a time; asked from several threads.

    It is in autocommit, its cursors take `$1`, and nothing that is set in it outlasts a transaction: it may stand
    behind a pooler. Raises psycopg.OperationalError where the database cannot be reached, with a NotAllowedError as
    its cause where the settings do not allow it.
    """

    def __call__(
        self, *, use: SessionUse, within: timedelta
    ) -> "AbstractContextManager[psycopg.Connection[Any]]":
        """`within`: how long the work may take. The server keeps limits of its own; some time after this the
        connection is cut, and a statement that runs then ends with psycopg.errors.QueryCanceled."""
        ...


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """How a program on this machine ended."""

    status: int
    """Its exit status."""
    out: bytes = b""
    err: bytes = b""
    took: timedelta = timedelta()


class Connections(Protocol):
    """What the host hands to an adapter's factory: the one door to the world.

    `factory(connections) -> Adapter`. An adapter opens nothing by itself.
    """

    def http(self, provider: str) -> "httpx.Client":
        """A client for `provider` (`stripe`, `supabase`, `resend`); its transport is the network or the
        simulated company. Its base URL and credentials are set."""
        ...

    def stream(self, provider: str, host: str, port: int, timeout: float) -> "Stream":
        """A connection to `host` for a protocol that is not HTTP (`imap`), TLS where the port asks for it.

        `timeout` in seconds, for connecting and for each answer. Raises OSError where there is none to be had,
        NotAllowedError where the settings do not allow it. One that is `Readable` must be encrypted before use.
        """
        ...

    def database(self) -> Sessions:
        """Sessions with the project's PostgreSQL, for what acts outside a transaction."""
        ...

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """Run the program `name` (`git`) in `folder` to its end, with `environment` beside what it needs anyway.

        Raises TimeoutError where it did not end within `timeout` seconds (it is ended then), OSError where it
        cannot be started, NotAllowedError for a program that is none of an adapter's.
        """
        ...

    def named(self, prefix: str) -> Sequence[str]:
        """The names of the profile's settings that begin with `prefix`, sorted."""
        ...

    def setting(self, name: str) -> str:
        """A setting of the profile (`supabase.project`), already resolved.

        Raises KeyError if there is none: the factory turns that into its own words.
        """
        ...
