"""One call of every operation that speaks with a vendor, and a world in which each of them succeeds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from rbengine.conformance.bench import START, Bench
from rbengine.contract.values import Money, Row, SecretReference, SecretValue, Value
from rbengine.facts.adapters import signatures
from rbengine.rehearsal.company.exchange import Answer

HOUR = timedelta(hours=1)
HOOK = "https://hooks.club.test/whatsapp"
PAGE = "https://hooks.club.test/health"
CALL = "CA" + "0" * 32
NUMBER = "+393331234567"
MESSAGE = Row({"subject": "s", "text": "t"})
MAILBOX = Row({"email": "a@club.test", "host": "imap.club.test", "port": 993})


def secret(text: str) -> SecretValue:
    """As an argument that is declared secret."""
    return SecretValue(text, SecretReference("token", "0"))


SINCE: dict[str, Value] = {"from": START - HOUR, "to": START}

CALLS: Mapping[str, Mapping[str, Value]] = {
    "email.send": {"to": "a@b.test", "message": MESSAGE},
    "email.send_each": {"to": ("a@b.test", "c@d.test"), "message": MESSAGE},
    "email.domains": {},
    "http.get": {"url": PAGE},
    "http.handshake": {"url": HOOK, "token": "VERIFY"},
    "http.notify_signed": {"url": HOOK, "app_secret": "APP"},
    "http.notify_unsigned": {"url": HOOK},
    "meta.message_history": SINCE,
    "meta.phone_health": {},
    "meta.app_subscriptions": {},
    "meta.waba_apps": {},
    "meta.subscribe_app": {
        "callback_url": HOOK,
        "fields": ("messages",),
        "verify_token": secret("right"),
    },
    "status.component": {"page": "stripe", "component": "API"},
    "status.published": {},
    "status.publish": {"title": "Trouble", "stage": "investigating", "says": "We look at it."},
    "stripe.customer": {"customer": "cus_1"},
    "stripe.latest_subscription": {"customer": "cus_1"},
    "stripe.list_subscriptions": {"customer": "cus_1", "status": "active"},
    "stripe.invoice": {"invoice": "in_1"},
    "stripe.list_invoices": {"customer": "cus_1", "status": "open", "since": START - HOUR},
    "stripe.list_events": {"types": ("invoice.paid",), "since": START - HOUR, "undelivered": True},
    "stripe.payments": {"customer": "cus_1", "since": START - HOUR},
    "stripe.refund": {"payment": "pi_1", "amount": Money(5, "usd"), "reason": "duplicate"},
    "stripe.search_customers": {"email": "a@b.test", "metadata": Row({"own": "1"})},
    "stripe.search_payments": {"metadata": Row({"kind": "x"}), "status": "succeeded"},
    "stripe.portal_session": {"customer": "cus_1", "return_url": "https://club.test/back"},
    "stripe.webhook_endpoints": {},
    "stripe.create_webhook_endpoint": {"url": HOOK, "events": ("invoice.paid",)},
    "stripe.update_webhook_endpoint": {
        "endpoint": "we_1",
        "url": HOOK,
        "events": ("invoice.paid",),
    },
    "stripe.disable_webhook_endpoint": {"endpoint": "we_1"},
    "stripe.enable_webhook_endpoint": {"endpoint": "we_1"},
    "stripe.delete_webhook_endpoint": {"endpoint": "we_2"},
    "stripe.ping_webhook_endpoint": {"endpoint": "we_1"},
    "supabase.function_logs": {"function": "sync", "since": START - HOUR, "matching": "x"},
    "supabase.error_groups": {"functions": ("sync",), "since": START - HOUR},
    "supabase.function_calls": {"functions": ("sync",), "since": START - HOUR},
    "supabase.function": {"slug": "sync"},
    "supabase.functions": {},
    "supabase.hold_function": {"slug": "sync"},
    "supabase.release_function": {"slug": "sync"},
    "supabase.invoke": {"function": "sync"},
    "supabase.secrets_check": {"names": ("VERIFY",)},
    "supabase.secret_holds": {"name": "VERIFY", "value": secret("right")},
    "supabase.set_secret": {"name": "VERIFY", "value": secret("right")},
    "supabase.health": {"services": ("auth", "db")},
    "supabase.project": {},
    "supabase.metrics": {},
    "supabase.restart_database": {},
    "supabase.addons": {},
    "supabase.set_addon": {"kind": "compute_instance", "variant": "ci_large"},
    "supabase.network_bans": {},
    "supabase.lift_network_bans": {"addresses": ("203.0.113.7",)},
    "supabase.realtime_config": {},
    "supabase.realtime_shutdown": {},
    "supabase.auth_health": {},
    "supabase.sign_in_probe": {},
    "supabase.buckets": {},
    "supabase.limit_uploads": {"bucket": "files", "largest_file_bytes": 1},
    "supabase.remove_files": {"bucket": "files", "names": ("a.txt",)},
    "twilio.messages": {**SINCE, "direction": "inbound"},
    "twilio.send": {"to": NUMBER, "message": MESSAGE},
    "twilio.calls": {**SINCE, "status": "failed"},
    "twilio.call": {"call": CALL},
    "twilio.place_call": {"to": NUMBER, "say": "Hello"},
    "twilio.end_call": {"call": CALL},
    "twilio.alerts": {"since": START - HOUR},
    "twilio.lookup": {"number": NUMBER, "line_type": True},
    "twilio.balance": {},
    "imap.messages": {**SINCE, "mailboxes": (MAILBOX,)},
    "imap.probe": {"mailboxes": (MAILBOX,)},
    "smtp.send": {"to": "a@b.test", "message": MESSAGE},
    "smtp.probe": {},
    "git.log": {"repository": "app", "since": START - HOUR},
    "realtime.probe": {"table": "messages"},
}
"""In an order in which each succeeds after those before it. `status.update` and `git.revert_and_push` need the id of
something that is made at run time."""


_OTHER_WAYS = ("cron", "git", "imap", "postgres", "realtime", "smtp")


def reads(*, over_http: bool) -> list[str]:
    """Every operation that is marked `observe`, of the adapters that speak HTTP or of those that do not."""
    return [
        one.full_name
        for each in signatures()
        for one in each.operations
        if one.effect == "observe" and (each.name not in _OTHER_WAYS) is over_http
    ]


class OneBucket:
    """`project_host.Files` with one bucket and one file in it."""

    def __init__(self) -> None:
        self._limit: int | None = None
        self._files = ["a.txt"]

    def buckets(self) -> Sequence[Mapping[str, Any]]:
        """It."""
        return [
            {
                "id": "files", "name": "files", "public": False, "owner": "",
                "file_size_limit": self._limit, "allowed_mime_types": None,
                "created_at": "2026-01-05T14:02:00Z", "updated_at": "2026-01-05T14:02:00Z",
            }
        ]  # fmt: skip

    def change_bucket(
        self, id_: str, public: bool, limit: int | None, types: list[str] | None
    ) -> None:
        """Only the limit is looked at again."""
        assert (id_, public, types) == ("files", False, None)
        self._limit = limit

    def remove(self, bucket: str, names: Sequence[str]) -> Sequence[str]:
        """Those that there are."""
        assert bucket == "files"
        gone = [one for one in self._files if one in names]
        self._files = [one for one in self._files if one not in gone]
        return gone


def arranged(peer: Bench) -> None:
    """The world for them."""
    files = OneBucket()
    peer.company.files = lambda: files
    peer.company.on_invoke = lambda function, body: Answer(body={"done": True})  # noqa: ARG005
    peer.arrange("email.domain", name="club.test")
    peer.arrange("git.commit", repository="app", title="One", files=("a",), at=START - HOUR / 2)
    peer.arrange("http.page", url=PAGE, body="ok")
    for name, value in (("VERIFY", "right"), ("APP", "secret")):
        peer.arrange("supabase.secret", name=name, value=value, expected=value)
    peer.arrange("http.webhook", url=HOOK, verify_token="VERIFY", app_secret="APP")
    peer.arrange("meta.message", id="wamid.1", at=START - HOUR / 2)
    peer.arrange("meta.subscription", callback_url=HOOK, fields=("messages",))
    peer.arrange("meta.waba_app", id="1", name="Chat")
    peer.arrange("meta.webhook", url=HOOK, verify_token="right")
    peer.arrange("stripe.customer", id="cus_1", email="a@b.test")
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    peer.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=1999)
    peer.arrange("stripe.invoice", id="in_1", customer="cus_1", amount=1999)
    for id_ in ("we_1", "we_2"):
        peer.arrange("stripe.webhook_endpoint", id=id_, url=f"https://{id_}.test")
    peer.arrange("supabase.function", slug="sync", verify_jwt=False)
    peer.arrange("supabase.log", function="sync", text="x boom", level="error", at=START - HOUR / 2)
    peer.arrange("supabase.ban", address="203.0.113.7")
    peer.arrange("twilio.alert", code=30007, text="x", at=START - HOUR / 2)
    given: dict[str, Value] = {"from": "+14155550100"}
    peer.arrange("twilio.message", body="Hello", to=NUMBER, at=START - HOUR / 2, **given)
    peer.arrange("twilio.call", sid=CALL, to=NUMBER, status="in-progress", **given)
