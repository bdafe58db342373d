"""One inbox, open for reading only: the standard client over the host's stream."""

import imaplib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import TypeVar

import msgspec
from rbengine.contract.adapter import Stream
from rbengine.contract.outcomes import Refused

from rbengine_adapters.imap.failures import refusal
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, never_sent
from rbengine_adapters.wire.stream_time import Open, StreamTime

T = TypeVar("T")

PORTION = 200
"""How many mails are fetched with one command."""

_PARTS = "(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM SUBJECT)])"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TAKEN = re.compile(
    rb'INTERNALDATE "([ 0-9]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of one mail."""

    message_id: str
    sender: str
    subject: str
    at: datetime
    """When the server took it."""


class _Client(imaplib.IMAP4):
    """The standard client on a connection that somebody else opens."""

    def __init__(self, connect: Open, timeout: float) -> None:
        self._connect_by = connect
        super().__init__(timeout=timeout)

    def _create_socket(self, timeout: float) -> Stream:
        return self._connect_by(timeout)


class Inbox:
    """Whatever keeps it from being read ends the call. It is a context; leaving it hangs up."""

    def __init__(self, address: str, host: str, connect: Open, deadline: Deadline) -> None:
        self._address = address
        self._host = host
        self._time = StreamTime(connect, deadline)
        waiting = deadline.left()
        self._client = self._guarded(lambda: _Client(self._time.open, waiting))
        try:
            if self._time.is_readable:
                self._encrypt()
        except CallEndedError:
            self._hang_up()
            raise

    def __enter__(self) -> "Inbox":
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        # Nothing was changed, so how the server takes leave does not matter.
        try:
            self._client.shutdown()
        except (OSError, imaplib.IMAP4.error):
            return

    def _encrypt(self) -> None:
        """Nothing secret is said before this."""
        if "STARTTLS" not in self._client.capabilities:
            text = f"{self._host} offers no encryption (STARTTLS): it is told nothing"
            raise CallEndedError.refused("invalid", text)
        self._done(lambda: self._client.starttls(self._time))

    def log_in(self, *, token: str | None, password: str | None) -> None:
        """With a token where there is one, else with a password."""
        if token is not None:
            words = f"user={self._address}\x01auth=Bearer {token}\x01\x01".encode()
            # A server that refuses the token says why in a second challenge, and waits for an empty answer.
            answers = iter((words,))
            self._done(
                lambda: self._client.authenticate("XOAUTH2", lambda _: next(answers, b"")),
                at_login=True,
            )
        elif password is not None:
            self._done(lambda: self._client.login(self._address, password), at_login=True)
        else:
            text = f"the settings give neither a token nor a password for {self._address}"
            raise CallEndedError.refused("unauthorized", text)

    def between(self, since: datetime, until: datetime) -> Iterator[Header]:
        """Mails that arrived from `since` to `until`, in the order of the mailbox.

        The server compares days in a zone of its own: it is asked for a day more at both ends.
        """
        self._done(lambda: self._client.select("INBOX", readonly=True))
        first, after = _day(since - timedelta(days=1)), _day(until + timedelta(days=2))
        found = self._done(lambda: self._client.uid("SEARCH", "SINCE", first, "BEFORE", after))
        uids = b" ".join(one for one in found if isinstance(one, bytes)).split()
        for start in range(0, len(uids), PORTION):
            wanted = b",".join(uids[start : start + PORTION]).decode("ascii")
            for header in self._fetched(wanted):
                if header.message_id and since <= header.at <= until:
                    yield header

    def _fetched(self, uids: str) -> Iterator[Header]:
        for one in self._done(lambda: self._client.uid("FETCH", uids, _PARTS)):
            # The client gives what stood before a literal and the literal as a pair, the rest as bare bytes.
            if isinstance(one, tuple):
                yield self._header(one[0], one[1])

    def _header(self, said: bytes, headers: bytes) -> Header:
        taken = _TAKEN.search(said)
        if taken is None:
            raise self._unreadable()
        mail = message_from_bytes(headers)
        return Header(
            message_id=_plain(mail.get("Message-ID")),
            sender=_decoded(mail.get("From")),
            subject=_decoded(mail.get("Subject")),
            at=_moment(taken),
        )

    def _done(self, command: Callable[[], object], *, at_login: bool = False) -> list[object]:
        """Do one command; its data."""
        match self._guarded(command, at_login=at_login):
            case ("OK", [*data]):
                return data
            case (str(), [*data]):
                said = " ".join(_text(one) for one in data)
                raise CallEndedError(refusal(self._host, said, at_login=at_login))
            case _:
                raise self._unreadable()

    def _guarded(self, work: Callable[[], T], *, at_login: bool = False) -> T:
        """Do it within what is left of the call, and translate what goes wrong."""
        try:
            with self._time.counted():
                return work()
        except TimeoutError as error:
            text = f"{self._host} gave no answer in time"
            raise CallEndedError.refused("timeout", text) from error
        except OSError as error:
            raise CallEndedError(never_sent(error, self._host)) from error
        except imaplib.IMAP4.abort as error:
            raise CallEndedError(self._refused(error, at_login=False)) from error
        except imaplib.IMAP4.error as error:
            raise CallEndedError(self._refused(error, at_login=at_login)) from error

    def _refused(self, error: Exception, *, at_login: bool) -> Refused:
        said = _text(error.args[0]) if error.args else ""
        return refusal(self._host, said, at_login=at_login)

    def _unreadable(self) -> CallEndedError:
        text = f"{self._host} gave an answer that cannot be read"
        return CallEndedError.refused("unavailable", text)


def _text(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _day(moment: datetime) -> str:
    """`05-Jan-2026`, in English whatever the machine speaks."""
    day = moment.astimezone(UTC)
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


def _moment(taken: "re.Match[bytes]") -> datetime:
    day, month, year, hour, minute, second, sign, hours, minutes = (
        one.decode("ascii") for one in taken.groups()
    )
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    local = datetime(
        int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=zone
    )  # fmt: skip
    return local.astimezone(UTC)


def _plain(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _decoded(value: object) -> str:
    """A header as people read it; one in an encoding nobody knows stays as it came."""
    text = _plain(value)
    try:
        return _plain(make_header(decode_header(text)))
    except (LookupError, ValueError):
        return text
