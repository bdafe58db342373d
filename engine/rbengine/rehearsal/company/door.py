"""What a webhook meets before the company's program: the address, the gateway, and the check of its signature."""

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from rbengine.rehearsal.company.stripe.endpoints import IMPLICIT, Endpoints

if TYPE_CHECKING:
    from rbengine.rehearsal.company.supabase.model import SupabaseModel

_FUNCTIONS = "/functions/v1/"


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """The function that an endpoint leads to (None: nothing is there), and what was answered in its place.

    `status` None: the company's program has the word.
    """

    function: str | None
    status: int | None


def met(endpoints: Endpoints, endpoint: str, project: "SupabaseModel") -> Met:
    """Where a delivery to `endpoint` comes to. What the function itself refuses stands in its logs."""
    if endpoint == IMPLICIT:
        return Met(function=None, status=None)
    parts = urlsplit(endpoints.get(endpoint)["url"])
    slug = parts.path.removeprefix(_FUNCTIONS)
    function = project.functions.get(slug) if parts.path.startswith(_FUNCTIONS) else None
    if parts.hostname != project.host or function is None:
        return Met(function=None, status=404)
    if function["verify_jwt"]:
        # The gateway asks for a token that no vendor has; the function never ran.
        project.requested(slug, 401)
        return Met(function=slug, status=401)
    name = project.signed_with.get(slug)
    if name is None or _digest(endpoints.secret_of(endpoint)) == project.secrets.get(name, {}).get(
        "value"
    ):
        return Met(function=slug, status=None)
    project.log(
        slug,
        level="error",
        message="Webhook error: No signatures found matching the expected signature for payload",
    )
    project.requested(slug, 400)
    return Met(function=slug, status=400)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
