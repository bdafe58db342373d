"""The screen of a run, drawn from turns."""

import re
from datetime import timedelta

import msgspec
import pytest
from rbengine.contract.changes import ChangePlan, PlannedStatement, RowImage, UndoPlan
from rbengine.contract.values import Datum, Row, SecretReference, Value
from rbengine.plan.code import Origin
from rbengine.plan.expressions import Constant
from rbengine.plan.program import FindingSpec
from rbengine.report.screen import Screen
from rbengine.report.text import cells
from rbengine.runtime.commands import AskPeople, Command, Finish, Show
from rbengine.runtime.events import Event
from rbengine.runtime.notices import (
    Bound,
    ChangeShown,
    ConditionShown,
    Ended,
    Escalated,
    FindingJudged,
    Notice,
    SectionEntered,
    StepEntered,
    StepFailed,
    Told,
    UndoOffered,
    Waiting,
)
from report.made_turns import Turns, a_resolved_run, at, plan_of, started, told
from support.journal_text import JournalText

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def screen_of(turns: Turns, *, width: int = 80, colour: bool = False) -> list[str]:
    screen = Screen(plan_of(), width=width, colour=colour)
    return [row for event, commands in turns for row in screen.lines(event, commands)]


def rows_of(*notices: Notice, width: int = 80) -> list[str]:
    """Only what `notices` add, after the first turn."""
    screen = Screen(plan_of(), width=width)
    screen.lines(started(), ())
    return screen.lines(*told(1, *notices))


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_row_is_wider_than_the_terminal(width: int) -> None:
    """A row that wraps by itself ruins every column below it."""
    assert [
        row for row in screen_of(a_resolved_run(), width=width) if cells(row) > max(width, 43)
    ] == []


def test_first_and_last_row_say_that_nothing_was_real() -> None:
    """Whoever sees only the top or only the end of a log must know."""
    rows = screen_of(a_resolved_run())
    assert rows[0] == rows[-1] == "SIMULATED: nothing real was read or changed"


def test_colour_adds_nothing_but_colour() -> None:
    """Colour is never the only sign: without it the same text stands there."""
    plain = screen_of(a_resolved_run())
    coloured = screen_of(a_resolved_run(), colour=True)
    assert [ANSI.sub("", row) for row in coloured] == plain
    assert any(ANSI.search(row) for row in coloured)
    assert not any("\x1b" in row for row in plain)


def test_rows_have_no_trailing_blanks() -> None:
    """A log is compared, pasted and mailed."""
    assert [row for row in screen_of(a_resolved_run()) if row != row.rstrip()] == []


def test_equal_turns_give_equal_rows() -> None:
    """So a stored journal gives the screen that was seen."""
    assert screen_of(a_resolved_run()) == screen_of(a_resolved_run())


def test_a_finding_shows_the_operands_that_decided_it() -> None:
    """At three in the morning one wants to see why, not only that."""
    rows = rows_of(
        FindingJudged(
            name="stopped", title="The job stopped", verdict="found",
            conditions=(
                ConditionShown(text="job.active is false", verdict="holds", operands=(("job.active", Datum(False)),)),
            ),
        ),
        FindingJudged(
            name="late", title="Late", verdict="not found",
            conditions=(
                ConditionShown(text="job is present", verdict="holds"),
                ConditionShown(text="runs > 3", verdict="does not hold", operands=(("runs", Datum(2)),)),
            ),
        ),
        FindingJudged(name="lost", title="Lost", verdict="not judged", conditions=(), missing=("mails",)),
    )  # fmt: skip
    assert rows == [
        "",
        ' found  stopped  "The job stopped"',
        "    ok  job.active is false   job.active = false",
        "   not  late",
        "    no  runs > 3   runs = 2",
        "    ??  lost  not judged: mails is unknown",
    ]


def a_plan(before: Value, after: Value, **changed: object) -> ChangePlan:
    """One row of a table `t` with key 7."""
    statement: dict[str, object] = {
        "kind": "update", "table": "t", "count": 1,
        "rows": (RowImage(table="t", key=Datum(Row({"id": 7})), before=Datum(before), after=Datum(after)),),
    }  # fmt: skip
    part = PlannedStatement(**(statement | changed))  # type: ignore[arg-type]  # its fields, some replaced
    return ChangePlan(
        parts=(part,), digest="ab" * 32, undo=UndoPlan(kind="derived", text="put it back"), rows=1
    )


