"""Every provider failure is one refusal kind or leaves open what was done, by the written tables."""

from collections.abc import Callable
from typing import get_args

import httpx
import pytest
import stripe
from rbengine.contract.adapter import UnreadAnswerError
from rbengine.contract.outcomes import REFUSAL_KINDS, Outcome, Refused, Unsettled
from rbengine_adapters.email import failures as email_failures
from rbengine_adapters.git import failures as git_failures
from rbengine_adapters.imap import failures as imap_failures
from rbengine_adapters.meta import failures as meta_failures
from rbengine_adapters.realtime import failures as realtime_failures
from rbengine_adapters.signatures.twilio import ERROR as TWILIO_ERROR
from rbengine_adapters.smtp import failures as smtp_failures
from rbengine_adapters.status import failures as status_failures
from rbengine_adapters.stripe import failures as stripe_failures
from rbengine_adapters.supabase import failures as supabase_failures
from rbengine_adapters.twilio import failures as twilio_failures
from rbengine_adapters.twilio.codes import MEANING, meaning_of
from rbengine_adapters.wire import endings

TABLES = [
    stripe_failures.BY_CODE,
    stripe_failures.BY_TYPE,
    stripe_failures.BY_STATUS,
    supabase_failures.BY_STATUS,
    supabase_failures.BY_GATEWAY_CODE,
    email_failures.BY_NAME,
    email_failures.BY_STATUS,
    dict(git_failures.BY_WORDS),
    imap_failures.BY_CODE,
    realtime_failures.BY_CODE,
    realtime_failures.BY_STATUS,
    status_failures.BY_STATUS,
    meta_failures.BY_CODE,
    meta_failures.BY_STATUS,
    smtp_failures.BY_CODE,
    smtp_failures.BY_ENHANCED,
    twilio_failures.BY_CODE,
    twilio_failures.BY_STATUS,
]


def stripe_error(status: int, **error: str) -> stripe.StripeError:
    """An error as the SDK makes it."""
    return stripe.StripeError("words", http_status=status, json_body={"error": error})


def answer(status: int, body: object = None, **headers: str) -> httpx.Response:
    """An answer of a provider that speaks HTTP."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named)


def test_the_tables_know_only_kinds_of_the_contract() -> None:
    """A kind that no playbook can name would never be handled."""
    assert {kind for table in TABLES for kind in table.values()} <= set(REFUSAL_KINDS)


@pytest.mark.parametrize(("code", "kind"), stripe_failures.BY_CODE.items())
def test_stripes_code_decides_before_its_status(code: str, kind: str) -> None:
    """`resource_missing` comes as 400 as well as 404."""
    outcome = stripe_failures.ending_of(stripe_error(400, code=code, message="m"), changes=True)
    assert outcome == Refused(kind, "Stripe: m")  # type: ignore[arg-type]  # kinds of the table


@pytest.mark.parametrize(("type_", "kind"), stripe_failures.BY_TYPE.items())
def test_stripes_type_decides_where_no_code_does(type_: str, kind: str) -> None:
    """An idempotency error has no code."""
    outcome = stripe_failures.ending_of(stripe_error(400, type=type_, message="m"), changes=True)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("status", "kind"), stripe_failures.BY_STATUS.items())
def test_stripes_status_decides_the_rest(status: int, kind: str) -> None:
    """With and without a body."""
    for error in (stripe_error(status), stripe.StripeError("x", http_status=status, json_body="x")):
        outcome = stripe_failures.ending_of(error, changes=True)
        assert isinstance(outcome, Refused)
        assert outcome.kind == kind


@pytest.mark.parametrize("status", [None, 200, 500, 502, 503, 504])
def test_what_stripe_does_not_know_itself_is_open_for_changes_only(status: int | None) -> None:
    """A read that failed did nothing; a change may have been done."""
    error = stripe.StripeError("x", http_status=status)
    assert isinstance(stripe_failures.ending_of(error, changes=True), Unsettled)
    reading = stripe_failures.ending_of(error, changes=False)
    assert isinstance(reading, Refused)
    assert reading.kind == "unavailable"


def test_a_key_that_is_still_being_worked_on_leaves_it_open() -> None:
    """409 here is no refusal: our own first request may yet succeed."""
    error = stripe_error(409, code=stripe_failures.IN_PROGRESS)
    assert isinstance(stripe_failures.ending_of(error, changes=True), Unsettled)


def test_a_key_that_stripe_refuses_is_not_repeated() -> None:
    """Its message holds a part of the key."""
    error = stripe_error(401, message="Invalid API Key provided: sk_live_1234")
    outcome = stripe_failures.ending_of(error, changes=False)
    assert isinstance(outcome, Refused)
    assert "sk_live" not in outcome.text


@pytest.mark.parametrize(("status", "kind"), supabase_failures.BY_STATUS.items())
def test_supabases_status_is_a_kind(status: int, kind: str) -> None:
    """For the platform and for a function's own answer."""
    outcome = supabase_failures.ending_of(answer(status), changes=True)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("code", "kind"), supabase_failures.BY_GATEWAY_CODE.items())
