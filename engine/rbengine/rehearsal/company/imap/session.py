"""One session of a mail server: a line of the client to the lines of the server. The part of RFC 3501 that a
client uses who only looks: log in, examine the inbox, search by days, fetch headers."""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.imap.model import PASSWORD, ImapModel, Mail

CAPABILITIES = b"IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2"
GREETING = b"* OK [CAPABILITY " + CAPABILITIES + b"] ready\r\n"
CLOSED = b"* BYE [UNAVAILABLE] temporarily unavailable\r\n"
TOO_MANY = b"* BYE [LIMIT] too many simultaneous connections\r\n"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ATOM = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^()]*(?:\([^()]*\)[^()]*)*\))|([^\s"]+)')
_FETCHED = "(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM SUBJECT)])"
_UNAUTHORIZED = "NO [AUTHENTICATIONFAILED] Invalid credentials"

_SAID_NO: Mapping[SaidNo, tuple[tuple[str, ...], str]] = {
    "unauthorized": (("LOGIN", "AUTHENTICATE"), _UNAUTHORIZED),
    "not_found": (("EXAMINE",), "NO [NONEXISTENT] No such mailbox"),
    "invalid": (("EXAMINE",), "NO [CANNOT] The name of the mailbox is not valid"),
}
"""By the kind: the commands that are refused, and how."""


class ImapSession:
    """What one connection knows."""

    vendor = "imap"
    greeting = GREETING
    closed = CLOSED
    too_many = TOO_MANY

    def __init__(self, model: ImapModel) -> None:
        self._model = model
        self._user: str | None = None
        self._waiting: str | None = None
        """The tag of an AUTHENTICATE whose answer is still to come."""
        self._examined = False

    def refusal(self, line: str, kind: SaidNo) -> bytes | None:
        """A login, or the inbox."""
        tag, _, rest = line.partition(" ")
        refused = _SAID_NO.get(kind)
        if refused is None or rest.partition(" ")[0] not in refused[0]:
            return None
        return _lines(f"{tag} {refused[1]}")

    def does(self, line: str) -> bool:  # noqa: ARG002 - as of every session
        """It is only read."""
        return False

    def answer(self, line: str) -> bytes:
        """What the server says to one line. Raises CannotBeSimulatedError for a command it does not know."""
        if self._waiting is not None:
            tag, self._waiting = self._waiting, None
            return _lines(f"{tag} {self._with_token(line)}")
        tag, _, rest = line.partition(" ")
        words = [first or second or third for first, second, third in _ATOM.findall(rest)]
        match words:
            case ["CAPABILITY"]:
                said = CAPABILITIES.decode("ascii")
                return _lines(f"* CAPABILITY {said}", f"{tag} OK done")
            case ["LOGIN", user, password]:
                return _lines(f"{tag} {self._with_password(user, password)}")
            case ["AUTHENTICATE", "XOAUTH2"]:
                self._waiting = tag
                return b"+ \r\n"
            case ["LOGOUT"]:
                return _lines("* BYE see you", f"{tag} OK done")
            case ["EXAMINE", "INBOX"] if self._user is not None:
                self._examined = True
                count = len(self._model.mailbox(self._user).mails)
                return _lines(
                    f"* {count} EXISTS",
                    "* 0 RECENT",
                    "* OK [UIDVALIDITY 1] valid",
                    f"{tag} OK [READ-ONLY] done",
                )
            case ["UID", "SEARCH", "SINCE", first, "BEFORE", after] if self._examined:
                uids = " ".join(str(one.uid) for one in self._within(_date(first), _date(after)))
                return _lines(f"* SEARCH {uids}".rstrip(), f"{tag} OK done")
            case ["UID", "FETCH", uids, parts] if self._examined and parts == _FETCHED:
                wanted = {int(one) for one in uids.split(",")}
                fetched = b"".join(_fetched(one) for one in self._mails() if one.uid in wanted)
                return fetched + _lines(f"{tag} OK done")
            case _:
                raise CannotBeSimulatedError(f"imap: {rest or line}")

    def words(self, line: str) -> str:
        """The command, without what it is given."""
        return next(iter(line.split()[1:2]), "answer")

    def _mails(self) -> list[Mail]:
        return [] if self._user is None else self._model.mailbox(self._user).mails

    def _within(self, first: date, after: date) -> list[Mail]:
        """The server compares days, of the zone it keeps: UTC here."""
        return [one for one in self._mails() if first <= one.at.astimezone(UTC).date() < after]

    def _with_password(self, user: str, password: str) -> str:
        return self._logged_in(user) if password == PASSWORD else _UNAUTHORIZED

    def _with_token(self, line: str) -> str:
        user = base64.b64decode(line).decode("utf-8").partition("user=")[2].partition("\x01")[0]
        return self._logged_in(user)

    def _logged_in(self, user: str) -> str:
        if not user or self._model.mailbox(user).locked:
            return _UNAUTHORIZED
        self._user = user
        return "OK logged in"


def _fetched(mail: Mail) -> bytes:
    at = mail.at.astimezone(UTC)
    headers = f"Message-ID: {mail.message_id}\r\n" if mail.message_id else ""
    headers += f"From: {mail.sender}\r\nSubject: {mail.subject}\r\n\r\n"
    content = headers.encode("utf-8")
    head = (
        f'* {mail.uid} FETCH (UID {mail.uid} INTERNALDATE "{_internal(at)}"'
        f" BODY[HEADER.FIELDS (MESSAGE-ID FROM SUBJECT)] {{{len(content)}}}\r\n"
    )
    return head.encode("ascii") + content + b")\r\n"


def _internal(at: datetime) -> str:
    return f"{at.day:2}-{_MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} +0000"


def _date(text: str) -> date:
    day, month, year = text.split("-")
    return date(int(year), _MONTHS.index(month) + 1, int(day))


def _lines(*said: str) -> bytes:
    return "".join(f"{one}\r\n" for one in said).encode("utf-8")
