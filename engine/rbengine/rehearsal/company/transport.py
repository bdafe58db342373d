"""The company as an httpx transport: no socket is ever opened, and an unknown host stops the rehearsal."""

from datetime import timedelta
from email.utils import format_datetime

import httpx

from rbengine.rehearsal.company.company import Call, Company
from rbengine.rehearsal.company.exchange import Answer, Request
from rbengine.rehearsal.company.faults import SAID_NO, SLOWDOWN

_GARBAGE = Answer(
    status=200,
    raw=b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    headers={"content-type": "text/html"},
)

_LOOKING = frozenset({"GET", "HEAD"})
"""Methods of requests that change nothing."""

_NO_LIMIT = timedelta(minutes=10)
"""How long an answer that never comes is waited for by a client that set itself no limit."""


class CompanyTransport(httpx.BaseTransport):
    """Hands each request to the vendor it is for, lets faults have their way, and counts the time."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The vendor's answer. Raises httpx.ReadTimeout as a network would, CannotBeSimulatedError otherwise."""
        url = request.url
        vendor = self._company.vendor_of(f"{url.scheme}://{url.host}{url.path}", url.host)
        asked = Request(
            method=request.method,
            host=request.url.host,
            path=request.url.path,
            query=tuple(request.url.params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.read(),
        )
        limit = _limit(request)
        ground = self._company.ground
        took = ground.latency(vendor.name, *vendor.latency_ms)
        began, by_app = ground.now(), self._company.in_app
        number = ground.number("calls")
        place = len(self._company.calls)
        looks = asked.method in _LOOKING
        fault = self._company.faults.of_requests(vendor.name, began, looks=looks)
        # The vendor works at the end of its latency: what it is asked meanwhile sees it working.
        lost = False
        if fault == "timeout":
            answer, lost, took = None, True, limit
        elif fault == "unreachable":
            answer = None
        elif fault == "unavailable":
            answer = vendor.unavailable(asked)
        elif fault == "rate_limited":
            answer = vendor.rate_limited(asked)
        elif fault in SAID_NO:
            answer = vendor.refused(asked, fault)
        else:
            took = took * SLOWDOWN if fault == "slow" else took
            before = ground.spent
            ground.spent += min(took, limit)
            answer = vendor.handle(asked)
            took = max(took, ground.spent - before)
            ground.spent = before
            lost = fault == "lost_answer" or took > limit
            if fault == "garbage_answer":
                answer = _GARBAGE
        if lost:
            took = limit
        ground.spent += took
        self._company.calls.insert(
            place,
            Call(
                number=number,
                vendor=vendor.name,
                method=asked.method,
                path=asked.path,
                at=began,
                status=None if lost or answer is None else answer.status,
                by_app=by_app,
            ),
        )
        if lost:
            raise httpx.ReadTimeout("no answer in time", request=request)
        if answer is None:
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        content = answer.content()
        response = httpx.Response(
            answer.status,
            headers={
                # An answer with nothing in it is of no type.
                **({"content-type": "application/json"} if content else {}),
                **answer.headers,
                "date": format_datetime(ground.now(), usegmt=True),
            },
            content=content,
            request=request,
            extensions={"elapsed": took},
        )
        # As httpx says it of a real answer; a client that streams measures real time over it.
        response.elapsed = took
        return response


def _limit(request: httpx.Request) -> timedelta:
    """How long the client waits for an answer."""
    seconds = request.extensions.get("timeout", {}).get("read")
    return _NO_LIMIT if seconds is None else timedelta(seconds=seconds)
