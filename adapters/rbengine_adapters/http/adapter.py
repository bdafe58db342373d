"""HTTP, live: each operation of the signature.

Every answer is a result, whatever its status, so there is no table of refusals by status here: how a request fails
on its way stands in `wire.endings`.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.http import Wire
from rbengine_adapters.wire.settings import maybe_setting

LONGEST_BODY = 2000
"""How much of an answer is shown, in characters."""

NOTHING_HAPPENED = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":'
    b'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"0","phone_number_id":"0"}}}]}]}'
)
"""A notification of Meta's that notifies of nothing: of one change, as all are, without a message or a status in it.

Webhooks of others look at the first change of the first entry: one without any fails, however well it is.
"""


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's client `web`, which has no base address."""
    return HttpAdapter(connections)


class HttpAdapter:
    """All operations; every call has a deadline of its own."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._operations: Mapping[str, Callable[[Invocation], Value]] = {
            "get": self._get,
            "handshake": self._handshake,
            "notify_signed": self._notify_signed,
            "notify_unsigned": self._notify_unsigned,
        }

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        work = self._operations.get(invocation.operation)
        if work is None:
            raise ValueError(f"http has no operation `{invocation.operation}`")
        try:
            return Succeeded(Datum(work(invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing here changes
        """None: there is nothing to look after."""
        return None

    def _get(self, invocation: Invocation) -> Value:
        return _answer(self._asked(invocation, "GET"))

    def _handshake(self, invocation: Invocation) -> Value:
        token = self._secret(invocation.arguments["token"])
        challenge = str(int(hashlib.sha256(invocation.key.encode("utf-8")).hexdigest()[:12], 16))
        response = self._asked(
            invocation,
            "GET",
            query={
                "hub.mode": "subscribe",
                "hub.verify_token": token,
                "hub.challenge": challenge,
            },
        )
        given_back = response.is_success and response.text.strip() == challenge
        return Row(
            {
                "status": response.status_code,
                "verdict": "accepted" if given_back else _refused(response),
                "took": _took(response),
            }
        )

    def _notify_signed(self, invocation: Invocation) -> Value:
        secret = self._secret(invocation.arguments["app_secret"]).encode("utf-8")
        digest = hmac.new(secret, NOTHING_HAPPENED, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": f"sha256={digest}"}
        return _delivery(self._asked(invocation, "POST", content=NOTHING_HAPPENED, headers=headers))

    def _notify_unsigned(self, invocation: Invocation) -> Value:
        return _delivery(self._asked(invocation, "POST", content=NOTHING_HAPPENED))

    def _asked(
        self,
        invocation: Invocation,
        method: str,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        url = _address(invocation.arguments["url"])
        wire = Wire(
            self._connections.http("web"), Deadline(invocation.timeout), urlsplit(url).netloc
        )
        return wire.send(method, url, changes=False, query=query, content=content, headers=headers)

    def _secret(self, name: Value) -> str:
        name = str(name)
        found = maybe_setting(self._connections, f"supabase.secret.{name}")
        if found is None:
            text = f"the settings do not say what {name} should be: add `supabase.secret.{name}`"
            raise CallEndedError.refused("not_found", text)
        return found


def _address(value: Value) -> str:
    """An address that can be asked, without anybody's password in it and without a query of its own."""
    text = str(value)
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise CallEndedError.refused("invalid", f"`{text}` is no address that can be asked")
    return parts._replace(fragment="").geturl()


def _took(response: httpx.Response) -> timedelta:
    told = response.extensions.get("elapsed")
    return told if isinstance(told, timedelta) else response.elapsed


def _refused(response: httpx.Response) -> str:
    """What is no success is a decision, or a failure of whoever should decide."""
    return "failing" if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else "refused"


def _delivery(response: httpx.Response) -> Row:
    """`http.delivery`."""
    verdict = "taken" if response.is_success else _refused(response)
    return Row(
        {
            "status": response.status_code,
            "verdict": verdict,
            "body": response.text[:LONGEST_BODY],
            "took": _took(response),
        }
    )


def _answer(response: httpx.Response) -> Row:
    """`http.answer`."""
    return Row(
        {
            "status": response.status_code,
            "body": response.text[:LONGEST_BODY],
            "took": _took(response),
        }
    )
