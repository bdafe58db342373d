"""Prism over the vendors' own descriptions: as a mock server, and between us and the simulated company as a judge."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rbengine.contract.outcomes import Outcome
from rbengine.contract.values import Value
from rbengine.host.live.connections import LiveConnections
from rbengine.rehearsal.company.company import _BASES
from rbengine.rehearsal.company.settings import SETTINGS
from support.fronts import Fronts
from support.live import LiveBench, live
from support.peer_installed import prism, stripes_description
from support.peer_programs import running
from support.peers import SimulatedPeer
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
            "payments", "search_customers", "search_payments", "portal_session", "refund", "webhook_endpoints",
            "create_webhook_endpoint", "update_webhook_endpoint",
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


NOT_MOCKED: Mapping[str, str] = {
    "stripe.create_webhook_endpoint": "the mock's new endpoint has no secret",
    "email.send_each": "the mock answers for one mail, whatever it is sent",
    "meta.message_history": "the mock's history has no end",
    "meta.phone_health": "the mock does not give the fields that are asked for",
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


def _with_lists(node: Any) -> None:
    """Prism cannot read lists in a form, and would miss the ones that are needed."""
    form = node.get("application/x-www-form-urlencoded")
    if isinstance(form, dict) and isinstance(form.get("schema"), dict):
        form["schema"].pop("required", None)


_MENDED: Mapping[str, Callable[[Any], None]] = {
    "stripe_v1.2023-08-16.json": _with_lists,
    "twilio_api_v2010.json": _relative,
    "twilio_lookups_v2.json": _absent,
    "supabase_auth.json": _at_its_place,
}
"""Where a description is not what its own vendor does, as its examples show, or more than Prism can read."""


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
    if name not in _MENDED:
        return description_file(name)
    content = mended_description(name)
    if name.startswith("stripe"):
        _with_account(content)
    copy = folder / name
    copy.write_text(json.dumps(content), encoding="utf-8")
    return copy


def mended_description(name: str) -> Any:
    """The description, mended where it is not what its own vendor does."""
    content = vendor_description(name)
    mend = _MENDED.get(name)
    if mend is not None:
        _each(content, mend)
    return content


def _each(node: Any, mend: Callable[[Any], None]) -> None:
    if isinstance(node, dict):
        mend(node)
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _each(one, mend)


ACCOUNT = "/v1/account"


def _with_account(content: Any) -> None:
    """Whose key it is stands in another description of Stripe, with more than a judge of this one call needs."""
    whole = json.loads(stripes_description().read_text(encoding="utf-8"))
    theirs, needed = whole["components"]["schemas"], ["account"]
    schemas = content["components"]["schemas"]
    while needed:
        name = needed.pop()
        if f"whose_{name}" not in schemas:
            schemas[f"whose_{name}"] = _narrowed(theirs[name], needed)
    asked = whole["paths"][ACCOUNT]["get"]
    answer = {"$ref": "#/components/schemas/whose_account"}
    asked["responses"] = {
        "200": {"description": "", "content": {"application/json": {"schema": answer}}}
    }
    content["paths"][ACCOUNT] = {"get": asked}


def _narrowed(node: Any, needed: list[str]) -> Any:
    """A schema in which what is no part of an account may be anything; further parts come to `needed`."""
    if isinstance(node, list):
        return [_narrowed(one, needed) for one in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if name:
        if not name.startswith("account_"):
            return {}
        needed.append(name)
        return {"$ref": f"#/components/schemas/whose_{name}"}
    return {key: _narrowed(one, needed) for key, one in node.items()}


KEYS = {
    "stripe.key": "sk_test_1", "email.key": "re_1", "meta.token": "t", "meta.app_secret": "s",
    "supabase.access_token": "t", "supabase.service_key": "k", "twilio.key": "SK1", "twilio.secret": "s",
    "stripe.tiers": '{"price_a": "small", "price_b": "large"}', "supabase.secret.TOKEN": "right",
}  # fmt: skip
"""Of a profile that everything is reached with."""


class PrismPeer(LiveBench, SimulatedPeer):
    """The adapters and the company, with a judge on every real connection between them that a description knows.

    A provider with two descriptions has a judge for each: `among` are the connections by description.
    """

    def __init__(self, among: Mapping[str, LiveConnections], fronts: Fronts) -> None:
        super().__init__(among[""])
        fronts.company = self.company
        self._among = among
        self._asks = ""

    def can(self, ability: str) -> bool:
        """No faults: they would be the judge's."""
        return ability != "faults"

    def http(self, provider: str) -> httpx.Client:
        """As a live host hands it out."""
        return self._among.get(self._asks, self._among[""]).http(provider)

    def make(self, operation: str, arguments: Mapping[str, Value], key: str = "key-1") -> Outcome:
        """As everywhere."""
        self._asks = operation
        return super().make(operation, arguments, key)

    def setting(self, name: str) -> str:
        """What the world says of it, else the profile."""
        return self.company.setting(name) or super().setting(name)


SECOND = {"meta.waba_apps": "whatsapp_waba_v23.json"}
"""Operations whose requests stand in another description than their provider's first."""


@contextmanager
def judged(places: Mapping[str, Judged], fronts: Fronts) -> Iterator[Mapping[str, LiveConnections]]:
    """Connections with a judge on each, by the operation that needs others than the rest; `""` is the rest."""
    first: dict[str, int] = {}
    for one in DESCRIPTIONS:
        if one.provider != "supabase_project":  # only a part of that host is described
            first.setdefault(one.provider, places[one.file].proxy)
    with ExitStack() as stack:
        among = {}
        for operation, file in {"": "", **SECOND}.items():
            ports = {**first, **({"meta": places[file].proxy} if file else {})}
            given = {**SETTINGS, **KEYS, **fronts.settings(ports)}
            among[operation] = stack.enter_context(live(given))
        yield among