def test_the_gateways_code_decides_before_the_status(code: str, kind: str) -> None:
    """503 with BOOT_ERROR is certain: the function never ran."""
    outcome = supabase_failures.ending_of(answer(503, sb_error_code=code), changes=True)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "EDGE_FUNCTION_ERROR"),
        (504, "IDLE_TIMEOUT"),
        (546, "WORKER_RESOURCE_LIMIT"),
        (500, ""),
        (302, ""),
    ],
)
def test_a_function_that_was_stopped_may_have_done_something(status: int, code: str) -> None:
    """Only for changes: a read of the platform that fails is `unavailable`."""
    response = answer(status, sb_error_code=code)
    assert isinstance(supabase_failures.ending_of(response, changes=True), Unsettled)
    reading = supabase_failures.ending_of(response, changes=False)
    assert isinstance(reading, Refused)
    assert reading.kind == "unavailable"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"statusCode": "404", "error": "Bucket not found"}, "not_found"),
        ({"statusCode": "409", "error": "Duplicate"}, "conflict"),
        ({"statusCode": "200"}, "invalid"),
        ({"statusCode": 7}, "invalid"),
        (["x"], "invalid"),
    ],
)
def test_storage_says_in_the_body_what_it_means(content: object, kind: str) -> None:
    """On the wire everything is 400."""
    outcome = supabase_failures.ending_of(answer(400, content), changes=True)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("boom", "unavailable"),
        ({"code": 500, "message": "m", "status": "INTERNAL", "errors": []}, "unavailable"),
        ({"code": 400, "message": "m", "status": "INVALID_ARGUMENT", "errors": []}, "invalid"),
    ],
)
def test_logs_that_answer_200_with_an_error_have_failed(error: object, kind: str) -> None:
    """Status 200 alone says nothing there."""
    outcome = supabase_failures.log_error(error)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("name", "kind"), email_failures.BY_NAME.items())
def test_resends_name_decides_before_its_status(name: str, kind: str) -> None:
    """A quota is 429 too, and useless to try again."""
    outcome = email_failures.ending_of(answer(429, {"name": name, "message": "m"}))
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("status", "kind"), email_failures.BY_STATUS.items())
def test_resends_status_decides_the_rest(status: int, kind: str) -> None:
    """A body that is not Resend's is no help."""
    for response in (answer(status, ["x"]), httpx.Response(status, text="<html>")):
        outcome = email_failures.ending_of(response, changes=False)
        assert isinstance(outcome, Refused)
        assert outcome.kind == kind


def test_a_mail_that_is_sent_to_a_wrong_place_is_invalid() -> None:
    """The signature promises no `not_found` for sending: there is nothing that a playbook could look for."""
    outcome = email_failures.ending_of(answer(404))
    assert isinstance(outcome, Refused)
    assert outcome.kind == "invalid"


@pytest.mark.parametrize(
    "response",
    [
        answer(500),
        answer(503),
        answer(204),
        answer(409, {"name": email_failures.IN_PROGRESS}),
    ],
    ids=lambda one: str(one.status_code),
)
def test_what_resend_does_not_know_leaves_a_mail_open(response: httpx.Response) -> None:
    """It may be on its way."""
    assert isinstance(email_failures.ending_of(response), Unsettled)


@pytest.mark.parametrize(("code", "kind"), twilio_failures.BY_CODE.items())
def test_twilios_code_decides_before_its_status(code: int, kind: str) -> None:
    """A bad key comes as 401 as well as 404."""
    outcome = twilio_failures.ending_of(400, {"code": code, "message": "m"})
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("status", "kind"), twilio_failures.BY_STATUS.items())
def test_twilios_status_decides_the_rest(status: int, kind: str) -> None:
    """With a code nobody knows, and with no body at all."""
    for content in ({"code": 99999}, None, ["x"]):
        outcome = twilio_failures.ending_of(status, content)
        assert isinstance(outcome, Refused)
        assert outcome.kind == kind


