"""IMAP, live: each operation of the signature."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from rbengine.contract.adapter import Adapter, Connections, Invocation, Stream
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.imap.mailbox import Inbox
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.settings import maybe_setting


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's streams `imap`."""
    return ImapAdapter(connections)


class ImapAdapter:
    """All operations; every mailbox is opened anew and hung up again."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        try:
            match invocation.operation:
                case "messages":
                    return Succeeded(Datum(self._messages(invocation)))
                case "probe":
                    return Succeeded(Datum(self._probe(invocation)))
                case unknown:
                    raise ValueError(f"imap has no operation `{unknown}`")
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing here changes
        """None: there is nothing to look after."""
        return None

    def _messages(self, invocation: Invocation) -> Value:
        a = invocation.arguments
        since, until, at_most = a["from"], a["to"], a["at_most"]
        if not isinstance(since, datetime) or not isinstance(until, datetime) or until < since:
            raise CallEndedError.refused("invalid", "the window ends before it begins")
        if not isinstance(at_most, int) or at_most < 1:
            raise CallEndedError.refused("invalid", "`at_most` is at least 1")
        deadline = Deadline(invocation.timeout)
        mailboxes = a["mailboxes"]
        found: list[Row] = []
        for mailbox in mailboxes if isinstance(mailboxes, tuple) else ():
            for row in self._mails(mailbox, since, until, deadline):
                found.append(row)
                if len(found) > at_most:
                    text = f"the mailboxes hold more than {at_most}"
                    raise CallEndedError.refused("too_many", text)
        return tuple(found)

    def _probe(self, invocation: Invocation) -> Value:
        """`imap.probe` for each mailbox. Each has its share of the call's time, so that one cannot use it all up."""
        given = invocation.arguments["mailboxes"]
        mailboxes = [_parts(one) for one in given] if isinstance(given, tuple) else []
        share = invocation.timeout / max(1, len(mailboxes))
        return tuple(self._probed(email, host, port, share) for email, host, port in mailboxes)

    def _probed(self, email: str, host: str, port: int, share: timedelta) -> Row:
        try:
            with self._inbox(email, host, port, Deadline(share)):
                return Row({"email": email, "state": "accepted", "says": ""})
        except CallEndedError as ended:
            outcome = ended.outcome
            refused = isinstance(outcome, Refused) and outcome.kind == "unauthorized"
            state = "refused" if refused else "unreachable"
            return Row({"email": email, "state": state, "says": str(ended)})

    @contextmanager
    def _inbox(self, email: str, host: str, port: int, deadline: Deadline) -> Iterator[Inbox]:
        """The mailbox, logged in. Whatever keeps it shut ends the call."""
        token = maybe_setting(self._connections, f"imap.token.{email}")
        password = maybe_setting(self._connections, f"imap.password.{email}")

        def connect(timeout: float) -> Stream:
            return self._connections.stream("imap", host, port, timeout)

        with Inbox(email, host, connect, deadline) as inbox:
            inbox.log_in(token=token, password=password)
            yield inbox

    def _mails(
        self, mailbox: Value, since: datetime, until: datetime, deadline: Deadline
    ) -> Iterator[Row]:
        """`imap.message` for each mail of one mailbox."""
        email, host, port = _parts(mailbox)
        with self._inbox(email, host, port, deadline) as inbox:
            for one in inbox.between(since, until):
                yield Row(
                    {
                        "message_id": one.message_id,
                        "mailbox": email,
                        "from": one.sender,
                        "subject": one.subject,
                        "at": one.at,
                    }
                )


def _parts(mailbox: Value) -> tuple[str, str, int]:
    if isinstance(mailbox, Mapping):
        email, host, port = mailbox["email"], mailbox["host"], mailbox["port"]
        if isinstance(email, str) and isinstance(host, str) and isinstance(port, int):
            return email, host, port
    raise CallEndedError.refused("invalid", "a mailbox has an address, a host and a port")
