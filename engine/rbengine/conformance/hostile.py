"""Answers and failures that no simulated vendor gives: every status, echoes of secrets, connections that break.

Only for adapters that speak HTTP; the others pass. Nothing here is the vendor's, so no call can have succeeded.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from rbengine.conformance.bench import Bench, promised
from rbengine.conformance.kit import Case, Kit, Named, each
from rbengine.conformance.requiring import NonconformanceError, require
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.types import NOTHING
from rbengine.contract.values import SecretValue, Value

if TYPE_CHECKING:
    import httpx

TOKEN = "kit-t0ken-7f3a9c"
"""What the client is authorized with; it stands in no text."""

REFUSING = (400, 401, 403, 404, 405, 409, 410, 412, 413, 422, 429, 451)
OPEN = (301, 302, 500, 502, 503, 504, 520)

CERTAIN = {401: "unauthorized", 429: "rate_limited"}
"""What a status means to everybody."""

UNREADABLE = (b"", b"null", b"[", b"7", b'"word"', b"<html>502</html>", b"\xff\xfe")


def checks(kit: Kit) -> Iterator[Named]:
    """Of the live code, on a client of the kit's own."""
    yield from each("every status is mapped", _statuses, kit, kit.successes())
    yield from each("an answer that is none", _garbage, kit, kit.successes())
    yield from each("every failure on the way is mapped", _broken, kit, kit.successes())
    yield f"{kit.adapter}: every kind that is declared comes about", partial(_produced, kit)


def _statuses(kit: Kit, case: Case) -> None:
    for status in (*REFUSING, *OPEN):
        outcome = _answered(kit, case, status)
        if outcome is None:
            return
        _judge(kit, case, outcome, f"an answer of {status}")
        expected = CERTAIN.get(status)
        if expected is not None:
            certain = isinstance(outcome, Refused) and outcome.kind == expected
            require(certain, f"{status} means `{expected}` to everybody, not {outcome}")
        if status in OPEN and not kit.changes(case):
            text = f"a look that is answered {status} is refused, not {outcome}"
            require(isinstance(outcome, Refused), text)


def _garbage(kit: Kit, case: Case) -> None:
    if promised(kit.full_name(case)).result == NOTHING:
        return  # it may well do without reading an answer
    for content in UNREADABLE:
        way = _Echoing(kit, case, 200, content)
        outcome = _over(kit, case, way)
        if outcome is None:
            return
        _judge(kit, case, outcome, f"an answer of 200 with {content!r}")
        if kit.changes(case) and way.changing:
            text = f"200 with {content!r} leaves a change open, it is not {outcome}"
            require(isinstance(outcome, Unsettled), text)


def _broken(kit: Kit, case: Case) -> None:
    import httpx

    for error in _leaves(httpx.TransportError):
        way = _Breaking(error)
        outcome = _over(kit, case, way)
        if outcome is None:
            return
        what = f"httpx's {error.__name__}"
        _judge(kit, case, outcome, what)
        never_sent = issubclass(
            error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
        )
        if never_sent:
            certain = isinstance(outcome, Refused) and outcome.kind == "unavailable"
            require(certain, f"{what}: nothing was sent, that is `unavailable`, not {outcome}")
        elif issubclass(error, httpx.ReadTimeout | httpx.ReadError) and (
            kit.changes(case) and way.changing
        ):
            text = f"{what}: it was sent and may have been done, that is not {outcome}"
            require(isinstance(outcome, Unsettled), text)
        elif not kit.changes(case):
            require(isinstance(outcome, Refused), f"{what}: a look is refused, not {outcome}")


def _produced(kit: Kit) -> None:
    """A kind that never comes about makes authors write handlers that never run."""
    for case in kit.successes():
        found = {one.refused for one in kit.cases if one.operation == case.operation}
        answers = [_answered(kit, case, status) for status in REFUSING]
        if None in answers:
            continue  # nothing here can make such an adapter's other side refuse
        found |= {one.kind for one in answers if isinstance(one, Refused)}
        missing = sorted(set(promised(kit.full_name(case)).refusals) - found)
        text = f"{case.operation} declares {', '.join(missing)}: no case and no status brings that"
        require(not missing, text)