@pytest.mark.parametrize(("code", "kind"), meta_failures.BY_CODE.items())
def test_metas_code_decides_before_its_status(code: int, kind: str) -> None:
    """Every refusal of a token is one, whatever its status."""
    outcome = meta_failures.ending_of(400, {"error": {"code": code, "message": "m"}})
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("status", "kind"), meta_failures.BY_STATUS.items())
def test_metas_status_decides_the_rest(status: int, kind: str) -> None:
    """With a code nobody knows, and with no body at all."""
    for content in ({"error": {"code": 99999}}, None, {"error": "x"}):
        outcome = meta_failures.ending_of(status, content)
        assert isinstance(outcome, Refused)
        assert outcome.kind == kind


def test_what_meta_calls_transient_will_pass() -> None:
    """It says so itself, also with a status that sounds final."""
    outcome = meta_failures.ending_of(400, {"error": {"code": 99999, "is_transient": True}})
    assert isinstance(outcome, Refused)
    assert outcome.kind == "unavailable"


@pytest.mark.parametrize("ending_of", [twilio_failures.ending_of, meta_failures.ending_of])
@pytest.mark.parametrize(("status", "kind"), [(500, "unavailable"), (204, "unavailable")])
def test_what_a_vendor_does_not_know_is_unavailable(
    ending_of: Callable[[int, object], Outcome], status: int, kind: str
) -> None:
    """Nothing of these vendors changes anything here, so nothing is left open."""
    outcome = ending_of(status, None)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(("code", "kind"), imap_failures.BY_CODE.items())
def test_a_mail_servers_code_decides(code: str, kind: str) -> None:
    """Wherever in its line it stands."""
    for at_login in (True, False):
        outcome = imap_failures.refusal("imap.x", f"NO [{code}] words", at_login=at_login)
        assert outcome.kind == kind


@pytest.mark.parametrize(("at_login", "kind"), [(True, "unauthorized"), (False, "unavailable")])
def test_a_mail_server_without_a_code_is_judged_by_the_moment(at_login: bool, kind: str) -> None:
    """Old servers give none."""
    outcome = imap_failures.refusal("imap.x", "NO that did not work, secret", at_login=at_login)
    assert outcome.kind == kind
    assert ("secret" in outcome.text) is not at_login


def test_every_twilio_code_means_something_that_playbooks_can_name() -> None:
    """And every meaning but `other` has a code."""
    assert {*MEANING.values(), "other"} == set(TWILIO_ERROR.values)
    assert meaning_of(99999) == "other"


@pytest.mark.parametrize("ending_of", [twilio_failures.ending_of, meta_failures.ending_of])
def test_what_a_vendor_does_not_know_leaves_a_change_open(
    ending_of: Callable[..., Outcome],
) -> None:
    """500 and answers that are none, also one that says it will pass."""
    transient = {"error": {"code": 2, "is_transient": True}}
    for status, content in ((500, None), (204, None), (503, {"code": 20503}), (500, transient)):
        assert isinstance(ending_of(status, content, changes=True), Unsettled)


@pytest.mark.parametrize(("words", "kind"), git_failures.BY_WORDS)
@pytest.mark.parametrize("changes", [True, False])
def test_gits_words_decide(words: str, kind: str, changes: bool) -> None:
    """Its exit status is nearly always the same."""
    said = f"To https://me:token@git.test/app.git\n! {words} (words)\nDone\n"
    outcome = git_failures.ending_of(said, changes=changes)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind
    assert "token" not in outcome.text


def test_what_git_does_not_say_is_open_for_pushes_only() -> None:
    """A fetch that failed did nothing; a push may have been taken."""
    for said in ("fatal: the remote end hung up unexpectedly", ""):
        assert isinstance(git_failures.ending_of(said, changes=True), Unsettled)
        reading = git_failures.ending_of(said, changes=False)
        assert isinstance(reading, Refused)
        assert reading.kind == "unavailable"


@pytest.mark.parametrize(("code", "kind"), realtime_failures.BY_CODE.items())
def test_realtimes_code_decides_about_a_channel(code: str, kind: str) -> None:
    """Wherever in its words it stands."""
    for said in (f"{code}: words", f"Subscription failed. {code}"):
        assert realtime_failures.of_the_channel(said).kind == kind


