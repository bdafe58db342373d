"""One session with a submission server: the standard client over the host's stream."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rbengine.contract.adapter import Stream
from rbengine.contract.outcomes import Unsettled

from rbengine_adapters.smtp.failures import refusal
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, never_sent
from rbengine_adapters.wire.stream_time import Open, StreamTime

T = TypeVar("T")

WHO_WE_ARE = "rbengine.invalid"
"""What the server is told instead of this machine's name."""

_UNREADABLE = "gave an answer that cannot be read"


class _Client(smtplib.SMTP):
    """The standard client on a connection that somebody else opens."""

    def __init__(self, connect: Open, host: str, timeout: float) -> None:
        self._connect_by = connect
        super().__init__(host, local_hostname=WHO_WE_ARE, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> Stream:  # noqa: ARG002
        return self._connect_by(timeout)


class Submission:
    """Whatever goes wrong ends the call. It is a context; leaving it hangs up."""

    def __init__(self, host: str, connect: Open, deadline: Deadline) -> None:
        self._host = host
        self._deadline = deadline
        self._time = StreamTime(connect, deadline)
        waiting = deadline.left()
        self._client = self._guarded(lambda: _Client(self._time.open, host, waiting))
        try:
            self._replied(self._client.ehlo, 250)
            if self._time.is_readable:
                self._encrypt()
        except CallEndedError:
            self._hang_up()
            raise

    def __enter__(self) -> "Submission":
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        # Whatever was to be done is done or refused by now, so how the server takes leave does not matter.
        try:
            self._client.close()
        except OSError:
            return

    @property
    def greeting(self) -> str:
        """What the server says of itself."""
        lines = (self._client.ehlo_resp or b"").decode("utf-8", "replace").splitlines()
        return lines[0] if lines else ""

    @property
    def largest_mail(self) -> int | None:
        """In bytes, where the server says."""
        said = self._client.esmtp_features.get("size", "")
        return int(said) if said.isdigit() and int(said) > 0 else None

    def log_in(self, user: str, password: str) -> None:
        """With a password, in a way that the server offers."""
        self._guarded(lambda: self._client.login(user, password, initial_response_ok=True))

    def _encrypt(self) -> None:
        """Nothing secret is said before this, and nothing heard before it is believed."""
        if not self._client.has_extn("starttls"):
            text = f"{self._host} offers no encryption (STARTTLS): it is told nothing"
            raise CallEndedError.refused("invalid", text)
        self._guarded(lambda: self._client.starttls(context=self._time))  # type: ignore[call-overload]  # see StreamTime
        self._replied(self._client.ehlo, 250)

    def noop(self) -> None:
        """Hear from the server once more."""
        self._replied(self._client.noop, 250)

    def send(self, sender: str, recipients: tuple[str, ...], content: bytes) -> None:
        """Hand over a mail. Only from the moment its content is sent may nobody know whether it was taken."""
        self._replied(lambda: self._client.mail(sender), 250)
        for one in recipients:
            self._replied(lambda to=one: self._client.rcpt(to), 250, 251)  # type: ignore[misc]
        with self._translated(sending=True), self._time.counted():
            code, said = self._client.data(content)
        if code < 200:
            raise self._lost(_UNREADABLE, sending=True)
        if code != 250:
            raise CallEndedError(refusal(self._host, code, _text(said)))

    def _replied(self, command: Callable[[], tuple[int, bytes]], *good: int) -> None:
        code, said = self._guarded(command)
        if code < 200:
            raise self._lost(_UNREADABLE, sending=False)
        if code not in good:
            raise CallEndedError(refusal(self._host, code, _text(said)))

    def _guarded(self, work: Callable[[], T]) -> T:
        with self._translated(sending=False), self._time.counted():
            return work()

    @contextmanager
    def _translated(self, *, sending: bool) -> Iterator[None]:
        """What goes wrong on the way ends the call; while a mail is being sent it leaves open what became of it."""
        try:
            yield
        except smtplib.SMTPResponseException as error:
            code, said = error.smtp_code, _text(error.smtp_error)
            if code < 200:
                raise self._lost(_UNREADABLE, sending=sending) from error
            raise CallEndedError(refusal(self._host, code, said)) from error
        except smtplib.SMTPNotSupportedError as error:
            text = f"{self._host} offers no login"
            raise CallEndedError.refused("unauthorized", text) from error
        except smtplib.SMTPException as error:
            # The client hangs up on silence and on nonsense alike, and keeps what the socket said.
            silent = isinstance(error.__context__, TimeoutError)
            raise self._lost(
                "gave no answer in time" if silent else "broke off", sending=sending, silent=silent
            ) from error
        except TimeoutError as error:
            raise self._lost("gave no answer in time", sending=sending, silent=True) from error
        except OSError as error:
            if sending:
                raise self._lost("cannot be reached", sending=True) from error
            raise CallEndedError(never_sent(error, self._host)) from error

    def _lost(self, what: str, *, sending: bool, silent: bool = False) -> CallEndedError:
        if sending:
            return CallEndedError(Unsettled(f"{self._host} {what} while the mail was sent"))
        return CallEndedError.refused(
            "timeout" if silent else "unavailable", f"{self._host} {what}"
        )


def _text(said: "bytes | str") -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
