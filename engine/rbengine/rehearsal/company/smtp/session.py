"""One session of a submission server: a line of the client to the lines of the server (RFC 5321, RFC 4954)."""

import base64
import re
from collections.abc import Mapping

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.smtp.model import HOST, SmtpModel

_ADDRESS = re.compile(r"(?:MAIL FROM|RCPT TO):<([^<>\s]*)>(?: .*)?", re.IGNORECASE)
_SIZE = 10_485_760

_SAID_NO: Mapping[SaidNo, tuple[str, str]] = {
    "unauthorized": ("AUTH", "535 5.7.8 Authentication credentials invalid"),
    "conflict": ("DATA", "554 5.7.1 Message refused by policy"),
    "invalid": ("RCPT", "550 5.1.1 No such user here"),
}
"""By the kind: the command that is refused, and how."""


class SmtpSession:
    """What one connection knows."""

    vendor = "smtp"
    greeting = f"220 {HOST} ESMTP ready\r\n".encode("ascii")
    closed = f"421 4.3.2 {HOST} Service not available, closing\r\n".encode("ascii")
    too_many = b"421 4.7.0 Too many connections, try again later\r\n"

    def __init__(self, model: SmtpModel) -> None:
        self._model = model
        self._user: str | None = None
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._content: list[str] | None = None
        """Lines of the mail that is being sent; None between mails."""

    def words(self, line: str) -> str:
        """The command, without what it is given."""
        return "mail" if self._content is not None else line.partition(" ")[0].upper() or "answer"

    def refusal(self, line: str, kind: SaidNo) -> bytes | None:
        """A login, a receiver or the whole mail, as the kind is about one of them."""
        refused = _SAID_NO.get(kind)
        if refused is None or self._content is not None or self.words(line) != refused[0]:
            return None
        return _lines(refused[1])

    def does(self, line: str) -> bool:
        """The line that ends a mail hands it over."""
        return self._content is not None and line == "."

    def answer(self, line: str) -> bytes | None:
        """What the server says to one line; nothing while a mail's content is sent."""
        if self._content is not None:
            return self._taken(line)
        command, _, rest = line.partition(" ")
        match command.upper():
            case "EHLO" if rest:
                return _lines(f"250-{HOST}", f"250-SIZE {_SIZE}", "250-AUTH PLAIN", "250 8BITMIME")
            case "AUTH" if rest.upper().startswith("PLAIN "):
                return self._authenticated(rest.partition(" ")[2])
            case "NOOP":
                return _lines("250 2.0.0 OK")
            case "RSET":
                self._sender, self._recipients = None, []
                return _lines("250 2.0.0 OK")
            case "QUIT":
                return _lines("221 2.0.0 Bye")
            case "MAIL" | "RCPT" | "DATA" if self._user is None:
                return _lines("530 5.7.0 Authentication required")
            case "MAIL":
                self._sender, self._recipients = _address(line), []
                return _lines("250 2.1.0 OK")
            case "RCPT" if self._sender is not None:
                return self._recipient(_address(line))
            case "DATA" if self._recipients:
                self._content = []
                return _lines("354 End data with <CR><LF>.<CR><LF>")
            case _:
                raise CannotBeSimulatedError(f"smtp: {line}")

    def _authenticated(self, given: str) -> bytes:
        _, user, password = base64.b64decode(given).decode("utf-8").split("\0")
        if not self._model.lets_in(user, password):
            return _lines("535 5.7.8 Authentication credentials invalid")
        self._user = user
        return _lines("235 2.7.0 Authentication successful")

    def _recipient(self, address: str) -> bytes:
        refusal = self._model.refused.get(address)
        if refusal is not None:
            return _lines(refusal)
        self._recipients.append(address)
        return _lines("250 2.1.5 OK")

    def _taken(self, line: str) -> bytes | None:
        assert self._content is not None
        if line != ".":
            self._content.append(line[1:] if line.startswith("..") else line)
            return None
        content = "".join(f"{one}\r\n" for one in self._content).encode("utf-8")
        self._model.take(self._recipients, content)
        self._content, self._sender, self._recipients = None, None, []
        return _lines("250 2.0.0 OK: queued")


def _address(line: str) -> str:
    found = _ADDRESS.fullmatch(line)
    if found is None:
        raise CannotBeSimulatedError(f"smtp: {line}")
    return found[1]


def _lines(*said: str) -> bytes:
    return "".join(f"{one}\r\n" for one in said).encode("utf-8")
