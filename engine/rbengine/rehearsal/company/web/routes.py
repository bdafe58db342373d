"""Addresses behind HTTP."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.web.model import Webhook, WebModel

_PLAIN = {"content-type": "text/plain"}

Held = Callable[[str], str | None]
"""The name of a secret to what the functions read there."""

_SAID_NO: Mapping[SaidNo, int] = {
    "unauthorized": 403,
    "not_found": 404,
    "conflict": 409,
    "invalid": 400,
}


class Web:
    """The vendor `http`: whatever a world says stands at an address."""

    name = "http"
    latency_ms = (80, 300)

    def __init__(self, ground: Ground, model: WebModel, held: Held) -> None:
        self._ground = ground
        self._held = held
        self.model = model

    def shakes_hands(self, url: str, token: str) -> bool | None:
        """Whether the webhook at `url` takes the token in a handshake; None where no webhook is described."""
        webhook = self.model.webhooks.get(url)
        return None if webhook is None else self._held(webhook.verify_token) == token

    def serves(self, host: str) -> bool:  # noqa: ARG002 - addresses are asked for as a whole
        """It is found by whole addresses (`Company.vendor_of`), and has no host."""
        return False

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """What stands before it says that nobody is there."""
        return Answer(status=503, raw=b"Service Unavailable", headers=_PLAIN)

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """What stands before it counts."""
        return Answer(status=429, raw=b"Too Many Requests", headers=_PLAIN)

    def refused(self, request: Request, kind: SaidNo) -> Answer:  # noqa: ARG002 - as above
        """What stands before it refuses."""
        return Answer(status=_SAID_NO[kind], raw=kind.encode(), headers=_PLAIN)

    def objects(self) -> Iterator[tuple[str, Any]]:
        """None."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as what stands there does."""
        url = f"https://{request.host}{request.path}"
        webhook = self.model.webhooks.get(url)
        if webhook is not None:
            return self._webhook(webhook, url, request)
        page = self.model.pages.get(url)
        if page is not None and request.method == "GET":
            return Answer(status=page.status, raw=page.body.encode("utf-8"), headers=_PLAIN)
        raise CannotBeSimulatedError(f"http: {request.method} {url}")

    def _webhook(self, webhook: Webhook, url: str, request: Request) -> Answer:
        if request.method == "GET":
            if request.parameter("hub.mode") == "subscribe" and self.shakes_hands(
                url, request.parameter("hub.verify_token") or ""
            ):
                challenge = request.parameter("hub.challenge") or ""
                return Answer(raw=challenge.encode("utf-8"), headers=_PLAIN)
            return Answer(status=403, raw=b"Forbidden", headers=_PLAIN)
        secret = self._held(webhook.app_secret) or ""
        digest = hmac.new(secret.encode("utf-8"), request.body, hashlib.sha256)
        given = request.headers.get("x-hub-signature-256", "")
        signed = bool(secret) and hmac.compare_digest(given, f"sha256={digest.hexdigest()}")
        if not signed and not webhook.believes_anybody:
            return Answer(status=401, raw=b"Invalid signature", headers=_PLAIN)
        self._ground.spent += webhook.takes
        good = webhook.answers < 400
        return Answer(
            status=webhook.answers, raw=b"ok" if good else b"Internal Server Error", headers=_PLAIN
        )