def test_a_channel_refused_without_a_code_is_a_conflict() -> None:
    """A table that is not published comes as words alone."""
    for said in ("Unable to subscribe to changes with given parameters", ""):
        assert realtime_failures.of_the_channel(said).kind == "conflict"


@pytest.mark.parametrize(
    ("status", "kind"),
    [*realtime_failures.BY_STATUS.items(), (500, "unavailable"), (302, "unavailable")],
)
def test_realtimes_status_decides_at_the_door(status: int, kind: str) -> None:
    """Anything but 101 opens no connection."""
    assert realtime_failures.at_the_door(status).kind == kind


@pytest.mark.parametrize(("status", "kind"), status_failures.BY_STATUS.items())
@pytest.mark.parametrize("content", [{"error": ["words"]}, {"error": "words"}, None, "x"])
def test_statuspages_status_decides_about_our_page(status: int, kind: str, content: object) -> None:
    """With and without a body."""
    outcome = status_failures.of_ours(status, content, changes=True)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize("status", [500, 503, 204, 302])
def test_what_statuspage_does_not_know_is_open_for_changes_only(status: int) -> None:
    """The incident may have been opened."""
    assert isinstance(status_failures.of_ours(status, None, changes=True), Unsettled)
    reading = status_failures.of_ours(status, None, changes=False)
    assert isinstance(reading, Refused)
    assert reading.kind == "unavailable"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "unavailable"), (500, "unavailable"), (420, "rate_limited"), (429, "rate_limited")],
)
def test_a_vendors_page_that_does_not_answer_is_not_up(status: int, kind: str) -> None:
    """Its state is unknown, and the refusal says so."""
    assert status_failures.of_a_page("twilio", status).kind == kind


@pytest.mark.parametrize(("code", "kind"), smtp_failures.BY_ENHANCED.items())
def test_a_submission_servers_enhanced_code_decides_first(code: str, kind: str) -> None:
    """The other one is as general as a status."""
    assert smtp_failures.refusal("smtp.x", 550, f"{code} words").kind == kind


@pytest.mark.parametrize(
    ("code", "kind"), [*smtp_failures.BY_CODE.items(), (459, "unavailable"), (550, "invalid")]
)
def test_a_submission_servers_code_decides_the_rest(code: int, kind: str) -> None:
    """4xx may be tried again, 5xx not; the words of a refused login are not repeated."""
    outcome = smtp_failures.refusal("smtp.x", code, "secret words")
    assert outcome.kind == kind
    assert ("secret" in outcome.text) is (kind != "unauthorized")


def transport_errors() -> list[type[httpx.TransportError]]:
    """Every way in which httpx can fail on the way."""
    found: list[type[httpx.TransportError]] = []
    todo = [httpx.TransportError]
    while todo:
        one = todo.pop()
        todo += one.__subclasses__()
        if not one.__subclasses__():
            found.append(one)
    return sorted(found, key=lambda one: one.__name__)


@pytest.mark.parametrize("error", transport_errors(), ids=lambda one: one.__name__)
def test_every_failure_on_the_way_has_its_place(error: type[httpx.TransportError]) -> None:
    """What was never sent is refused; what was sent and not answered is open for changes."""
    reading = endings.broken(error("x"), "P", changes=False)
    changing = endings.broken(error("x"), "P", changes=True)
    assert isinstance(reading, Refused)
    if issubclass(error, endings.NEVER_SENT):
        assert reading == changing
        assert reading.kind == "unavailable"
    else:
        assert isinstance(changing, Unsettled)
        silent = issubclass(error, endings.NO_ANSWER)
        assert reading.kind == ("timeout" if silent else "unavailable")
    assert get_args(endings.Ending) == (Refused, Unsettled)


def test_an_answer_that_was_not_read_says_why() -> None:
    """Whoever reads the refusal can do something about it."""
    error = httpx.RemoteProtocolError("x")
    error.__cause__ = UnreadAnswerError("it is larger than 32 MiB")
    for changes, ending in ((False, Refused), (True, Unsettled)):
        outcome = endings.broken(error, "P", changes=changes)
        assert isinstance(outcome, ending)
        assert outcome.text == "the answer of P was not read: it is larger than 32 MiB"
