"""The Supabase adapter keeps its signature on whatever answers like Supabase."""

from datetime import timedelta
from decimal import Decimal

import pytest
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Json, Row, SecretReference, SecretValue, Value
from rbengine.rehearsal.company.exchange import Answer
from rbengine.rehearsal.company.faults import FaultKind
from rbengine.rehearsal.company.supabase.project_host import CANNOT_START
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import START, Peer, SimulatedPeer

LIVE = "prism_peer"

HOUR = timedelta(hours=1)


def secret(text: str) -> SecretValue:
    """As the host hands one over."""
    return SecretValue(text, SecretReference("key", "digest"))


READS: dict[str, dict[str, Value]] = {
    "supabase.function_logs": {"function": "sync", "since": START - HOUR},
    "supabase.error_groups": {"functions": ("sync",), "since": START - HOUR},
    "supabase.function": {"slug": "sync"},
    "supabase.functions": {},
    "supabase.function_calls": {"functions": ("sync",), "since": START - HOUR},
    "supabase.secrets_check": {"names": ("TOKEN",)},
    "supabase.secret_holds": {"name": "TOKEN", "value": secret("right")},
    "supabase.realtime_config": {},
}


@pytest.fixture(params=["clickhouse", "bigquery"])
def in_both_dialects(request: pytest.FixtureRequest, peer: Peer) -> Peer:
    """A project of either kind: what is asked for, found and refused is the same."""
    peer.arrange("supabase.project", logs=request.param)
    return peer


def line(peer: Peer, text: str, ago: timedelta, level: str = "info") -> None:
    """A line in the logs of one function."""
    peer.arrange("supabase.log", function="sync", text=text, level=level, at=START - ago)


def test_lines_that_contain_the_text_are_found_oldest_first(in_both_dialects: Peer) -> None:
    """The success of `function_logs`: windows, filter and order."""
    peer = in_both_dialects
    line(peer, "paid b", 1 * HOUR)
    line(peer, "paid a", 20 * HOUR, "error")
    line(peer, "other", 2 * HOUR)
    line(peer, "paid too old", 31 * HOUR)
    found = rows_of(
        peer.call(
            "supabase.function_logs", function="sync", since=START - 30 * HOUR, matching="paid"
        )
    )
    assert [(one["text"], one["level"], one["at"]) for one in found] == [
        ("paid a", "error", START - 20 * HOUR),
        ("paid b", "info", START - HOUR),
    ]


@pytest.mark.parametrize(
    "text", ["it's", "a\\' or 1=1", "100%", "back\\slash", "line\nbreak", "{{x}}"]
)
def test_what_is_looked_for_is_only_text(in_both_dialects: Peer, text: str) -> None:
    """A quote in the text must not end the question."""
    peer = in_both_dialects
    line(peer, f"before {text} after", HOUR / 2)
    line(peer, "another line", HOUR / 2)
    found = rows_of(
        peer.call("supabase.function_logs", **READS["supabase.function_logs"], matching=text)
    )
    assert [one["text"] for one in found] == [f"before {text} after"]


def test_a_line_at_the_very_moment_is_found(in_both_dialects: Peer) -> None:
    """The vendor rounds to minutes; the edges are ours."""
    peer = in_both_dialects
    line(peer, "now", timedelta())
    line(peer, "exactly then", HOUR)
    line(peer, "just before", HOUR + timedelta(seconds=1))
    found = rows_of(peer.call("supabase.function_logs", **READS["supabase.function_logs"]))
    assert [one["text"] for one in found] == ["exactly then", "now"]


def test_more_lines_than_the_bound_are_refused(peer: Peer) -> None:
    """Never a silent cut."""
    for number in range(6):
        line(peer, f"line {number}", HOUR / 2)
    arguments = READS["supabase.function_logs"]
    assert len(rows_of(peer.call("supabase.function_logs", **arguments, at_most=6))) == 6
    assert kind_of(peer.call("supabase.function_logs", **arguments, at_most=5)) == "too_many"


@pytest.mark.parametrize("at_most", [0, 1000])
def test_a_bound_that_cannot_be_kept_is_invalid(peer: Peer, at_most: int) -> None:
    """The vendor gives a thousand rows; whether there are more could then not be seen."""
    arguments = READS["supabase.function_logs"]
    assert kind_of(peer.call("supabase.function_logs", **arguments, at_most=at_most)) == "invalid"


def test_a_moment_to_come_is_invalid(peer: Peer) -> None:
    """There are no logs of tomorrow."""
    line(peer, "x", HOUR)
    outcome = peer.call("supabase.function_logs", function="sync", since=START + HOUR)
    assert kind_of(outcome) == "invalid"


