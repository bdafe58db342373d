"""Klaxon, simulated: what answers in its place in a rehearsal, and what a world may say about it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from rbengine.contract.types import DURATION, TEXT
from rbengine.contract.values import Row
from rbengine.rehearsal.simulator import (
    Answer,
    CannotBeSimulatedError,
    Ground,
    Object,
    Request,
    Simulator,
    Webhook,
    given,
    needed,
    world_line,
)

MOST_IN_AN_ANSWER = 20

_SAID_NO = {
    "unauthorized": (403, "the token may not do this"),
    "not_found": (404, "no such page"),
    "conflict": (409, "the key was used for another page"),
    "invalid": (422, "a title is one line"),
}


class KlaxonVendor:
    """One account at Klaxon. A service is known when a world has named it."""

    name = "klaxon"
    latency_ms = (40, 160)

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._services: set[str] = set()
        self._pages: dict[str, Object] = {}
        self._kept: dict[str, tuple[tuple[str, bytes], Answer]] = {}
        self._to_tell: list[Webhook] = []

    def know(self, service: str) -> None:
        """There is such a service."""
        self._services.add(service)

    def open(self, service: str, title: str, ago: timedelta = timedelta()) -> Object:
        """Somebody is paged."""
        self.know(service)
        id_ = f"pg_{self._ground.number('klaxon/page')}"
        self._pages[id_] = {
            "id": id_,
            "service": service,
            "title": title,
            "status": "open",
            "opened_at": (self._ground.now() - ago).isoformat(),
        }
        self._tell("page.opened", self._pages[id_])
        return self._pages[id_]

    def webhooks(self) -> Sequence[Webhook]:
        """What the company's program is to be told of, since it was last asked."""
        new, self._to_tell = self._to_tell, []
        return new

    def answered(self, webhook: Webhook, status: int) -> Webhook | None:
        """Klaxon tries once a minute until somebody takes it."""
        if status < 300:
            return None
        return msgspec.structs.replace(webhook, at=webhook.at + timedelta(minutes=1))

    def serves(self, host: str) -> bool:
        """Klaxon has one host."""
        return host == "api.klaxon.test"

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does. What it would do with anything else is not known here, and is not made up."""
        if not request.headers.get("authorization") or not request.headers.get("klaxon-team"):
            return _error(401, "no token, or no team")
        match request.method, request.segments:
            case "GET", ("v1", "time"):
                return Answer(body={"now": self._ground.now().isoformat()})
            case "GET", ("v1", "services", service, "pages"):
                return self._listed(service, request.parameter("after") or "")
            case "POST", ("v1", "services", service, "pages"):
                return self._once(service, request)
            case "POST", ("v1", "pages", id_, "close"):
                return self._closed(id_)
            case _:
                raise CannotBeSimulatedError(f"klaxon: {request.method} {request.path}")

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """How it says that it cannot answer."""
        return _error(503, "down for maintenance")

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """How it says: too fast."""
        return _error(429, "slow down")

    def refused(self, request: Request, kind: str) -> Answer:  # noqa: ARG002 - the same for every request
        """How it refuses, by the kind that the adapter makes of it."""
        return _error(*_SAID_NO[kind])

    def objects(self) -> Iterator[tuple[str, Any]]:
        """What a runbook could change here: a rehearsal sees by it that nothing was."""
        for id_, page in self._pages.items():
            yield f"page/{id_}", page

    def _tell(self, type_: str, page: Object) -> None:
        if not self._ground.running:
            return  # what a world begins with was told long ago
        subject = Row(
            {
                "id": page["id"],
                "service": page["service"],
                "title": page["title"],
                "status": page["status"],
                "opened": datetime.fromisoformat(page["opened_at"]),
            }
        )
        number = self._ground.number("klaxon/event")
        at = self._ground.now() + timedelta(seconds=1)
        self._to_tell.append(Webhook(id=f"ev_{number}", type=type_, subject=subject, at=at))

    def _listed(self, service: str, after: str) -> Answer:
        if service not in self._services:
            return _error(404, "no such service")
        shown = [
            dict(one)
            for one in self._pages.values()
            if (one["service"], one["status"]) == (service, "open")
        ]
        shown.sort(key=lambda one: (one["opened_at"], one["id"]))
        start = next((i + 1 for i, one in enumerate(shown) if one["id"] == after), 0)
        part = shown[start : start + MOST_IN_AN_ANSWER]
        more = start + len(part) < len(shown)
        return Answer(body={"pages": part, "next": part[-1]["id"] if more else None})

    def _once(self, service: str, request: Request) -> Answer:
        key, asked = request.headers.get("idempotency-key", ""), (request.path, request.body)
        if key in self._kept:
            first, answer = self._kept[key]
            return answer if first == asked else _error(409, "the key was used for another page")
        if service not in self._services:
            return _error(404, "no such service")
        title = request.json()["title"]
        if not title or "\n" in title:
            return _error(422, "a title is one line")
        answer = Answer(body=dict(self.open(service, title)))
        self._kept[key] = (asked, answer)
        return answer

    def _closed(self, id_: str) -> Answer:
        page = self._pages.get(id_)
        if page is None:
            return _error(404, "no such page")
        page["status"] = "closed"
        self._tell("page.closed", page)
        return Answer(body=dict(page))


def _error(status: int, text: str) -> Answer:
    return Answer(status=status, body={"error": text})


def _service(klaxon: KlaxonVendor, said: Mapping[str, Any]) -> None:
    klaxon.know(said["name"])


def _page(klaxon: KlaxonVendor, said: Mapping[str, Any]) -> None:
    klaxon.open(said["service"], said["title"], said["ago"])


SIMULATOR = Simulator(
    vendor=KlaxonVendor,
    addresses={"klaxon": "https://api.klaxon.test"},
    settings={"klaxon.team": "simulated"},
    lines=(
        world_line(
            KlaxonVendor, "service", "A service that somebody is on call for.", _service,
            needed("name", TEXT, "its name"),
        ),
        world_line(
            KlaxonVendor, "page", "Somebody was paged, and has not closed it.", _page,
            needed("service", TEXT, "the name of the service"),
            needed("title", TEXT, "what had happened"),
            given("ago", DURATION, timedelta(hours=1), "how long ago"),
        ),
    ),
)  # fmt: skip
