"""SMTP, live: each operation of the signature."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from rbengine.contract.adapter import Adapter, Connections, Invocation, Stream, Whereabouts
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row

from rbengine_adapters.imap.mailbox import Inbox
from rbengine_adapters.smtp.session import Submission
from rbengine_adapters.wire.addresses import one_address
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.settings import SettingError, maybe_setting, needed_setting

PORT = 465
"""Submission over TLS from the first byte (RFC 8314); the settings may name another."""

IMAP_PORT = 993
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_ON_ITS_WAY = timedelta(days=5)
"""How long servers try to deliver a mail before they give up."""


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's streams `smtp` and, for looking, `imap`.

    Raises SettingError where `smtp.host`, `smtp.user`, `smtp.password` or `smtp.from` is missing or none.
    """
    sender = needed_setting(connections, "smtp.from", "the address that mail is sent from")
    if "@" not in parseaddr(sender)[1]:
        raise SettingError(
            "the setting `smtp.from` is an address, as `On-call <on-call@example.com>`"
        )
    needed_setting(connections, "smtp.host", "the server that mail is handed to")
    needed_setting(connections, "smtp.user", "the name that the server knows us by")
    needed_setting(connections, "smtp.password", "the password for it")
    return SmtpAdapter(connections, sender)


class SmtpAdapter:
    """All operations; every call has a session and a deadline of its own."""

    def __init__(self, connections: Connections, sender: str) -> None:
        self._connections = connections
        self._sender = sender

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        try:
            match invocation.operation:
                case "send":
                    return Succeeded(Datum(self._send(invocation)))
                case "probe":
                    return Succeeded(Datum(self._probe(invocation)))
                case unknown:
                    raise ValueError(f"smtp has no operation `{unknown}`")
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Whether the server lets us in."""
        try:
            with self._session(timeout) as session:
                session.noop()
                return Whereabouts(facts={}, version=session.greeting)
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:
        """Look for the mail's copy by its Message-ID. A copy that is not there may still be on its way: then None."""
        copies = maybe_setting(self._connections, "smtp.copies_to")
        host = maybe_setting(self._connections, "smtp.copies_host")
        if copies is None or host is None:
            return None
        id_ = self._message_id(invocation.key)

        def connect(timeout: float) -> Stream:
            return self._connections.stream("imap", host, IMAP_PORT, timeout)

        try:
            with Inbox(copies, host, connect, Deadline(invocation.timeout)) as inbox:
                inbox.log_in(
                    token=maybe_setting(self._connections, f"imap.token.{copies}"),
                    password=maybe_setting(self._connections, f"imap.password.{copies}"),
                )
                since, until = invocation.now - CLOCKS_DIFFER, invocation.now + LONGEST_ON_ITS_WAY
                if any(one.message_id == id_ for one in inbox.between(since, until)):
                    return Succeeded(Datum(_sent(id_)))
        except CallEndedError:
            return None
        return None

    def _send(self, invocation: Invocation) -> Row:
        to, message = one_address(invocation.arguments["to"]), invocation.arguments["message"]
        if not isinstance(message, Mapping):
            raise CallEndedError.refused("invalid", "a message has a subject and a text")
        subject = str(message["subject"])
        if not subject or "\n" in subject or "\r" in subject:
            raise CallEndedError.refused("invalid", "the subject is one line")
        id_ = self._message_id(invocation.key)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        mail["Message-ID"], mail["Date"] = id_, format_datetime(invocation.now)
        # Quoted, so that every line is short and plain whatever the text holds and the server takes.
        mail.set_content(str(message["text"]), cte="quoted-printable")
        copies = maybe_setting(self._connections, "smtp.copies_to")
        recipients = (to,) if copies is None or copies == to else (to, copies)
        with self._session(invocation.timeout) as session:
            session.send(parseaddr(self._sender)[1], recipients, mail.as_bytes(policy=SMTP))
        return _sent(id_)

    def _probe(self, invocation: Invocation) -> Row:
        with self._session(invocation.timeout) as session:
            session.noop()
            return Row(
                {
                    "host": self._connections.setting("smtp.host"),
                    "greeting": session.greeting,
                    "largest_mail": session.largest_mail,
                }
            )

    @contextmanager
    def _session(self, timeout: timedelta) -> Iterator[Submission]:
        """The server, logged in."""
        setting = self._connections.setting
        host, said = setting("smtp.host"), maybe_setting(self._connections, "smtp.port")
        if said is not None and not said.isdigit():
            raise CallEndedError.refused("invalid", "the setting `smtp.port` is a number")
        port = PORT if said is None else int(said)

        def connect(seconds: float) -> Stream:
            return self._connections.stream("smtp", host, port, seconds)

        with Submission(host, connect, Deadline(timeout)) as session:
            session.log_in(setting("smtp.user"), setting("smtp.password"))
            yield session

    def _message_id(self, key: str) -> str:
        """The same for every attempt of one step, and for no other step."""
        domain = parseaddr(self._sender)[1].rpartition("@")[2]
        return f"<{hashlib.sha256(key.encode('utf-8')).hexdigest()[:40]}@{domain}>"


def _sent(id_: str) -> Row:
    """`smtp.sent`."""
    return Row({"message_id": id_})
