"""The state of one Supabase project as its Management API shows it."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import msgspec

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.supabase.addons import NEW_COMPUTE, Addons
from rbengine.rehearsal.company.supabase.machine import Machine

NEW_REALTIME: Mapping[str, Any] = MappingProxyType(
    {
        "private_only": False,
        "connection_pool": 2,
        "max_concurrent_users": 200,
        "max_events_per_second": 100,
        "max_bytes_per_second": 100_000,
        "max_channels_per_client": 100,
        "max_joins_per_second": 100,
        "max_presence_events_per_second": 20,
        "max_payload_size_in_kb": 100,
        "suspend": False,
        "presence_enabled": True,
    }
)
"""How Realtime is set in a new project."""

SERVICES = ("auth", "db", "db_postgres_user", "pooler", "realtime", "rest", "storage", "pg_bouncer")
LONG_AGO = timedelta(days=30)
AWAY_FOR = timedelta(minutes=3)
"""How long a restart or another size takes."""

ORGANIZATION = "simulated-organization"

PROBE = ("probe@simulated.test", "simulated")
"""E-mail and password of the user that probes sign in as."""
WELL = "ACTIVE_HEALTHY"
HEALTH = ("COMING_UP", "ACTIVE_HEALTHY", "UNHEALTHY")


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the project's logs."""

    id: str
    source: str
    """`function_logs` or `function_edge_logs`."""
    function_id: str
    at: datetime
    level: str
    message: str
    status: int | None = None
    """What the request was answered with, in `function_edge_logs`."""


class AuthState(msgspec.Struct, kw_only=True):
    """With what Auth answers: whether it is well, and whether the probe's user can sign in."""

    health: int = 200
    sign_in: int = 200


class SupabaseModel:
    """Functions, secrets, health and logs."""

    def __init__(self, ground: Ground, project: str) -> None:
        self._ground = ground
        self.project = project
        self.functions: dict[str, Object] = {}
        self.secrets: dict[str, Object] = {}
        self._held: dict[str, str] = {}
        self.health: dict[str, str] = dict.fromkeys(SERVICES, WELL)
        self.logs: list[LogLine] = []
        self.signed_with: dict[str, str] = {}
        """Function to the name of the secret that it checks the signatures of webhooks with."""
        self.auth = AuthState()
        self.addons = Addons()
        self.machine = Machine(ground.now() - LONG_AGO)
        self.bans: list[str] = []
        self.organization: Object = {
            "id": ORGANIZATION,
            "name": "Simulated",
            "plan": "free",
            "opt_in_tags": [],
            "allowed_release_channels": ["ga"],
        }
        self.restricted = False
        """Its organization is over a quota: every request to the project is answered 402."""
        self._away: tuple[str, datetime] | None = None
        self.log_dialect = "clickhouse"
        self.expected: dict[str, str] = {}
        """What the project's settings say that secrets should be."""
        self.realtime: Object = dict(NEW_REALTIME)
        self.realtime_closed_at: datetime | None = None
        """When all realtime connections were closed the last time."""

    def deploy(self, slug: str, *, verify_jwt: bool = True, at: datetime | None = None) -> Object:
        """The function `slug` is deployed: for the first time, or in its next version.

        Without a moment: now; while a world is set up long ago, so that no deployment looks like a cause.
        """
        moment = self._ground.now() if at is None else at
        if at is None and not self._ground.running:
            moment -= LONG_AGO
        milliseconds = int(moment.timestamp() * 1000)
        found = self.functions.get(slug)
        if found is not None:
            found.update(
                version=found["version"] + 1, updated_at=milliseconds, verify_jwt=verify_jwt
            )
            return found
        made: Object = {
            "id": self._ground.uuid("supabase/function"),
            "slug": slug,
            "name": slug,
            "status": "ACTIVE",
            "version": 1,
            "created_at": milliseconds,
            "updated_at": milliseconds,
            "verify_jwt": verify_jwt,
            "import_map": False,
            "entrypoint_path": f"file:///src/{slug}/index.ts",
        }
        self.functions[slug] = made
        return made

    def function_for(self, slug: str) -> Object:
        """The function `slug`, deployed when a world names one it did not describe."""
        found = self.functions.get(slug)
        return found if found is not None else self.deploy(slug)

    def log(
        self,
        slug: str,
        *,
        message: str,
        level: str = "info",
        at: datetime | None = None,
        source: str = "function_logs",
        status: int | None = None,
    ) -> None:
        """The function wrote a line."""
        self.logs.append(
            LogLine(
                id=self._ground.uuid("supabase/log"),
                source=source,
                function_id=self.function_for(slug)["id"],
                at=self._ground.now() if at is None else at,
                level=level,
                message=message,
                status=status,
            )
        )

    def requested(self, slug: str, status: int, *, at: datetime | None = None) -> None:
        """The function answered a request with `status`: a line at the edge."""
        self.log(
            slug,
            message=f"POST | {status} | https://{self.host}/functions/v1/{slug}",
            level="error" if status >= 500 else "info",
            at=at,
            source="function_edge_logs",
            status=status,
        )

    def set_secret(self, name: str, value: str) -> None:
        """Keep the digest of a secret; its value is known to the functions alone. A world's were set long ago."""
        self._held[name] = value
        moment = self._ground.now()
        if not self._ground.running:
            moment -= LONG_AGO
        self.secrets[name] = {
            "name": name,
            "value": hashlib.sha256(value.encode("utf-8")).hexdigest(),
            "updated_at": moment.isoformat(timespec="milliseconds"),
        }

    def held(self, name: str) -> str | None:
        """What a function reads in its environment; None where there is no such secret."""
        return self._held.get(name) if name in self.secrets else None

    @property
    def host(self) -> str:
        """The project's own host."""
        return f"{self.project}.supabase.co"

    def away(self, status: str) -> None:
        """The project is `RESTARTING` or `RESIZING` for a while."""
        self._away = (status, self._ground.now() + AWAY_FOR)

    def description(self) -> Object:
        """The project as the platform shows it."""
        away = self._away
        gone = away is not None and self._ground.now() < away[1]
        return {
            "id": self.project,
            "ref": self.project,
            "organization_id": ORGANIZATION,
            "organization_slug": ORGANIZATION,
            "name": "simulated",
            "region": "eu-central-1",
            "created_at": "2025-01-01T00:00:00.000Z",
            "status": away[0] if away is not None and gone else WELL,
            "database": {
                "host": f"db.{self.host}",
                "version": "17.6.1",
                "postgres_engine": "17",
                "release_channel": "ga",
            },
        }

    def setting(self, name: str) -> str | None:
        """What the project's settings say: `supabase.logs`, `supabase.probe_…`, `supabase.secret.NAME`. None for
        every other name."""
        match name:
            case "supabase.logs":
                return self.log_dialect
            case "supabase.probe_email":
                return PROBE[0]
            case "supabase.probe_password":
                return PROBE[1]
            case _:
                pass
        return self.expected.get(name.removeprefix("supabase.secret."))

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Functions, secrets, and what is not as in a new project. Logs only tell of what happened."""
        for slug, one in self.functions.items():
            yield f"function/{slug}", one
        for name, secret in self.secrets.items():
            yield f"secret/{name}", secret
        if self.realtime != NEW_REALTIME:
            yield "realtime", self.realtime
        if self.addons.compute != NEW_COMPUTE:
            yield "compute", self.addons.compute
        if self._away is not None:
            yield "restart", self._away[1].isoformat()
        if self.bans:
            yield "bans", self.bans
        unwell = {name: state for name, state in self.health.items() if state != WELL}
        if unwell:
            yield "health", unwell
