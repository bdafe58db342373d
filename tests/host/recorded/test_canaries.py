"""Secrets and customers of every kind, planted in a journal: none of them comes out in a recording."""

from itertools import pairwise

import pytest
from rbengine.contract.codec import to_line
from rbengine.contract.values import Json, Row, Value
from rbengine.host.recorded.making import (
    DecidesOtherwiseError,
    Made,
    StillSecretError,
    made,
)
from rbengine.host.recorded.secret_looking import looks_like
from support.recorded import lines, planted, recording, with_fields

RB011 = recording()
PLAN = to_line(RB011.header.plan)
ACCOUNT, SUBSCRIPTION, LOGS = 1, 2, 3
"""The run's calls: a row of a table, an object of Stripe's, lines of a log."""

KEY = "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"
"""Put together here, so that nobody who looks through the project for keys finds one."""
WHSEC = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
JWT = "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
SENDGRID = "SG" + ".ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKcTQ"
PEM = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEpAIBAAKCAQEA\n-----END"
DSN = "postgresql://app:hunter2secret@db.example.com:5432/app"
TOKEN = "q7Zt3Xw9LmN2pRk8VbY5" + "cHs4JdF6gTa1UeQo"


def log_entry(text: str, **more: Value) -> Value:
    """A line of a function's log."""
    fields: dict[str, Value] = {"at": RB011.started.at, "level": "info", "text": text, **more}
    return (Row(fields),)


def recorded(call: int, value: Value, *, hidden: tuple[str, ...] = ()) -> Made:
    """The recording of RB-011 in which `call` was answered with `value`."""
    events = planted(RB011, call, lambda _: value)
    return made(lines(events), PLAN, {}, outcome="resolved", engine="", hidden=hidden)


def account(**fields: Value) -> Made:
    """With other fields of the account's row, at the first reading and at the last."""
    events = RB011
    for call in (ACCOUNT, 10):
        changed = planted(events, call, with_fields(**fields))
        events = type(RB011)(source="", header=RB011.header, events=tuple(changed))
    return made(lines(events.events), PLAN, {}, outcome="resolved", engine="")


CUSTOMER = {
    "email": "anna.kraus@example-shop.test",
    "number": "+39 345 6789012",
    "name": "Anna Kraus & Söhne",
}


def test_a_customer_in_a_row_comes_out_nowhere() -> None:
    """Addresses by their form, names by their field; the row is also the image of a change."""
    found = account(name=CUSTOMER["name"], owner_email=CUSTOMER["email"], phone=CUSTOMER["number"])
    assert_hidden(found, *CUSTOMER.values())
    assert {"email", "name", "phone"} <= set(found.header.stand_ins)


def test_a_customer_comes_out_nowhere_in_the_middle_of_texts() -> None:
    """A name is known from the row, and stands in a line of a log as well."""
    events = planted(RB011, ACCOUNT, with_fields(name=CUSTOMER["name"]))
    inner = type(RB011)(source="", header=RB011.header, events=tuple(events))
    text = f"mail to <{CUSTOMER['email']}>, call {CUSTOMER['number']}: {CUSTOMER['name']} is owed 5"
    events = planted(inner, LOGS, lambda _: log_entry(text))
    found = made(lines(events), PLAN, {}, outcome="resolved", engine="")
    assert_hidden(found, *CUSTOMER.values())
    assert "is owed 5" in "".join(found.lines)


def test_a_name_is_one_also_where_the_statement_calls_it_otherwise() -> None:
    """`b.name AS business` is still what a company is called."""
    events = planted(RB011, ACCOUNT, with_fields(shop=CUSTOMER["name"]))
    sql = "SELECT id, name, owner_email"
    plan = PLAN.replace(sql, f"{sql}, b.name AS shop")
    assert plan != PLAN
    found = made(lines(events), plan, {}, outcome="resolved", engine="")
    assert_hidden(found, CUSTOMER["name"])


