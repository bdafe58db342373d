"""Parts of a report that no journal of the shipped playbooks shows."""

from datetime import timedelta

from rbengine.contract.changes import ChangePlan, PlannedStatement, RowImage, UndoPlan
from rbengine.contract.values import Datum, Row
from rbengine.report.incident.changes import Changes
from rbengine.report.incident.model import When
from rbengine.report.incident.writing import escape_markdown
from rbengine.runtime.notices import ChangeDone, ChangeShown, ChangeTakenBack, InDoubt

NOW = When(at="04:10:00", since="0.0s", seconds=0)
LABEL = "Set the state"


def image(key: int, before: str, after: str) -> RowImage:
    return RowImage(
        table="accounts",
        key=Datum(Row({"id": key})),
        before=Datum(Row({"state": before, "at": None})),
        after=Datum(Row({"state": after, "at": None})),
    )


PLAN = ChangePlan(
    parts=(
        PlannedStatement(
            kind="update", table="accounts", rows=(image(1, "a", "b"), image(2, "a", "b")), count=2,
            not_computed=("at",),
        ),
    ),
    digest="d", undo=UndoPlan(kind="derived", text="put it back"), rows=2,
)  # fmt: skip


def shown() -> Changes:
    changes = Changes("UTC")
    changes.show(ChangeShown(label=LABEL, plan=PLAN, approval="asked", by=("on_call",)), NOW)
    return changes


def test_a_change_that_stopped_half_way_is_applied_in_part() -> None:
    """Neither done nor undone: somebody has to look at it."""
    changes = shown()
    changes.wrote(PLAN, (image(1, "a", "b"),))
    (told,) = changes.told()
    assert told.state == "applied in part"


def test_what_was_written_stands_where_the_plan_could_not_know_it() -> None:
    """`now()` is not the same twice; the report says what it was."""
    changes = shown()
    real = RowImage(
        table="accounts",
        key=Datum(Row({"id": 1})),
        before=Datum(Row({"state": "a", "at": "long ago"})),
        after=Datum(Row({"state": "b", "at": "now"})),
    )
    changes.wrote(PLAN, (real,))
    changes.finish(ChangeDone(label=LABEL, rows=2, took=timedelta(milliseconds=3)), NOW)
    (told,) = changes.told()
    first, second = told.parts[0].rows
    assert [(one.column, one.before, one.after) for one in first.cells] == [
        ("state", "a", "b"),
        ("at", "long ago", "now"),
    ]
    assert second.cells[1].after == "when applied"
    assert (told.state, told.result) == ("applied", "2 rows, took 3 ms")


def test_rows_that_somebody_else_changed_meanwhile_are_told() -> None:
    """They were left alone, and nobody else will look at them."""
    changes = shown()
    changes.finish(ChangeDone(label=LABEL, rows=2, took=timedelta(0)), NOW)
    changes.take_back(ChangeTakenBack(label=LABEL, rows=1, left=1), NOW)
    (told,) = changes.told()
    assert told.state == "undone"
    assert told.why == "1 row put back, 1 row left alone: no longer what this run wrote"


def test_a_change_in_doubt_says_so_until_somebody_knows() -> None:
    """And then what they know."""
    changes = shown()
    changes.doubt(InDoubt(label=LABEL, text="the answer was lost"), NOW)
    assert [(one.state, one.why) for one in changes.told()] == [("in doubt", "the answer was lost")]
    changes.doubt(InDoubt(label=LABEL, text="nothing to look for", verdict="unclear"), NOW)
    assert [one.state for one in changes.told()] == ["in doubt"]
    changes.doubt(InDoubt(label=LABEL, text="Ada says so", verdict="not applied"), NOW)
    assert [(one.state, one.why) for one in changes.told()] == [("not applied", "Ada says so")]


def test_nothing_in_a_value_is_markdown() -> None:
    """Nor a template of whatever site the report is put on."""
    assert escape_markdown("a_b _c_ *d* [e](f) <g> {{ 7*7 }} {% h %} {i}\n# j") == (
        r"a_b \_c\_ \*d\* \[e\](f) \<g\> \{{ 7\*7 }} \{% h %} {i} \# j"
    )
