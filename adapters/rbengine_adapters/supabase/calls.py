"""One call's dealings with Supabase: reading and changing, on the platform and on the project's host."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pydantic

from rbengine_adapters.supabase.failures import ending_of
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.http import Query, Wire
from rbengine_adapters.wire.plain import encoded

if TYPE_CHECKING:
    from rbengine_adapters.supabase.place import Place

T = TypeVar("T")


class SupabaseCalls:
    """The requests of one call; they share its time."""

    def __init__(self, place: "Place", timeout: timedelta) -> None:
        deadline = Deadline(timeout)
        self.place = place
        self._platform = Wire(place.platform, deadline, "Supabase")
        self._project = Wire(place.project, deadline, "Supabase")

    def read(self, path: str, form: "pydantic.TypeAdapter[T]", query: Query | None = None) -> T:
        """What the platform says of this project at `path`; of anything else where it begins with `/v1`."""
        response = self.send("GET", path, changes=False, query=query)
        return self.checked(form, response, changes=False)

    def change(self, method: str, path: str, content: Any) -> httpx.Response:
        """The platform's answer to a request that changes this project. Ends the call where it refuses."""
        return self.send(method, path, changes=True, content=encoded(content))

    def send(
        self,
        method: str,
        path: str,
        *,
        changes: bool,
        query: Query | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """The platform's answer. Ends the call where it refuses."""
        whole = path if path.startswith("/v1/") else f"/v1/projects/{self.place.reference}{path}"
        response = self._platform.send(method, whole, changes=changes, query=query, content=content)
        if response.headers.get("content-type", "").startswith("text/html"):
            # The platform speaks JSON or says nothing; a page is somebody's on the way.
            raise CallEndedError(garbled("Supabase", changes=changes))
        return _granted(response, changes=changes)

    def at_project(
        self,
        method: str,
        path: str,
        *,
        changes: bool,
        query: Query | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer of the project's own host. Ends the call where it refuses."""
        response = self._project.send(
            method, path, changes=changes, query=query, content=content, headers=headers
        )
        return _granted(response, changes=changes)

    def whatever(
        self,
        method: str,
        path: str,
        *,
        query: Query,
        content: bytes,
        headers: Mapping[str, str],
    ) -> httpx.Response:
        """What the project's own host answers to a request that changes nothing; a refusal too."""
        return self._project.send(
            method, path, changes=False, query=query, content=content, headers=headers
        )

    def granted(self, response: httpx.Response) -> httpx.Response:
        """An answer that is no refusal. Ends the call where it is one."""
        return _granted(response, changes=False)

    def json(self, response: httpx.Response, *, changes: bool) -> Any:
        """The JSON of an answer. Ends the call where it is none."""
        return self._platform.content(response, changes=changes)

    def checked(
        self, form: "pydantic.TypeAdapter[T]", response: httpx.Response, *, changes: bool
    ) -> T:
        """An answer as far as we read it. Ends the call where it is not the vendor's."""
        return checked(form, self.json(response, changes=changes), changes=changes)


def checked(form: "pydantic.TypeAdapter[T]", content: object, *, changes: bool = False) -> T:
    """`content` in the form that the vendor promises. Ends the call where it has another."""
    try:
        return form.validate_python(content)
    except pydantic.ValidationError as error:
        raise CallEndedError(garbled("Supabase", changes=changes)) from error


def _granted(response: httpx.Response, *, changes: bool) -> httpx.Response:
    if not response.is_success:
        raise CallEndedError(ending_of(response, changes=changes))
    return response
