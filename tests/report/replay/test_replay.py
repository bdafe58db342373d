"""Two runs of one incident beside each other: what is said of them, and that it fits the screen."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from rbengine.host.recorded.answering import Unlike
from rbengine.host.recorded.held import held
from rbengine.host.recorded.playing import replayed
from rbengine.host.recorded.unheld import Pair, Unheld
from rbengine.plan.code import StepBegin
from rbengine.plan.expressions import Constant
from rbengine.plan.program import Plan
from rbengine.report.incident import Report, read_report
from rbengine.report.replay import Comparison, compared, drawn, unheld_rows
from rbengine.report.replay.afterwards import afterwards
from rbengine.report.replay.pairs import pair_rows
from rbengine.report.text import cells
from rbengine.runtime.events import Answered, Parked, Person, Resumed, UndoOrdered
from support.recorded import lines, recording

RB011 = recording()
THEN = read_report(RB011.header.plan, lines(RB011.events), "")
NAMES = ("incident.jsonl", "playbooks/rb011.rb, today")


def with_label(plan: Plan, old: str, new: str) -> Plan:
    """The plan with a step called otherwise."""
    import msgspec
    from rbengine.contract.values import Datum

    code = tuple(
        msgspec.structs.replace(one, label=Constant(Datum(new)))
        if isinstance(one, StepBegin) and one.label == Constant(Datum(old))
        else one
        for one in plan.code
    )
    return msgspec.structs.replace(plan, code=code)


def now(plan: Plan) -> tuple[Report, Comparison]:
    """What the plan does on the recording, and how that compares."""
    found = replayed(plan, held(RB011), engine="")
    report = read_report(plan, found.lines, "")
    return report, compared(
        THEN, report, names=NAMES, stopped=found.stopped, unheld=found.unheld, unlike=found.unlike
    )


def test_the_same_text_finds_does_and_ends_the_same() -> None:
    """Nothing differs, so nothing is explained."""
    _, found = now(RB011.header.plan)
    assert found.same
    assert found.first == ""
    assert {one.sign for one in found.rows} == {"same"}
    assert [one.same for one in found.verdicts] == [True, True, True, True]


def test_that_a_run_was_parked_and_taken_up_is_no_difference() -> None:
    """Who drove it, and how often, says nothing about the text."""
    events = list(RB011.events)
    at = next(n for n, one in enumerate(events) if isinstance(one, Answered))
    moment = events[at].at
    parked = [
        Parked(at=moment, reason="waits for on_call: approve"),
        Resumed(at=moment, host="vm", epoch=2),
    ]
    interrupted = [*events[:at], *parked, *events[at:]]
    then = read_report(RB011.header.plan, lines(interrupted), "")
    assert [one.mark for one in then.lines].count("process") == 2
    asked = [one for one in then.lines if one.mark == "asked"]
    assert len(asked) == len([one for one in THEN.lines if one.mark == "asked"])
    found = compared(then, THEN, names=NAMES)
    assert found.first == ""
    assert {one.sign for one in found.rows} == {"same"}


def test_a_step_called_otherwise_is_the_first_difference() -> None:
    """Where nothing is changed in it, everything else goes the same way."""
    plan = with_label(RB011.header.plan, "Check webhook logs", "Read the webhook's logs")
    _, found = now(plan)
    assert found.same
    assert found.first == (
        "0.3s into the incident the run had “Check webhook logs”, and today's text has "
        "“Read the webhook's logs” at 0.3s"
    )


def test_where_a_replay_stops_nobody_says_how_it_would_have_ended() -> None:
    """What was found is known all the same: the diagnosis was read to its end."""
    plan = with_label(RB011.header.plan, "Check database vs Stripe", "Compare")
    unheld = Unheld(why="the recording does not hold this call: x", step="x", at=timedelta(0))
    report = read_report(plan, lines(RB011.events)[:9], "")
    found = compared(THEN, report, names=NAMES, stopped=unheld.why, unheld=unheld)
    told = {one.about: one.same for one in found.verdicts}
    assert told == {"found": True, "done": None, "ended": None, "took": None}
    assert not found.same


def test_another_change_at_its_place_is_explained_before_what_follows_from_it() -> None:
    """The sentence is about the change, not about the row that was read afterwards."""
    unlike = Unlike(
        step="Copy tier", at=timedelta(milliseconds=909),
        pairs=(Pair(name="plan", then="UPDATE a", now="UPDATE b"),),
    )  # fmt: skip
    found = compared(THEN, THEN, names=NAMES, unlike=[unlike])
    assert found.first.startswith(
        "0.9s into the incident today's text does something else at “Copy tier”: plan"
    )


@pytest.mark.parametrize("width", [40, 80, 132])
def test_every_row_fits_the_screen(width: int) -> None:
    """At any width, and piped."""
    plan = with_label(RB011.header.plan, "Check webhook logs", "Read the webhook's logs " * 5)
    _, found = now(plan)
    rows = drawn(found, width=width, whole=True)
    assert max(cells(one) for one in rows) <= width
    assert any("Read the" in one and " | " in one for one in rows)


def test_what_goes_the_same_way_for_long_is_left_out() -> None:
    """The reader looks for the difference; `--whole` shows the rest."""
    plan = with_label(RB011.header.plan, "Check webhook logs", "Read the webhook's logs")
    _, found = now(plan)
    short, whole = drawn(found), drawn(found, whole=True)
    assert len(short) < len(whole)
    assert any("alike" in one for one in short)
    assert not any("alike" in one for one in whole)


def test_secrets_and_escapes_in_texts_do_not_reach_the_screen() -> None:
    """A run of one's own journal has its texts in clear."""
    secret = "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"
    pair = Pair(name="text", then=f"\x1b[31m {secret}", now="{{ 7*7 }}'; DROP TABLE")
    unheld = Unheld(why=f"no {secret}", step=secret, at=timedelta(0), line=3, pairs=(pair,))
    found = compared(THEN, THEN, names=NAMES, stopped=unheld.why, unheld=unheld)
    rows = "\n".join(drawn(found, whole=True))
    assert secret not in rows
    assert "\x1b" not in rows
    assert "{{ 7*7 }}'; DROP TABLE" in rows
    assert secret not in repr(found)