def test_a_function_that_is_not_deployed_is_not_found(peer: Peer) -> None:
    """Empty logs of a name that was mistyped would be taken for silence."""
    assert kind_of(peer.call("supabase.function_logs", function="none", since=START)) == "not_found"
    assert kind_of(peer.call("supabase.functions", slugs=("none",))) == "not_found"
    assert kind_of(peer.call("supabase.invoke", function="none")) == "not_found"


@pytest.mark.parametrize("slug", ["", "../secrets", "a/b", "a?b=c", "a b"])
def test_a_slug_leads_to_no_other_path(peer: Peer, slug: str) -> None:
    """What is no slug is refused before it is sent."""
    assert kind_of(peer.call("supabase.invoke", function=slug)) == "invalid"


def test_functions_tell_version_and_deployment(peer: Peer) -> None:
    """The success of `functions`, in the order asked for."""
    peer.arrange("supabase.function", slug="sync", deployed=START - 5 * HOUR)
    peer.arrange("supabase.function", slug="send", deployed=START - 4 * HOUR, verify_jwt=False)
    peer.arrange("supabase.function", slug="sync", deployed=START - HOUR)
    found = rows_of(peer.call("supabase.functions", slugs=("sync", "send")))
    assert [(one["slug"], one["version"], one["updated_at"]) for one in found] == [
        ("sync", 2, START - HOUR),
        ("send", 1, START - 4 * HOUR),
    ]
    assert len(rows_of(peer.call("supabase.functions"))) == 2
    assert row_of(peer.call("supabase.function", slug="sync")) == found[0]
    assert kind_of(peer.call("supabase.function", slug="none")) == "not_found"


@pytest.mark.parametrize(
    ("secret", "value", "state"),
    [
        ("TOKEN", "right", "same"),
        ("TOKEN", "wrong", "different"),
        ("OTHER", "anything", "unknown"),
        (None, "", "absent"),
    ],
)
def test_a_secret_is_compared_by_digest(
    peer: Peer, secret: str | None, value: str, state: str
) -> None:
    """Four answers, and never the value."""
    if secret is not None:
        peer.arrange("supabase.secret", name=secret, value=value)
    name = secret or "TOKEN"
    found = rows_of(peer.call("supabase.secrets_check", names=(name,)))
    assert [(one["name"], one["state"]) for one in found] == [(name, state)]
    assert (found[0]["updated_at"] is None) == (state == "absent")


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    line(simulated, "x", HOUR)
    simulated.fault("supabase", fault)
    assert kind_of(simulated.call(operation, **READS[operation])) == kind


def answering(peer: Peer) -> SimulatedPeer:
    """The peer whose functions can be given answers."""
    if not isinstance(peer, SimulatedPeer):
        pytest.skip("this peer's functions cannot be given answers")
    return peer


def test_a_function_gets_its_body_and_its_answer_is_the_result(peer: Peer) -> None:
    """The success of `invoke`; numbers stay exact both ways."""
    company = answering(peer)
    company.arrange("supabase.function", slug="sync")
    company.answer = Answer(body={"share": Decimal("0.1"), "rows": 3})
    body = Row({"id": "x", "when": START, "amount": Decimal("12.50")})
    found = row_of(company.call("supabase.invoke", function="sync", body=body))
    assert found == Row({"status": 200, "body": Json({"share": Decimal("0.1"), "rows": 3})})
    sent = {"id": "x", "when": "2026-01-05T14:02:00Z", "amount": Decimal("12.50")}
    assert company.invoked == [("sync", sent)]


def test_a_function_that_says_plain_text_has_said_that(peer: Peer) -> None:
    """It is done, and many answer no more than `ok`."""
    company = answering(peer)
    company.arrange("supabase.function", slug="sync")
    company.answer = Answer(raw=b"ok", headers={"content-type": "text/plain;charset=UTF-8"})
    found = row_of(company.call("supabase.invoke", function="sync"))
    assert found == Row({"status": 200, "body": Json("ok")})


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid"),
        (401, "unauthorized"),
        (404, "not_found"),
        (409, "conflict"),
        (429, "rate_limited"),
    ],
)
def test_a_function_that_refuses_has_refused(peer: Peer, status: int, kind: str) -> None:
    """Its own words for: not done."""
    company = answering(peer)
    company.arrange("supabase.function", slug="sync")
    company.answer = Answer(status=status, body={"error": "no"})
    assert kind_of(company.call("supabase.invoke", function="sync")) == kind


def test_a_function_that_breaks_leaves_open_what_it_did(peer: Peer) -> None:
    """500 may come after half of the work."""
    company = answering(peer)
    company.arrange("supabase.function", slug="sync")
    company.answer = Answer(status=500, body={"error": "boom"})
    assert isinstance(company.call("supabase.invoke", function="sync"), Unsettled)
    assert company.settle("supabase.invoke") is None


