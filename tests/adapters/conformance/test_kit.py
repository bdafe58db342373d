"""Adapters that come with the engine pass the kit that other packages' adapters pass.

What only a database or the company's own program can answer stands in the suites beside this one: a bench has neither.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from rbengine.conformance import Case, Check, Kit
from rbengine.conformance.bench import START
from rbengine.contract.values import Money, Row, SecretReference, SecretValue, Value

MESSAGE = Row({"subject": "Hello", "text": "That is all."})
OTHER = Row({"subject": "Hello", "text": "That was not all."})
HOUR = timedelta(hours=1)

World = tuple[tuple[str, Mapping[str, Value]], ...]
WINDOW: Mapping[str, Value] = {"from": START - HOUR, "to": START}

EMAIL = Kit(
    adapter="email",
    cases=(
        Case(operation="send", arguments={"to": "a@b.test", "message": MESSAGE}),
        Case(
            operation="send",
            arguments={"to": "nobody", "message": MESSAGE},
            refused="invalid",
        ),
        Case(
            operation="send",
            arguments={"to": "a@b.test", "message": MESSAGE},
            before={"to": "a@b.test", "message": OTHER},
            refused="conflict",
        ),
        Case(
            operation="send_each",
            arguments={
                "to": tuple(f"p{number}@b.test" for number in range(250)),
                "message": MESSAGE,
            },
            count=250,
        ),
        Case(
            operation="domains",
            world=tuple(("email.domain", {"name": f"{number}.test"}) for number in range(130)),
            count=130,
        ),
    ),
)

SMTP = Kit(
    adapter="smtp",
    cases=(
        Case(operation="send", arguments={"to": "a@b.test", "message": MESSAGE}),
        Case(operation="send", arguments={"to": "nobody", "message": MESSAGE}, refused="invalid"),
        Case(
            operation="send",
            arguments={"to": "full@b.test", "message": MESSAGE},
            world=(("smtp.address", {"email": "full@b.test", "code": 552}),),
            refused="conflict",
        ),
        Case(operation="probe"),
    ),
)

PAID: World = (
    ("stripe.payment", {"id": "pi_1", "customer": "cus_1", "amount": 500, "currency": "usd"}),
)
REFUND: Mapping[str, Value] = {
    "payment": "pi_1",
    "amount": Money(300, "usd"),
    "reason": "requested_by_customer",
}
HOOK: World = (("stripe.webhook_endpoint", {"id": "we_1", "url": "https://a.test/hook"}),)
OFF: World = (("stripe.webhook_endpoint", {**HOOK[0][1], "enabled": False}),)
WE: Mapping[str, Value] = {"endpoint": "we_1"}

STRIPE = Kit(
    adapter="stripe",
    cases=(
        Case(operation="customer", arguments={"customer": "cus_1"}, world=PAID),
        Case(operation="customer", arguments={"customer": "cus_9"}, refused="not_found"),
        Case(operation="latest_subscription", arguments={"customer": "cus_1"}, world=PAID),
        Case(operation="list_subscriptions", arguments={"customer": "cus_1"}, world=PAID),
        Case(
            operation="list_invoices",
            arguments={"customer": "cus_1", "at_most": 250},
            world=tuple(
                ("stripe.invoice", {"id": f"in_{number}", "customer": "cus_1", "amount": 1})
                for number in range(110)
            ),
            count=110,
        ),
        Case(
            operation="invoice",
            arguments={"invoice": "in_1"},
            world=(("stripe.invoice", {"id": "in_1", "customer": "cus_1", "amount": 1}),),
        ),
        Case(
            operation="list_events",
            arguments={"types": ("invoice.paid",), "since": START - HOUR},
        ),
        Case(
            operation="payments", arguments={"customer": "cus_1", "since": START - HOUR}, world=PAID
        ),
        Case(
            operation="payments",
            arguments={"customer": "cus_1", "since": START - HOUR, "at_most": 0},
            world=PAID,
            refused="invalid",
        ),
        Case(
            operation="search_customers",
            arguments={"email": "a@b.test"},
            world=(("stripe.customer", {"id": "cus_1", "email": "a@b.test"}),),
            count=1,
        ),
        Case(operation="search_customers", refused="invalid"),
        Case(operation="search_payments", arguments={"metadata": Row({"kind": "x"})}, world=PAID),
        Case(operation="portal_session", arguments={"customer": "cus_1"}, world=PAID),
        Case(operation="portal_session", arguments={"customer": "cus_9"}, refused="not_found"),
        Case(operation="refund", arguments=REFUND, world=PAID),
        Case(operation="refund", arguments=REFUND, refused="not_found"),
        Case(
            operation="refund",
            arguments={**REFUND, "amount": Money(300, "eur")},
            world=PAID,
            refused="invalid",
        ),
        Case(operation="webhook_endpoints", world=HOOK, count=1),
        Case(
            operation="create_webhook_endpoint",
            arguments={"url": "https://a.test/new", "events": ("invoice.paid",)},
        ),
        Case(operation="delete_webhook_endpoint", arguments=WE, world=HOOK),
        Case(operation="disable_webhook_endpoint", arguments=WE, world=HOOK),
        Case(operation="enable_webhook_endpoint", arguments=WE, world=OFF),
        Case(operation="enable_webhook_endpoint", arguments=WE, refused="not_found"),
        Case(
            operation="update_webhook_endpoint",
            arguments={**WE, "url": "https://a.test/other", "events": ("invoice.paid",)},
            world=HOOK,
        ),
        Case(operation="ping_webhook_endpoint", arguments=WE, world=HOOK),
    ),
)

NUMBER = "+393331234567"
CALL = "CA" + "1" * 32
CALLED: World = (
    (
        "twilio.call",
        {
            "sid": CALL,
            "from": NUMBER,
            "to": "+393337654321",
            "status": "in-progress",
            "at": START - timedelta(minutes=5),
        },
    ),
)

TWILIO = Kit(
    adapter="twilio",
    cases=(
        Case(
            operation="messages",
            arguments={**WINDOW, "at_most": 200},
            world=tuple(
                (
                    "twilio.message",
                    {"from": NUMBER, "to": NUMBER, "at": START - timedelta(seconds=number + 1)},
                )
                for number in range(120)
            ),
            count=120,
        ),
        Case(operation="send", arguments={"to": NUMBER, "message": MESSAGE}),
        Case(
            operation="send",
            arguments={"to": NUMBER, "message": MESSAGE},
            world=(("twilio.number", {"number": NUMBER, "sms_error": 21610}),),
            refused="conflict",
        ),
        Case(operation="calls", arguments=WINDOW, world=CALLED, count=1),
        Case(operation="call", arguments={"call": CALL}, world=CALLED),
        Case(operation="call", arguments={"call": CALL}, refused="not_found"),
        Case(operation="place_call", arguments={"to": NUMBER, "say": "Hello"}),
        Case(operation="end_call", arguments={"call": CALL}, world=CALLED),
        Case(operation="alerts", arguments={"since": START - HOUR}),
        Case(operation="lookup", arguments={"number": NUMBER}),
        Case(operation="balance"),
    ),
)

META = Kit(
    adapter="meta",
    cases=(
        Case(
            operation="message_history",
            arguments=WINDOW,
            world=tuple(
                ("meta.message", {"id": f"wamid.{number}", "at": START - timedelta(seconds=number)})
                for number in range(130)
            ),
            count=130,
        ),
        Case(operation="phone_health"),
        Case(operation="app_subscriptions", count=0),
        Case(operation="waba_apps", count=0),
        Case(
            operation="subscribe_app",
            arguments={
                "callback_url": "https://a.test/hook",
                "fields": ("messages",),
                "verify_token": SecretValue("token", SecretReference("token", "0" * 64)),
            },
            world=(("meta.webhook", {"url": "https://a.test/hook", "verify_token": "token"}),),
        ),
    ),
)

SAID: Mapping[str, Value] = {"title": "Trouble", "stage": "investigating", "says": "We look."}

STATUS = Kit(
    adapter="status",
    cases=(
        Case(operation="component", arguments={"page": "stripe", "component": "API"}),
        Case(operation="published", count=0),
        Case(operation="publish", arguments=SAID),
        Case(operation="publish", arguments={**SAID, "title": "a\nb"}, refused="invalid"),
    ),
)

MAILBOX = Row({"email": "a@club.test", "host": "imap.club.test", "port": 993})

IMAP = Kit(
    adapter="imap",
    cases=(
        Case(
            operation="messages",
            arguments={"mailboxes": (MAILBOX,), **WINDOW},
            world=tuple(
                (
                    "imap.message",
                    {
                        "mailbox": "a@club.test",
                        "id": f"<{number}@b.test>",
                        "from": "b@b.test",
                        "at": START - timedelta(minutes=1),
                    },
                )
                for number in range(3)
            ),
            count=3,
        ),
    ),
)

SENT = START - timedelta(minutes=30)
COMMIT: World = (
    (
        "git.commit",
        {"repository": "app", "title": "Send", "files": ("functions/send.ts",), "at": SENT},
    ),
)

GIT = Kit(
    adapter="git",
    cases=(
        Case(
            operation="log",
            arguments={"repository": "app", "since": START - HOUR},
            world=COMMIT,
            count=1,
        ),
        Case(
            operation="log",
            arguments={"repository": "nobody's", "since": START - HOUR},
            refused="invalid",
        ),
    ),
)

REALTIME = Kit(
    adapter="realtime", cases=(Case(operation="probe", arguments={"table": "messages"}),)
)

SLUG: Mapping[str, Value] = {"slug": "send"}
DEPLOYED: World = (("supabase.function", SLUG),)
HELD: World = (("supabase.function", {**SLUG, "verify_jwt": False}),)

SUPABASE = Kit(
    adapter="supabase",
    cases=(
        Case(operation="function", arguments=SLUG, world=DEPLOYED),
        Case(operation="function", arguments=SLUG, refused="not_found"),
        Case(operation="functions", arguments={"slugs": ("send",)}, world=DEPLOYED, count=1),
        Case(operation="hold_function", arguments=SLUG, world=HELD),
        Case(operation="release_function", arguments=SLUG, world=DEPLOYED),
        Case(operation="health", arguments={"services": ("auth", "db")}, count=2),
        Case(operation="project"),
        Case(operation="restart_database"),
        Case(operation="addons"),
        Case(operation="set_addon", arguments={"kind": "compute_instance", "variant": "ci_large"}),
        Case(
            operation="network_bans", world=(("supabase.ban", {"address": "192.0.2.1"}),), count=1
        ),
        Case(
            operation="lift_network_bans",
            arguments={"addresses": ("192.0.2.1",)},
            world=(("supabase.ban", {"address": "192.0.2.1"}),),
        ),
        Case(operation="realtime_config"),
        Case(operation="realtime_shutdown"),
    ),
)

KITS = (EMAIL, SMTP, STRIPE, TWILIO, META, STATUS, IMAP, GIT, REALTIME, SUPABASE)

ELSEWHERE: Mapping[str, frozenset[str]] = {
    # `tests/adapters/test_signatures.py` loads all of them at once.
    "signature: it loads without any client library": frozenset(one.adapter for one in KITS),
    # The others need a database, the company's program, or something that an earlier call has named.
    "signature: every operation has a case that succeeds": frozenset(
        {"git", "imap", "status", "supabase"}
    ),
    # `too_many` begins at hundreds of entries: their own suites bring it about.
    "every kind that is declared comes about": frozenset({"meta", "stripe", "twilio"}),
    # What is not there is deleted.
    "every status is mapped": frozenset({"delete_webhook_endpoint"}),
    # What they do shows in a function's traffic, and at the clients of Realtime.
    "alone changes what it says": frozenset({"ping_webhook_endpoint", "realtime_shutdown"}),
}
"""Checks that other suites make, of these adapters or operations."""


def checks() -> Iterator[Check]:
    """Each with its adapter's name before its own."""
    for kit in KITS:
        for one in kit.checks():
            about, _, what = one.name.partition(": ")
            left_out = ELSEWHERE.get(one.name, frozenset()) | ELSEWHERE.get(what, frozenset())
            if not {kit.adapter, about} & left_out:
                yield Check(name=f"{kit.adapter}: {one.name}", work=one.work)


@pytest.mark.parametrize("check", list(checks()), ids=str)
def test_our_adapters_pass(check: Check) -> None:
    """Each says by its name what it looks at."""
    check()