def test_a_run_that_was_taken_back_says_so_below_its_end() -> None:
    """RESOLVED alone would hide that nothing of it stands: by whom, when, and what is left."""
    ada = Person(id="ada", name="Ada", role="on_call")
    order = UndoOrdered(at=datetime(2026, 11, 24, 8, 30, tzinfo=UTC), person=ada, above=0)
    first, *others = THEN.changes
    whole = replace(THEN, changes=(replace(first, state="undone"), *others))
    told = afterwards((*RB011.events, order), whole, "UTC")
    assert told.startswith("taken back afterwards, by Ada (on_call) on 2026-11-24 08:30 UTC: Copy")
    assert "; left as it was: Run check-subscription" in told
    assert afterwards(RB011.events, THEN, "UTC") == ""
    rows = drawn(compared(THEN, THEN, names=NAMES, afterwards=told))
    ended = next(number for number, one in enumerate(rows) if "RESOLVED" in one)
    assert "taken back afterwards, by Ada" in rows[ended + 1]


@pytest.mark.parametrize(
    ("took", "told"),
    [(3.04, "today as fast"), (2.4, "faster by 600 ms"), (3.2, "slower by 200 ms")],
)
def test_less_than_a_clock_shows_is_as_fast(took: float, told: str) -> None:
    """Two runs of one text differ by a millisecond: that says nothing of the text."""
    then, now_ = (
        replace(THEN, end=replace(THEN.end, when=replace(THEN.end.when, seconds=seconds)))
        for seconds in (3.0, took)
    )
    found = compared(then, now_, names=NAMES)
    assert found.verdicts[-1].text.endswith(told)
    assert found.verdicts[-1].same is ("as fast" in told)


def test_of_two_long_values_only_what_differs_is_shown() -> None:
    """Nobody finds one word in two statements of ten lines."""
    words = [f"column_{number} = ${number}" for number in range(40)]
    then, now_ = (" AND ".join([*words[:20], one, *words[20:]]) for one in ("a = 1", "a IS NULL"))
    same = [Pair(name=f":{number}", then="x", now="x") for number in range(3)]
    rows = pair_rows((Pair(name="query", then=then, now=now_), *same), 100, colour=False)
    assert len(rows) < 6
    assert "a = 1" in "".join(rows)
    assert "a IS NULL" in "".join(rows)
    assert rows[-1].strip() == "3 more are alike"


def test_a_call_that_is_not_held_stands_beside_the_nearest() -> None:
    """Which argument differs is marked."""
    pairs = (
        Pair(name="call", then="supabase.function_logs", now="supabase.function_logs"),
        Pair(name="since", then="2026-11-22 03:10 UTC", now="2026-11-21 03:10 UTC"),
    )
    unheld = Unheld(why="it is not held", step="x", at=timedelta(0), line=7, pairs=pairs)
    rows = unheld_rows(unheld)
    assert rows[0] == "error: it is not held"
    assert any("line 7" in one for one in rows)
    assert [one[:2] for one in rows if "since" in one] == ["!!"]
