"""Prism over the vendors' own descriptions: as a mock server, and between us and the simulated company as a judge."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rbengine.rehearsal.company.company import _BASES
from support.fronts import Fronts
from support.peer_installed import prism
from support.peer_programs import running
from support.vendors import description_file, vendor_description

SCRIPT = Path(__file__).parents[1] / "peers" / "prism.js"


class Description(NamedTuple):
    """One of a vendor's descriptions, and the operations whose requests it describes."""

    file: str
    provider: str
    operations: tuple[str, ...]


DESCRIPTIONS = (
    Description(
        "stripe_v1.2023-08-16.json",
        "stripe",
        (
            "customer", "latest_subscription", "list_subscriptions", "invoice", "list_invoices", "list_events",
            "payments", "refund", "webhook_endpoints", "create_webhook_endpoint", "update_webhook_endpoint",
            "disable_webhook_endpoint", "enable_webhook_endpoint", "delete_webhook_endpoint",
        ),
    ),
    Description(
        "twilio_api_v2010.json",
        "twilio",
        ("messages", "send", "calls", "call", "place_call", "end_call", "balance"),
    ),
    Description("twilio_monitor_v1.json", "twilio_monitor", ("alerts",)),
    Description("twilio_lookups_v2.json", "twilio_lookups", ("lookup",)),
    Description(
        "supabase_management_v1.json",
        "supabase",
        (
            "function_logs", "error_groups", "function_calls", "function", "functions", "hold_function",
            "release_function", "secrets_check", "secret_holds", "set_secret", "health", "project", "addons",
            "set_addon",
            "restart_database", "network_bans", "lift_network_bans", "realtime_config", "realtime_shutdown",
        ),
    ),
    Description("supabase_auth.json", "supabase_project", ("auth_health", "sign_in_probe")),
    Description("resend.json", "resend", ("send", "send_each", "domains")),
    Description("whatsapp_phone_v23.json", "meta", ("phone_health", "message_history")),
    Description("whatsapp_waba_v23.json", "meta", ("waba_apps",)),
)  # fmt: skip


def adapter_of(description: Description) -> str:
    """Whose operations they are."""
    provider = description.provider
    return "email" if provider == "resend" else provider.partition("_")[0]


_A_FORM = "its form holds a list, which Prism cannot read"

NOT_MOCKED: Mapping[str, str] = {
    "email.send_each": "the mock answers for one mail, whatever it is sent",
    "meta.message_history": "the mock's history has no end",
    "meta.phone_health": "the mock does not give the fields that are asked for",
    "stripe.create_webhook_endpoint": _A_FORM,
    "supabase.error_groups": "the mock knows no function by its name",
    "supabase.function": "the mock makes up a moment that is none",
    "supabase.function_calls": "the mock knows no function by its name",
    "supabase.function_logs": "the mock knows no function by its name",
    "supabase.functions": "the mock makes up a moment that is none",
    "supabase.hold_function": "the mock makes up a moment that is none",
    "supabase.release_function": "the mock makes up a moment that is none",
    "supabase.restart_database": "the mock's answer breaks its own description",
    "supabase.secret_holds": "the mock's digest is none",
    "supabase.secrets_check": "the mock's digest is none",
}
"""What the mock server cannot say well, and why; the judge sees these calls."""

NOT_JUDGED: Mapping[str, str] = {"stripe.create_webhook_endpoint": _A_FORM}
"""What the judge cannot read, and why."""


def _relative(node: Any) -> None:
    """Twilio calls relative addresses URIs; its own examples have them."""
    if node.get("format") == "uri":
        del node["format"]


def _absent(node: Any) -> None:
    """Twilio's lookup gives null for what was not asked for; its own examples do."""
    for one in node.get("properties", {}).values():
        if isinstance(one, dict):
            one["nullable"] = True


def _at_its_place(node: Any) -> None:
    """Auth lies below a path of the project's host, which its paths leave out and Prism does not put back."""
    if "paths" in node:
        node["paths"] = {f"/auth/v1{path}": methods for path, methods in node["paths"].items()}


_MENDED: Mapping[str, Callable[[Any], None]] = {
    "twilio_api_v2010.json": _relative,
    "twilio_lookups_v2.json": _absent,
    "supabase_auth.json": _at_its_place,
}
"""Where a description is not what its own vendor does: its examples show it."""


class Judged(NamedTuple):
    """Where one description's servers listen."""

    mock: int
    proxy: int


@contextmanager
def prism_running(fronts: Fronts, folder: Path) -> Iterator[Mapping[str, Judged]]:
    """Both servers of every description, by its file; what passes the proxies goes to `fronts`."""
    log = folder / "log"
    given = [
        {
            "name": one.file,
            "file": str(_mended(one.file, folder)),
            "upstream": f"http://127.0.0.1:{fronts.port(_BASES[one.provider].removeprefix('https://'))}",
        }
        for one in DESCRIPTIONS
    ]
    command = ["node", str(SCRIPT), str(prism()), json.dumps(given)]

    def said() -> str:
        return log.read_text(encoding="utf-8") if log.is_file() else ""

    with running(command, lambda: said().endswith("]\n"), log=log, limit=60):
        places = json.loads(said().splitlines()[-1])
        yield {one["name"]: Judged(int(one["mock"]), int(one["proxy"])) for one in places}


def _mended(name: str, folder: Path) -> Path:
    """The description's file, or a mended copy of it."""
    mend = _MENDED.get(name)
    if mend is None:
        return description_file(name)
    content = vendor_description(name)
    _each(content, mend)
    copy = folder / name
    copy.write_text(json.dumps(content), encoding="utf-8")
    return copy


def _each(node: Any, mend: Callable[[Any], None]) -> None:
    if isinstance(node, dict):
        mend(node)
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _each(one, mend)
