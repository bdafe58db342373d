"""The project's own host: its functions, Auth, Storage and metrics."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.supabase.model import PROBE, SupabaseModel

Invoke = Callable[[str, Any], Answer]
"""The company's program: function and decoded body to its answer."""

MOST_FILES = 1000

_RESTRICTED = "Service for this project is restricted due to the following violations: exceed_storage_size_quota."


class Files(Protocol):
    """Buckets and files: rows of the project's database, as the vendor keeps them."""

    def buckets(self) -> Sequence[Object]:
        """All of them, by id."""
        ...

    def change_bucket(
        self, id_: str, public: bool, limit: int | None, types: list[str] | None
    ) -> None:
        """Let it take other files."""
        ...

    def remove(self, bucket: str, names: Sequence[str]) -> Sequence[str]:
        """Remove files with their bytes; the names of those that were there."""
        ...


CANNOT_START = Answer(
    status=503,
    body={"code": "BOOT_ERROR", "message": "Function failed to start (please check logs)"},
    headers={"sb-error-code": "BOOT_ERROR"},
)
"""What the gateway answers for a function that does not start: it did nothing, and that is certain."""


SAID_NO: Mapping[SaidNo, tuple[int, str]] = {
    "unauthorized": (403, "Forbidden resource"),
    "not_found": (404, "Resource has been removed"),
    "conflict": (409, "The project is being changed by another request"),
    "invalid": (400, "Bad Request"),
}
"""With which status each service refuses, and the platform's words."""

_AT_THE_GATEWAY: Mapping[SaidNo, tuple[int, str]] = {
    "unauthorized": (401, "UNAUTHORIZED_INVALID_JWT_FORMAT"),
    "not_found": (404, "NOT_FOUND"),
}
"""The others are the function's own answers."""