@pytest.mark.parametrize("fault", ["timeout", "lost_answer", "garbage_answer"])
def test_a_function_without_answer_leaves_open_what_it_did(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """Nobody but the function knows; a person is asked."""
    simulated.arrange("supabase.function", slug="sync")
    simulated.fault("supabase", fault)
    assert isinstance(simulated.call("supabase.invoke", function="sync"), Unsettled)
    assert simulated.settle("supabase.invoke") is None


@pytest.mark.parametrize("kind", ["unavailable", "rate_limited"])
def test_a_function_that_was_not_started_did_nothing(
    simulated: SimulatedPeer, kind: FaultKind
) -> None:
    """The gateway says so, and that is certain."""
    company = simulated
    company.arrange("supabase.function", slug="sync")
    company.fault("supabase", kind)
    assert isinstance(company.call("supabase.invoke", function="sync"), Refused)
    assert company.invoked == []


def test_a_program_that_is_down_was_not_started(peer: Peer) -> None:
    """So a step may go on without it."""
    company = answering(peer)
    company.arrange("supabase.function", slug="sync")
    company.answer = CANNOT_START
    assert kind_of(company.call("supabase.invoke", function="sync")) == "unavailable"


def test_a_secret_cannot_be_sent_in_a_body(peer: Peer) -> None:
    """Only arguments declared secret take one."""
    peer.arrange("supabase.function", slug="sync")
    outcome = peer.call("supabase.invoke", function="sync", body=Row({"key": b"bytes"}))
    assert kind_of(outcome) == "invalid"


def errors(peer: Peer, *functions: str, **more: Value) -> list[tuple[Value, ...]]:
    """What `error_groups` gives since thirty hours, without its moments."""
    given: dict[str, Value] = {"functions": functions, "since": START - 30 * HOUR, **more}
    rows = rows_of(peer.call("supabase.error_groups", **given))
    return [(one["function"], one["text"], one["lines"]) for one in rows]


def test_errors_that_say_the_same_are_one_group(in_both_dialects: Peer) -> None:
    """Over windows, whatever ids and numbers stand in them; the most frequent first."""
    peer = in_both_dialects
    for number, ago in ((1, 29), (2, 20), (3, 1)):
        line(peer, f"insert {number} failed for user_8fa{number}", ago * HOUR, "error")
    line(peer, "boom", HOUR, "error")
    line(peer, "insert 9 failed for user_8fa9", 31 * HOUR, "error")
    line(peer, "boom", HOUR, "info")
    assert errors(peer, "sync") == [("sync", "insert … failed for …", 3), ("sync", "boom", 1)]
    first = rows_of(
        peer.call("supabase.error_groups", functions=("sync",), since=START - 30 * HOUR)
    )[0]
    assert (first["first_at"], first["last_at"]) == (START - 29 * HOUR, START - HOUR)


def test_errors_of_several_functions_are_told_apart(peer: Peer) -> None:
    """The same words in two functions are two faults."""
    line(peer, "boom", HOUR, "error")
    peer.arrange("supabase.log", function="other", text="boom", level="error", at=START - HOUR)
    assert errors(peer, "sync", "other") == [("other", "boom", 1), ("sync", "boom", 1)]


def test_errors_of_an_unknown_function_and_of_the_future_are_refused(peer: Peer) -> None:
    """No errors would look like good order."""
    peer.arrange("supabase.function", slug="sync")
    given: dict[str, Value] = {"functions": ("nonsense",), "since": START - HOUR}
    assert kind_of(peer.call("supabase.error_groups", **given)) == "not_found"
    given = {"functions": ("sync",), "since": START + HOUR}
    assert kind_of(peer.call("supabase.error_groups", **given)) == "invalid"


def test_more_kinds_of_errors_than_the_bound_are_refused(peer: Peer) -> None:
    """Never a silent cut."""
    line(peer, "boom", HOUR, "error")
    line(peer, "bang", HOUR, "error")
    given: dict[str, Value] = {"functions": ("sync",), "since": START - 2 * HOUR, "at_most": 1}
    assert kind_of(peer.call("supabase.error_groups", **given)) == "too_many"


def test_a_function_is_held_and_let_go_again(peer: Peer) -> None:
    """Twice is once, and the way back is exact."""
    peer.arrange("supabase.function", slug="hook", verify_jwt=False)
    for operation, asked in (("hold", True), ("hold", True), ("release", False)):
        found = row_of(peer.call(f"supabase.{operation}_function", slug="hook"))
        assert (found["slug"], found["verify_jwt"]) == ("hook", asked)
    listed = rows_of(peer.call("supabase.functions", slugs=("hook",)))
    assert listed[0]["verify_jwt"] is False


@pytest.mark.parametrize("operation", ["supabase.hold_function", "supabase.release_function"])
def test_holding_a_function_that_is_not_there_is_refused(peer: Peer, operation: str) -> None:
    """And one whose name leads elsewhere is refused before Supabase is asked."""
    assert kind_of(peer.call(operation, slug="nonsense")) == "not_found"
    assert kind_of(peer.call(operation, slug="../secrets")) == "invalid"


@pytest.mark.parametrize(
    ("fault", "left_open"),
    [("rate_limited", False), ("unavailable", True), ("lost_answer", True)],
)
def test_holding_with_a_lost_answer_is_left_open(
    simulated: SimulatedPeer, fault: FaultKind, left_open: bool
) -> None:
    """Whether webhooks are refused is not to be guessed."""
    simulated.arrange("supabase.function", slug="hook", verify_jwt=False)
    simulated.fault("supabase", fault)
    outcome = simulated.call("supabase.hold_function", slug="hook")
    assert isinstance(outcome, Unsettled if left_open else Refused)


def test_requests_are_counted_by_how_they_ended(in_both_dialects: Peer) -> None:
    """Over windows; what the function refused is not what it failed at."""
    peer = in_both_dialects
    for status, count, ago in ((200, 7, 1), (401, 2, 2), (500, 3, 29), (503, 1, 1), (500, 9, 31)):
        peer.arrange(
            "supabase.requests", function="sync", status=status, count=count, at=START - ago * HOUR
        )
    peer.arrange("supabase.function", slug="idle")
    since = START - 30 * HOUR
    found = rows_of(peer.call("supabase.function_calls", functions=("idle", "sync"), since=since))
    assert [tuple(one.values()) for one in found] == [("idle", 0, 0, 0), ("sync", 13, 2, 4)]
    assert len(rows_of(peer.call("supabase.function_calls", since=since))) == 2


def test_a_secret_that_is_set_is_what_it_holds(peer: Peer) -> None:
    """By digest; what was there before is gone, and twice is once."""
    peer.arrange("supabase.secret", name="TOKEN", value="old")
    new = secret("new")
    assert value_of(peer.call("supabase.secret_holds", name="TOKEN", value=new)) == "different"
    for _ in range(2):
        assert value_of(peer.call("supabase.set_secret", name="TOKEN", value=new)) is None
    assert value_of(peer.call("supabase.secret_holds", name="TOKEN", value=new)) == "same"
    assert value_of(peer.call("supabase.secret_holds", name="OTHER", value=new)) == "absent"


@pytest.mark.parametrize("name", ["SUPABASE_URL", "", "a b", "N" * 257])
def test_a_name_that_supabase_does_not_take_is_refused(peer: Peer, name: str) -> None:
    """Before anything is sent: the vendor refuses the whole list."""
    assert kind_of(peer.call("supabase.set_secret", name=name, value=secret("x"))) == "invalid"


@pytest.mark.parametrize("value", ["", "x" * 24_577])
def test_a_value_that_supabase_does_not_take_is_refused(peer: Peer, value: str) -> None:
    """An empty secret would be taken for one that is set."""
    assert kind_of(peer.call("supabase.set_secret", name="T", value=secret(value))) == "invalid"


@pytest.mark.parametrize("suspended", [False, True])
def test_realtime_tells_whether_it_is_suspended(peer: Peer, suspended: bool) -> None:
    """And its limits."""
    peer.arrange("supabase.realtime", suspended=suspended)
    found = row_of(peer.call("supabase.realtime_config"))
    assert (found["suspended"], found["connections"]) == (suspended, 200)


def test_realtimes_connections_are_closed(peer: Peer) -> None:
    """Nothing comes back; clients connect again."""
    assert value_of(peer.call("supabase.realtime_shutdown")) is None


CHANGES: dict[str, dict[str, Value]] = {
    "supabase.realtime_shutdown": {},
    "supabase.set_secret": {"name": "TOKEN", "value": secret("new")},
}


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize(
    ("fault", "left_open"),
    [
        ("rate_limited", False),
        ("unavailable", True),
        ("timeout", True),
        ("lost_answer", True),
    ],
)
def test_a_change_without_an_answer_is_left_open(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, left_open: bool
) -> None:
    """It may be repeated; that it was done is not to be guessed."""
    simulated.fault("supabase", fault)
    outcome = simulated.call(operation, **CHANGES[operation])
    assert isinstance(outcome, Unsettled if left_open else Refused)
    assert simulated.settle(operation) is None
