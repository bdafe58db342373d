"""Whatever a provider answers, a call ends as its signature says: nothing falls through the tables of failures."""

from collections.abc import Mapping
from datetime import timedelta

import httpx
import psycopg.errors
import pytest
import stripe
from rbengine.conformance.bench import Bench, promised
from rbengine.contract.outcomes import REFUSAL_KINDS, Refused, Succeeded, Unsettled
from rbengine_adapters.imap import failures as imap_failures
from rbengine_adapters.postgres import refusals
from rbengine_adapters.smtp import failures as smtp_failures
from rbengine_adapters.stripe import failures as stripe_failures
from rbengine_adapters.wire.promises import EVERY_CALL
from support.every_call import CALLS

STATUSES = (
    200, 201, 202, 204, 206, 207, 299, 300, 301, 302, 303, 304, 307, 308, 399,
    400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 420, 421, 422,
    423, 424, 425, 426, 428, 429, 430, 431, 440, 449, 450, 451, 460, 463, 494, 495, 496, 497, 498, 499,
    500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530,
    540, 546, 561, 598, 599,
)  # fmt: skip
"""All that are registered, and those that vendors, proxies and load balancers have made up."""

CONTENTS = (b"", b"{}", b"[]", b"<html>", b'{"error": "words"}', b'{"message": null}')

GONE = {("stripe.delete_webhook_endpoint", 404)}
"""What is not there need not be deleted."""

OVER_HTTP = [
    name for name in CALLS if name.partition(".")[0] not in ("git", "imap", "realtime", "smtp")
]
KEYS = {
    "stripe.tiers": "{}", "supabase.secret.VERIFY": "v", "supabase.secret.APP": "a",
    "supabase.probe_email": "a@b.test", "supabase.probe_password": "p",
}  # fmt: skip


class Answering(Bench):
    """Providers that all give one answer."""

    def __init__(self) -> None:
        self.answer = httpx.Response(200)
        super().__init__(settings=KEYS, client=self._client_of)

    def _client_of(self, provider: str) -> httpx.Client:
        base = "" if provider == "web" else "https://vendor.test"
        return httpx.Client(transport=httpx.MockTransport(lambda _: self.answer), base_url=base)


@pytest.mark.parametrize("operation", OVER_HTTP)
def test_every_status_ends_a_call_as_promised(operation: str) -> None:
    """Refused with a kind of its signature, or left open where it may have done something; a read never is."""
    bench = Answering()
    promise = promised(operation)
    kinds = {*EVERY_CALL, *promise.refusals}
    for place, status in enumerate(STATUSES):
        content = CONTENTS[place % len(CONTENTS)]
        bench.answer = httpx.Response(status, content=content, extensions={"elapsed": timedelta()})
        outcome = bench.make(operation, CALLS[operation], key=str(status))
        where = (status, content, outcome)
        match outcome:
            case Succeeded():
                assert (
                    status < 300 or operation.startswith("http.") or (operation, status) in GONE
                ), where
            case Refused(kind=kind):
                assert kind in kinds, where
            case Unsettled():
                assert promise.effect != "observe", where
                assert not 400 <= status < 500, where


def stripes_errors() -> list[type[stripe.StripeError]]:
    """Every class of the vendor's own library."""
    found, todo = [], [stripe.StripeError]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += one.__subclasses__()
    return sorted(found, key=lambda one: one.__name__)


@pytest.mark.parametrize("changes", [True, False])
def test_every_error_of_stripes_library_has_an_ending(changes: bool) -> None:
    """By what it carries; the class itself decides nothing, so that a new one changes nothing."""
    for error in stripes_errors():
        for status in (None, *STATUSES):
            made = error.__new__(error)
            stripe.StripeError.__init__(made, "words", http_status=status, json_body={"error": {}})
            outcome = stripe_failures.ending_of(made, changes=changes)
            assert isinstance(outcome, Refused) or changes, (error, status)


def states() -> Mapping[str, type[psycopg.Error]]:
    """Every state of PostgreSQL that its driver knows."""
    found = (getattr(psycopg.errors, name) for name in dir(psycopg.errors))
    return {
        one.sqlstate: one
        for one in found
        if isinstance(one, type) and issubclass(one, psycopg.Error) and one.sqlstate
    }


def test_every_state_of_postgresql_is_in_the_table() -> None:
    """By itself or by its class."""
    missing = [
        one for one in states() if one not in refusals.BY_STATE and one[:2] not in refusals.BY_STATE
    ]
    assert missing == []
    assert set(refusals.BY_STATE.values()) <= set(REFUSAL_KINDS)


def test_a_state_of_postgresql_is_its_kind() -> None:
    """The exact state wins over its class."""
    for state, error in states().items():
        kind = refusals.BY_STATE.get(state, refusals.BY_STATE.get(state[:2]))
        assert refusals.refusal_of(error("words")).kind == kind, state


def test_every_code_of_a_submission_server_is_a_refusal() -> None:
    """4xx may be tried again, 5xx not."""
    for code in range(400, 600):
        usual = "unavailable" if code < 500 else "invalid"
        kind = smtp_failures.BY_CODE.get(code, usual)  # type: ignore[arg-type]  # any text
        assert smtp_failures.refusal("smtp.x", code, "words").kind == kind, code


@pytest.mark.parametrize("word", ["NO", "BAD", "BYE", "PREAUTH", "", "NO [ODD] x", "NO [ALERT] x"])
def test_whatever_a_mail_server_refuses_with_is_a_refusal(word: str) -> None:
    """Codes that nobody knows too."""
    for at_login in (True, False):
        assert imap_failures.refusal("imap.x", word, at_login=at_login).kind in REFUSAL_KINDS