class ProjectHost:
    """{project}.supabase.co."""

    def __init__(
        self,
        ground: Ground,
        model: SupabaseModel,
        invoke: Invoke,
        files: Callable[[], Files],
    ) -> None:
        self._ground = ground
        self.model = model
        self._invoke = invoke
        self._files = files

    def handle(self, request: Request) -> Answer:
        """Answer as the project's services do."""
        model = self.model
        match request.segments:
            case _ if model.restricted:
                # An organization over its quota gets nothing from any of them, not even a deletion.
                return Answer(
                    status=402, body={"code": "exceed_storage_size_quota", "message": _RESTRICTED}
                )
            case ("functions", "v1", slug):
                return self._function(request, slug)
            case ("auth", "v1", *rest):
                return self._auth(request, tuple(rest))
            case ("storage", "v1", *rest):
                return self._storage(request, tuple(rest))
            case ("customer", "v1", "privileged", "metrics") if request.method == "GET":
                return self._metrics(request)
            case _:
                pass
        raise CannotBeSimulatedError(f"supabase: {request.method} {request.path} of the project")

    def refused(self, request: Request, kind: SaidNo) -> Answer:
        """How the service that `request` is for refuses it."""
        status, text = SAID_NO[kind]
        match request.segments[0]:
            case "functions" if kind in _AT_THE_GATEWAY:
                return gateway(*_AT_THE_GATEWAY[kind], text)
            case "storage":
                # 400 on the wire, and in the body what is meant.
                meant = {"statusCode": str(status), "error": text, "message": text}
                return Answer(status=400, body=meant)
            case "auth":
                return _auth_error(status, kind, text)
            case _:
                return Answer(status=status, body={"message": text})

    def _function(self, request: Request, slug: str) -> Answer:
        found = self.model.functions.get(slug)
        if found is None or found["status"] == "REMOVED":
            return gateway(404, "NOT_FOUND", "Requested function was not found")
        if request.method != "POST":
            raise CannotBeSimulatedError(f"supabase: {request.method} of a function")
        if found["verify_jwt"] and not request.headers.get("authorization"):
            return gateway(401, "UNAUTHORIZED_NO_AUTH_HEADER", "Missing authorization header")
        answer = self._invoke(slug, request.json() if request.body else None)
        for line in answer.logs:
            self.model.log(slug, message=line)
        failed = answer.status >= 500
        if failed:
            self.model.log(slug, message=f"answered {answer.status}", level="error")
        self.model.requested(slug, answer.status)
        extra = {"sb-error-code": "EDGE_FUNCTION_ERROR"} if failed else {}
        return Answer(
            status=answer.status,
            body=answer.body,
            raw=answer.raw,
            headers={**extra, **answer.headers},
        )

    def _auth(self, request: Request, rest: tuple[str, ...]) -> Answer:
        wrong = self.model.auth
        match request.method, rest:
            case "GET", ("health",):
                if wrong.health != 200:
                    return _auth_error(wrong.health, "unexpected_failure", "Service unavailable")
                return Answer(
                    body={
                        "name": "GoTrue",
                        "version": "v2.189.0",
                        "description": "GoTrue is a user registration and authentication API",
                    }
                )
            case "POST", ("token",):
                return self._token(request)
            case "POST", ("logout",):
                return Answer(status=204)
            case _:
                pass
        raise CannotBeSimulatedError(f"supabase: {request.method} {request.path} of Auth")

    def _token(self, request: Request) -> Answer:
        if request.parameter("grant_type") != "password":
            return _auth_error(400, "unsupported_grant_type", "unsupported_grant_type")
        status = self.model.auth.sign_in
        if status >= 500:
            return _auth_error(status, "unexpected_failure", "Database error querying schema")
        given = request.json()
        if status != 200 or (given.get("email"), given.get("password")) != PROBE:
            return _auth_error(400, "invalid_credentials", "Invalid login credentials")
        token = self._ground.token("supabase/session", 32)
        return Answer(
            body={
                "access_token": f"simulated.{token}.signature",
                "token_type": "bearer",
                "expires_in": 3600,
                "refresh_token": self._ground.token("supabase/refresh", 22),
                "user": {"id": self._ground.uuid("supabase/user"), "email": given["email"]},
            }
        )

    def _storage(self, request: Request, rest: tuple[str, ...]) -> Answer:
        files = self._files()
        match request.method, rest:
            case "GET", ("bucket",):
                return Answer(body=list(files.buckets()))
            case "GET", ("bucket", id_):
                found = self._bucket(id_)
                return _no_bucket() if found is None else Answer(body=found)
            case "PUT", ("bucket", id_):
                if self._bucket(id_) is None:
                    return _no_bucket()
                given = request.json()
                limit, types = given.get("file_size_limit"), given.get("allowed_mime_types")
                files.change_bucket(id_, given["public"], limit, types)
                return Answer(body={"message": "Successfully updated"})
            case "DELETE", ("object", id_):
                if self._bucket(id_) is None:
                    return _no_bucket()
                names = request.json()["prefixes"]
                if not 1 <= len(names) <= MOST_FILES:
                    return _storage_error(400, "InvalidRequest", "prefixes: 1 to 1000 items")
                gone = files.remove(id_, names)
                return Answer(body=[{"name": one, "bucket_id": id_} for one in gone])
            case _:
                pass
        raise CannotBeSimulatedError(f"supabase: {request.method} {request.path} of Storage")

    def _bucket(self, id_: str) -> Object | None:
        return next((one for one in self._files().buckets() if one["id"] == id_), None)

    def _metrics(self, request: Request) -> Answer:
        if not request.headers.get("authorization"):
            return Answer(status=401, body={"message": "Unauthorized"})
        text = self.model.machine.written(self._ground.now())
        return Answer(raw=text.encode(), headers={"content-type": "text/plain; version=0.0.4"})


def gateway(status: int, code: str, message: str) -> Answer:
    """A refusal by the gateway: the function itself never ran."""
    return Answer(
        status=status, body={"code": code, "message": message}, headers={"sb-error-code": code}
    )


def _auth_error(status: int, code: str, message: str) -> Answer:
    return Answer(status=status, body={"code": status, "error_code": code, "msg": message})


def _storage_error(status: int, code: str, message: str) -> Answer:
    return Answer(
        status=status, body={"statusCode": str(status), "error": code, "message": message}
    )


def _no_bucket() -> Answer:
    # The vendor says 400 on the wire and 404 in the body.
    return Answer(
        status=400,
        body={"statusCode": "404", "error": "Bucket not found", "message": "Bucket not found"},
    )