def shown(plan: ChangePlan, width: int = 80) -> list[str]:
    return rows_of(ChangeShown(label="Do it", plan=plan, approval="free"), width=width)


def test_an_update_shows_only_the_columns_that_change() -> None:
    """Before and after stand side by side, aligned, and what stays is not in the way."""
    plan = a_plan(Row({"a": "old", "b": 1, "c": None}), Row({"a": "new", "b": 1, "c": 5}))
    assert shown(plan) == [
        "    ->  change  Do it",
        "          update t, 1 row",
        "                before  after",
        "          7  a  old     new",
        "             c  null    5",
        "          undo: put it back",
        "          needs no approval",
    ]


def test_long_values_are_cut_and_still_told_apart() -> None:
    """Two texts that differ at their end must not look alike to whoever approves."""
    rows = shown(a_plan(Row({"a": "x" * 90 + "1"}), Row({"a": "x" * 90 + "2"})))
    (row,) = [one for one in rows if "xx" in one]
    before, after = row.split()[-2:]
    assert before != after
    assert "…" in before
    assert cells(row) <= 80


def test_one_and_true_are_not_the_same_value() -> None:
    """Python says `1 == True`; a row does not."""
    assert any("true" in row for row in shown(a_plan(Row({"a": 1}), Row({"a": True}))))


def test_a_new_row_and_a_row_that_goes_have_one_column_of_values() -> None:
    """There is no `before` of what did not exist."""
    assert "          7  a  x" in shown(a_plan(None, Row({"a": "x"}), kind="insert"))
    assert any(row.endswith("gone") for row in shown(a_plan(Row({"a": "x"}), None, kind="delete")))


def test_a_value_that_differs_each_time_is_not_promised() -> None:
    """`now()` will be another when it is applied."""
    rows = shown(a_plan(Row({"a": at(0)}), Row({"a": at(1)}), not_computed=("a",)))
    assert any("when applied" in row for row in rows)
    assert not any("2026" in row for row in rows)


def test_rows_beyond_the_screen_are_counted() -> None:
    """Never a silent cut."""
    images = tuple(
        RowImage(table="t", key=Datum(Row({"id": n})), before=Datum(Row({"a": 1})), after=Datum(Row({"a": 2})))
        for n in range(30)
    )  # fmt: skip
    assert "          … and 22 rows more" in shown(a_plan(None, None, rows=images, count=30))


def test_a_narrow_screen_puts_values_below_each_other() -> None:
    """Two columns of eight cells say nothing."""
    assert "            a: old -> new" in shown(
        a_plan(Row({"a": "old"}), Row({"a": "new"})), width=50
    )


