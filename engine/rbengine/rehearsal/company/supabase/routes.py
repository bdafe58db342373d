"""Supabase behind HTTP: the Management API, and the project's own host with its functions."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import msgspec

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.supabase.log_query import LONGEST, answer_query, read_query
from rbengine.rehearsal.company.supabase.model import ORGANIZATION, SERVICES, SupabaseModel
from rbengine.rehearsal.company.supabase.project_host import (
    CANNOT_START,
    SAID_NO,
    Files,
    Invoke,
    ProjectHost,
    gateway,
)

_PER_MINUTE = 120
_WINDOW = timedelta(minutes=1)


class Supabase:
    """The vendor `supabase`: api.supabase.com and {project}.supabase.co."""

    name = "supabase"
    latency_ms = (90, 380)

    def __init__(
        self,
        ground: Ground,
        model: SupabaseModel,
        invoke: Invoke,
        files: Callable[[], Files],
    ) -> None:
        self._ground = ground
        self.model = model
        self._host = ProjectHost(ground, model, invoke, files)
        self._window: datetime | None = None
        self._used = 0

    def serves(self, host: str) -> bool:
        """The platform's host and that of this one project; other projects do not exist."""
        return host in ("api.supabase.com", self._project_host)

    @property
    def _project_host(self) -> str:
        return f"{self.model.project}.supabase.co"

    def unavailable(self, request: Request) -> Answer:
        """A function that cannot start, or a platform that cannot answer."""
        if request.host == self._project_host and request.segments[:1] == ("functions",):
            return CANNOT_START
        return Answer(status=503, body={"message": "Service Unavailable"})

    def rate_limited(self, request: Request) -> Answer:
        """429 with the vendor's counters."""
        if request.host == self._project_host:
            return gateway(429, "RATE_LIMITED", "Rate limit exceeded for function")
        body = {"message": "ThrottlerException: Too Many Requests"}
        return Answer(status=429, body=body, headers=_limits(0, 60))

    def refused(self, request: Request, kind: SaidNo) -> Answer:
        """The platform goes by status; the gateway of functions and Storage have words of their own."""
        if request.host == self._project_host:
            return self._host.refused(request, kind)
        status, text = SAID_NO[kind]
        return Answer(status=status, body={"message": text})

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The project's objects."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does."""
        if request.host == self._project_host:
            return self._host.handle(request)
        if not request.headers.get("authorization"):
            return Answer(status=401, body={"message": "Unauthorized"})
        left, reset = self._count()
        if left < 0:
            body = {"message": "ThrottlerException: Too Many Requests"}
            return Answer(status=429, body=body, headers=_limits(0, reset))
        match request.segments:
            case ("v1", "projects", project, *rest) if project == self.model.project:
                answer = self._management(request, tuple(rest))
                return msgspec.structs.replace(answer, headers=_limits(left, reset))
            case ("v1", "organizations", slug) if request.method == "GET":
                if slug != ORGANIZATION:
                    return Answer(status=404, body={"message": "Organization not found"})
                body = deepcopy(self.model.organization)
                return Answer(body=body, headers=_limits(left, reset))
            case ("v1", "projects", _, *_):
                return Answer(status=404, body={"message": "Project not found"})
            case _:
                pass
        raise CannotBeSimulatedError(f"supabase: {request.method} {request.path}")

    def _count(self) -> tuple[int, int]:
        """Requests left in this minute, and seconds until the next begins."""
        now = self._ground.now()
        if self._window is None or now - self._window >= _WINDOW:
            self._window, self._used = now, 0
        self._used += 1
        return _PER_MINUTE - self._used, ceil((self._window + _WINDOW - now).total_seconds())

    def _management(self, request: Request, rest: tuple[str, ...]) -> Answer:
        model = self.model
        match request.method, rest:
            case "GET", ("functions",):
                return Answer(body=deepcopy(list(model.functions.values())))
            case "GET", ("functions", slug):
                found = model.functions.get(slug)
                if found is None:
                    return Answer(status=404, body={"message": "Function not found"})
                return Answer(body=deepcopy(found))
            case "PATCH", ("functions", slug):
                return self._update_function(slug, request.json())
            case "GET", ("secrets",):
                return Answer(body=deepcopy(list(model.secrets.values())))
            case "POST", ("secrets",):
                return self._set_secrets(request.json())
            case "DELETE", ("secrets",):
                for name in request.json():
                    model.secrets.pop(name, None)
                return Answer()
            case "GET", ("health",):
                return self._health([value for key, value in request.query if key == "services"])
            case "GET", ():
                return Answer(body=model.description())
            case "GET", ("billing", "addons"):
                return Answer(body=model.addons.shown())
            case "PATCH", ("billing", "addons"):
                given = request.json()
                return self._applied(given["addon_type"], given["addon_variant"])
            case "PUT", ("config", "database", "postgres"):
                return self._configure_database(request.json())
            case "POST", ("network-bans", "retrieve"):
                return Answer(status=201, body={"banned_ipv4_addresses": list(model.bans)})
            case "DELETE", ("network-bans",):
                gone = request.json()["ipv4_addresses"]
                model.bans = [one for one in model.bans if one not in gone]
                return Answer()
            case "GET", ("config", "realtime"):
                return Answer(body=dict(model.realtime))
            case "POST", ("config", "realtime", "shutdown"):
                model.realtime_closed_at = self._ground.now()
                return Answer(status=204)
            case "GET", ("analytics", "endpoints", "logs.all"):
                return self._logs(request)
            case _:
                pass
        raise CannotBeSimulatedError(f"supabase: {request.method} {request.path}")

    def _update_function(self, slug: str, given: Object) -> Answer:
        unknown = sorted(given.keys() - {"verify_jwt"})
        if unknown:
            raise CannotBeSimulatedError(f"supabase: the field `{unknown[0]}` of a function")
        if slug not in self.model.functions:
            return Answer(status=404, body={"message": "Function not found"})
        found = self.model.functions[slug]
        if given.get("verify_jwt", found["verify_jwt"]) != found["verify_jwt"]:
            found = self.model.deploy(slug, verify_jwt=given["verify_jwt"])
        return Answer(body=deepcopy(found))

    def _applied(self, kind: str, variant: str) -> Answer:
        if kind == "compute_instance" and variant == self.model.addons.compute:
            return Answer()
        if not self.model.addons.apply(kind, variant):
            return Answer(status=400, body={"message": f"Invalid addon variant: {variant}"})
        if kind == "compute_instance":
            self.model.away("RESIZING")
        return Answer()

    def _configure_database(self, given: Object) -> Answer:
        unknown = sorted(given.keys() - {"restart_database"})
        if unknown:
            raise CannotBeSimulatedError(f"supabase: the database's setting `{unknown[0]}`")
        if given.get("restart_database"):
            self.model.away("RESTARTING")
        return Answer(body={})

    def _set_secrets(self, given: list[Object]) -> Answer:
        for one in given:
            if one["name"].startswith("SUPABASE_"):
                text = "Secret name must not start with the SUPABASE_ prefix"
                return Answer(status=400, body={"message": text})
        for one in given:
            self.model.set_secret(one["name"], one["value"])
        return Answer(status=201)

    def _health(self, wanted: list[str]) -> Answer:
        unknown = [one for one in wanted if one not in SERVICES]
        if not wanted or unknown:
            return Answer(status=400, body={"message": f"services: Invalid option {unknown}"})
        return Answer(
            body=[
                {
                    "name": name,
                    "healthy": self.model.health[name] == "ACTIVE_HEALTHY",
                    "status": self.model.health[name],
                }
                for name in wanted
            ]
        )

    def _logs(self, request: Request) -> Answer:
        sql = request.parameter("sql")
        start, end = (
            _moment(request.parameter(name))
            for name in ("iso_timestamp_start", "iso_timestamp_end")
        )
        if sql is None or start is None or end is None:
            raise CannotBeSimulatedError(
                "supabase: a question to the logs without sql, start and end"
            )
        if end <= start or end - start > LONGEST:
            # The vendor answers 200 here too: only `error` tells.
            text = "Time range must be positive and at most 24 hours"
            return Answer(body={"result": [], "error": text})
        query = read_query(sql, self.model.log_dialect)
        return Answer(body={"result": answer_query(query, self.model.logs, start, end)})


def _limits(left: int, reset: int) -> dict[str, str]:
    """The vendor's counters, on every answer of the platform."""
    return {
        "x-ratelimit-limit": str(_PER_MINUTE),
        "x-ratelimit-remaining": str(left),
        "x-ratelimit-reset": str(reset),
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