def _judge(kit: Kit, case: Case, outcome: Outcome, what: str) -> None:
    require(not isinstance(outcome, Succeeded), f"{what} is no success: {outcome}")
    if isinstance(outcome, Refused):
        declared = sorted(kit.declared(case))
        text = f"{what} is refused with `{outcome.kind}`; declared are {', '.join(declared)}"
        require(outcome.kind in declared, text)
    if isinstance(outcome, Refused | Unsettled):
        require(outcome.text, f"{what}: {type(outcome).__name__} without words for people")
        for name, secret in _secrets(kit, case):
            require(secret not in outcome.text, f"{what}: {name} stands in the text")


def _secrets(kit: Kit, case: Case) -> Iterator[tuple[str, str]]:
    yield "the token", TOKEN
    for name in kit.secret_settings:
        yield f"the setting `{name}`", kit.settings[name]
    for name, value in case.arguments.items():
        if isinstance(value, SecretValue):
            yield f"the argument `{name}`", value.reveal()


def _answered(kit: Kit, case: Case, status: int, content: bytes | None = None) -> Outcome | None:
    return _over(kit, case, _Echoing(kit, case, status, content))


def _over(kit: Kit, case: Case, transport: "_Echoing | _Breaking") -> Outcome | None:
    """How the call ends over this way; None for an adapter that does not ask anything by HTTP."""
    import httpx

    def client(_provider: str) -> httpx.Client:
        return httpx.Client(
            transport=httpx.MockTransport(transport),
            base_url="https://vendor.test",
            headers={"authorization": f"Bearer {TOKEN}"},
            trust_env=False,
        )

    bench = Bench(settings=kit.settings, client=client)
    try:
        outcome = bench.make(kit.full_name(case), case.arguments)
    except NonconformanceError:
        raise
    except Exception as error:  # the adapter's own code, whatever it raises
        text = f"{transport}: `perform` has to give an outcome, and raised {error!r}"
        raise NonconformanceError(text) from error
    return outcome if transport.asked else None


class _Echoing:
    """Answers with a status, and says everything back that it was told, as bad servers do."""

    def __init__(self, kit: Kit, case: Case, status: int, content: bytes | None) -> None:
        self._secrets = [secret for _, secret in _secrets(kit, case) if secret != TOKEN]
        self._status = status
        self._content = content
        self.asked = False
        self.changing = False
        """It was asked for something that is no look; what an operation looks at first leaves nothing open."""

    def __str__(self) -> str:
        return f"an answer of {self._status}"

    def __call__(self, request: "httpx.Request") -> "httpx.Response":
        import httpx

        self.asked = True
        self.changing = self.changing or _acts(request)
        # Vendors repeat a token where they refuse it, and arguments anywhere.
        token = request.headers.get("authorization") if self._status in (401, 403) else ""
        said = f"{token} {request.read()!r} {self._secrets}"
        echo: dict[str, Value] = {"error": said, "message": said, "detail": said, "title": said}
        content = json.dumps(echo).encode() if self._content is None else self._content
        headers = {"content-type": "application/json"}
        response = httpx.Response(
            self._status, content=content, headers=headers, extensions={"elapsed": timedelta()}
        )
        response.elapsed = timedelta()
        return response


class _Breaking:
    """Fails on the way, and keeps whether what was sent could have changed anything."""

    def __init__(self, error: "type[httpx.TransportError]") -> None:
        self._error = error
        self.asked = False
        self.changing = False

    def __str__(self) -> str:
        return f"httpx's {self._error.__name__}"

    def __call__(self, request: "httpx.Request") -> "httpx.Response":
        self.asked = True
        self.changing = _acts(request)
        raise self._error(f"broken, with {TOKEN}")


def _acts(request: "httpx.Request") -> bool:
    return request.method not in ("GET", "HEAD", "OPTIONS")


def _leaves(kind: "type[httpx.TransportError]") -> "Iterator[type[httpx.TransportError]]":
    below = kind.__subclasses__()
    if not below:
        yield kind
    for one in below:
        yield from _leaves(one)