@pytest.mark.parametrize(
    "content",
    [
        {"customer": {"name": CUSTOMER["name"], "email": CUSTOMER["email"]}},
        {"auth_token": "0123456789abcdef-value"},
        {"headers": {"Authorization": "Basic YWxhZGRpbjpvcGVuc2VzYW1l"}},
        {"hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/live_YWNjdF8x"},
        {"note": "see https://files.example.com/a?token=0123456789"},
        {"set-cookie": ["sid=31337deadbeef"]},
        {"hub.verify_token": "a-word-of-ours"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_json_holds_nothing_of_a_customer_and_nothing_that_opens(content: Row) -> None:
    """Bodies of calls are as deep as vendors like, also where they are written into a text."""
    import json

    for value in (
        log_entry("body", body=Json(content)),
        log_entry(json.dumps(content)),
        log_entry("bytes", raw=json.dumps(content).encode()),
    ):
        assert_hidden(recorded(LOGS, value), *_leaves(content))


@pytest.mark.parametrize("secret", [KEY, WHSEC, JWT, SENDGRID, PEM, DSN, TOKEN])
def test_what_still_looks_like_a_secret_is_refused_with_its_place(secret: str) -> None:
    """In the middle of a text nobody knows what it is: no recording is made, and the message shows none of it."""
    with pytest.raises(StillSecretError) as refused:
        recorded(LOGS, log_entry(f"sent {secret} to it"))
    found = refused.value.suspects[0]
    assert found.place.line == 7
    assert found.field == "text"
    assert secret[:12] not in f"{found.place} {found.what} {found.shown} {refused.value}"


@pytest.mark.parametrize("secret", [KEY, WHSEC, JWT, SENDGRID, PEM, DSN, TOKEN])
def test_hiding_the_field_is_the_way_out(secret: str) -> None:
    """All values of the field get stand-ins, whatever they are."""
    found = recorded(LOGS, log_entry(f"sent {secret} to it"), hidden=("text",))
    assert_hidden(found, secret)


def test_names_of_objects_and_digests_look_like_no_secret() -> None:
    """A recording that is refused for every id would teach people to hide everything."""
    for harmless in (
        "pi_3MtwBwLkdIwHu7ix28a3tqPa",
        "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11",
        "21cabdeca1530c8f0a258e2cde1b9b98b50a2d306925092a8ccdfa9fd99752b0",
        "/functions/v1/check-subscription/With/A/Long/Path/And/More1",
        "https://status.example.com/incidents/2026-11-23",
        "INC-2026-11-23-001/resolve webhook_missed/Sync from Stripe/1",
    ):
        assert looks_like(harmless) is None


def test_what_the_playbook_itself_says_stays() -> None:
    """It is compared with: a status that is hidden would be judged otherwise. And it is no customer's."""
    found = account(name="active", owner_email="tech.lead@elsewhere.test")
    assert '["name","active"]' in "".join(found.lines)


def test_a_value_that_decides_by_its_form_is_refused_with_the_step() -> None:
    """A stand-in for the tier is no tier: what it would be judged on is another run."""
    with pytest.raises(DecidesOtherwiseError) as refused:
        made(
            lines(RB011.events), PLAN, {}, outcome="resolved", engine="",
            hidden=("subscription_status",),
        )  # fmt: skip
    assert refused.value.parting.seq > 1
    assert refused.value.parting.then != refused.value.parting.now


def test_the_same_customer_is_the_same_one_everywhere() -> None:
    """Two readings of one row hold one stand-in, and two rows with one address two equal ones."""
    found = account(owner_email=CUSTOMER["email"])
    one, two = (
        line.split('"owner_email","')[1].split('"')[0]
        for line in found.lines
        if "owner_email" in line
    )
    assert one == two


def test_a_number_is_the_same_one_with_and_without_its_plus() -> None:
    """A vendor writes it in one way, a log in another, and a join finds them."""
    found = recorded(LOGS, log_entry("from +393451234567 (393451234567)", wa_id="393451234567"))
    (line,) = (one for one in found.lines if "wa_id" in one)
    digits = line.split('"wa_id","')[1].split('"')[0]
    assert digits != "393451234567"
    assert f"from +{digits} ({digits})" in line


def test_lines_stay_in_order_and_are_a_journal() -> None:
    """Only values change: no line is added, taken away or moved."""
    found = account(owner_email=CUSTOMER["email"])
    numbers = [int(line.split('"seq":')[1].split(",")[0]) for line in found.lines]
    assert all(after == before + 1 for before, after in pairwise(numbers))
    assert len(numbers) == len(RB011.events) == found.header.lines


def assert_hidden(found: Made, *texts: str) -> None:
    """None of `texts` stands in any line, whole or as its longest word."""
    whole = "\n".join(found.lines)
    for text in texts:
        assert text not in whole
        longest = max(text.split(), key=len)
        if len(longest) > len("example"):
            assert longest not in whole


def _leaves(content: object) -> list[str]:
    match content:
        case dict():
            return [leaf for one in content.values() for leaf in _leaves(one)]
        case list():
            return [leaf for one in content for leaf in _leaves(one)]
        case str():
            return [content.removeprefix("see ").removeprefix("Basic ")]
        case _:
            return []