def test_values_that_act_on_terminals_are_drawn_harmless() -> None:
    """Names, answers and mails come from outside."""
    evil = "\x1b[2J\u202eAcme\nROOT"
    rows = rows_of(
        Bound(name="account", value=Datum(Row({evil: evil, "n": evil}))),
        Told(kind="email", to=(evil,), subject=evil, text=evil),
        Escalated(to=(evil,), reason=evil, cause="playbook", impact=evil, next=evil),
        ChangeShown(
            label=evil, plan=a_plan(Row({evil: evil}), Row({evil: evil + "x"})), approval="free"
        ),
    )
    text = "\n".join(rows)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\e[2J" in text
    assert not any(row.startswith("ROOT") for row in rows)


def test_a_secret_is_shown_by_its_name() -> None:
    """Also inside a row that is about to be written."""
    secret = SecretReference("webhook_secret", "0123")
    rows = shown(a_plan(Row({"a": None}), Row({"a": secret})))
    assert any("<secret: webhook_secret>" in row for row in rows)


def test_wide_text_keeps_the_columns_straight() -> None:
    """The value after a Japanese name begins where the header says."""
    rows = shown(a_plan(Row({"a": "株式会社", "b": "x"}), Row({"a": "new", "b": "y"})))
    header = next(row for row in rows if row.rstrip().endswith("after"))
    column = header.index("after")
    first = next(row for row in rows if "株式会社" in row)
    second = next(row for row in rows if row.endswith("y"))
    assert cells(first[: first.index("new")]) == column
    assert cells(second[: second.rindex("y")]) == column


def test_a_question_shows_who_is_waited_for_and_the_clocks() -> None:
    """Silence on a screen must have a name."""
    rows = screen_of(a_resolved_run())
    assert any(
        "waiting for on_call to approve 9a1f4c" in row and "escalates in 1h 59m" in row
        for row in rows
    )


def test_the_moving_row_follows_the_open_questions() -> None:
    """Only it may move; it is gone when nobody is waited for."""
    screen = Screen(plan_of(), width=80)
    for event, commands in a_resolved_run()[:6]:
        screen.lines(event, commands)
    assert screen.status(at(10)).startswith("        waiting for on_call")
    for event, commands in a_resolved_run()[6:]:
        screen.lines(event, commands)
    assert screen.status(at(98)) == ""


def test_a_failure_says_what_still_stands() -> None:
    """The next shift must not have to find out."""
    rows = rows_of(
        StepFailed(
            label="Second",
            kind="conflict",
            text="the row moved",
            handled=False,
            origin=("playbooks/x.rb", 7),
        ),
        UndoOffered(labels=("First change",), cannot=(("Sent mail", "mails do not come back"),)),
    )
    assert rows == [
        "  1.0s  the step failed, conflict: the row moved  playbooks/x.rb:7",
        "    !!  still applied, newest first:",
        "          First change, can be undone",
        "          Sent mail, cannot be undone: mails do not come back",
    ]


def test_what_is_left_stands_at_the_end() -> None:
    """The exit code says it to scripts, this to people."""
    screen = Screen(plan_of())
    screen.lines(started(), ())
    ended = Ended(
        outcome="failed", reason="the row moved", took=timedelta(seconds=9), changes=2, undone=0, approvals=1,
        escalations=1,
    )  # fmt: skip
    finish = Finish(outcome="failed", reason="the row moved", left_applied=2, in_doubt=1)
    assert screen.lines(told(1)[0], [Show(ended), finish]) == [
        "",
        "FAILED in 9s",
        "        the row moved",
        "        2 changes, 0 undone · 1 approval · 1 escalation",
        "    ??  1 change in doubt: look before anything is done again",
        "    !!  2 changes left applied",
        "SIMULATED: nothing real was read or changed",
    ]


def test_a_run_that_could_not_end_still_says_that_nothing_was_real() -> None:
    """`closing` is for what stops in the middle, and adds nothing to what ended."""
    screen = Screen(plan_of())
    screen.lines(started(), ())
    assert screen.closing() == ["SIMULATED: nothing real was read or changed"]
    assert screen.closing() == []


def test_a_world_that_is_not_simulated_never_claims_to_be() -> None:
    """The banner is made from the backends, adapter by adapter."""
    environment = msgspec.structs.replace(
        started().environment,
        profile="staging",
        backends={"stripe": "live", "postgres": "recorded"},
    )
    screen = Screen(plan_of())
    rows = screen.lines(msgspec.structs.replace(started(), environment=environment), ())
    assert rows[0] == "profile staging · live: stripe · recorded: postgres"


def test_whoever_takes_a_run_up_sees_every_place_that_it_acts_on() -> None:
    """However many there are, and no more than where and what: the rest was drawn before."""
    places = {f"vendor{number}.account": f"acct_{number}" for number in range(5)}
    first = started()
    environment = msgspec.structs.replace(first.environment, world="", places=places)
    screen = Screen(plan_of())
    screen.lines(msgspec.structs.replace(first, environment=environment), ())
    rows = screen.brief()
    assert [row.split()[-1] for row in rows[3:-1]] == list(places.values())
    assert rows[-1].split()[0] == "incident"


def test_questions_list_what_may_be_answered() -> None:
    """Who is asked must see the choices before the prompt."""
    from rbengine.runtime.commands import Choice

    question = AskPeople(
        question=1, kind="choose", text="Which plan?", by=("support", "on_call"), due=at(600),
        choices=(Choice(name="keep", text="keep the tier", value=Datum("keep")),),
    )  # fmt: skip
    screen = Screen(plan_of())
    screen.lines(started(), ())
    rows = screen.lines(told(1)[0], [question])
    assert rows == [
        "     ?  Which plan?",
        "          keep  keep the tier",
        "        waiting for support or on_call to answer",
    ]


def test_the_readable_journal_tells_what_happened_in_order() -> None:
    """It is what goldens hold and what a miss shows around it."""
    journal = JournalText(plan_of())
    rows = [row for event, commands in a_resolved_run() for row in journal.lines(event, commands)]
    assert rows[0] == "t+0s        start       RB-011; business = 6f1c0f6e…"
    assert any(re.match(r"t\+5\.7s\s+pose\s+1  plan ", row) for row in rows)
    assert rows[-1].split() == ["t+97s", "end", "resolved"]
    assert [row for row in rows if cells(row) > 110 or row != row.rstrip()] == []


def test_the_incident_may_have_begun_before_the_run() -> None:
    """`--started`: every time on the left counts from the incident, not from the keyboard."""
    late = msgspec.structs.replace(started(), began=at(-840))
    screen = Screen(plan_of())
    rows = screen.lines(
        late, (Show(Bound(name="x", value=Datum(1), took=timedelta(milliseconds=3))),)
    )
    assert any("14m ago" in row for row in rows)


def a_reading(seconds: float, status: str, verdict: str) -> tuple[Event, tuple[Command, ...]]:
    """A diagnosis of two steps and a finding, read again."""
    return told(
        seconds,
        SectionEntered(kind="diagnose", again=True),
        StepEntered(label="Look"),
        Bound(name="status", value=Datum(status), took=timedelta(milliseconds=3)),
        StepEntered(label="Look elsewhere"),
        Bound(name="other", value=Datum("the same")),
        FindingJudged(name="broken", title="Broken", verdict=verdict, conditions=()),  # type: ignore[arg-type]
        Waiting(until=at(seconds + 15), text="no finding holds", attempt=1),
    )


def test_a_second_reading_says_only_what_is_new() -> None:
    """Twenty looks in five minutes must not push the change off the screen."""
    finding = FindingSpec(
        name="broken",
        title=Constant(Datum("Broken")),
        conditions=(),
        needs=(),
        origin=Origin("x.rb", 1, 0, 1),
    )
    screen = Screen(plan_of(findings=(finding,)))
    screen.lines(started(), ())
    screen.lines(
        *told(
            1,
            SectionEntered(kind="diagnose"),
            Bound(name="status", value=Datum("bad")),
            Bound(name="other", value=Datum("the same")),
            FindingJudged(name="broken", title="Broken", verdict="found", conditions=()),
        )
    )
    assert screen.lines(*a_reading(10, "bad", "found")) == [
        " 10.0s  diagnose, read again: what is new",
        " found  broken  still holds",
        " 10.0s  not yet: no finding holds                         looking again at 25.0s",
    ]
    assert screen.lines(*a_reading(25, "bad", "found")) == []
    assert screen.lines(*a_reading(40, "good", "not found")) == [
        " 40.0s  diagnose, read again: what is new",
        " 40.0s  Look",
        "        status        good                                                  3 ms",
        "   not  broken",
    ]
    # What is behind the last finding is no part of the reading.
    assert screen.lines(*told(41, StepEntered(label="Go on"))) == [" 41.0s  Go on"]


def test_what_is_waited_for_is_said_when_it_changes() -> None:
    """An hour of looking every minute is one row, not sixty."""
    screen = Screen(plan_of())
    screen.lines(started(), ())

    def look(seconds: float, status: str, took: int) -> list[str]:
        return screen.lines(
            *told(
                seconds, Bound(name="bill", value=Datum(status), took=timedelta(milliseconds=took))
            )
        )

    screen.lines(*told(1, StepEntered(label="Wait for the payment")))
    assert look(1, "open", 300) == [
        "        bill          open                                                300 ms"
    ]
    assert [look(61, "open", 210), look(121, "open", 450)] == [[], []]
    assert look(181, "paid", 200) == [
        "        bill          paid                                                200 ms"
    ]
    screen.lines(*told(200, StepEntered(label="Look once more")))
    assert len(look(200, "paid", 200)) == 1
