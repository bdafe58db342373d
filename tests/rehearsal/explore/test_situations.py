"""What scenarios expect, or come to themselves, is no news of an exploration."""

from msgspec.structs import replace
from rbengine.plan import code as c
from rbengine.rehearsal.explore.remarks import Branch, Exploration, Remark, Situation
from rbengine.rehearsal.explore.situations import (
    reached,
    thought_of,
    without_expected,
    without_reached,
)
from rbengine.rehearsal.points import ClockLines, Point, PointBook
from rehearsal.explore.small import built, explored, of_kind

FRAGILE = {
    "    on failure unavailable, rate_limited, timeout, unauthorized, conflict\n": (
        "    on failure unavailable\n"
    )
}


def _book() -> PointBook:
    plan, _ = built(FRAGILE)
    return PointBook(plan, ClockLines(file="test.rb"), lambda _: ())


def _unhandled(found: Exploration) -> list[Remark]:
    return of_kind(found, "unhandled")


def test_a_refusal_is_told_with_what_stands_where_the_run_ends() -> None:
    """The section that stopped, and no change: the one that there is was refused."""
    assert {one.situation for one in _unhandled(explored(FRAGILE))} == {
        Situation("resolve stuck", frozenset())
    }


def test_a_refusal_that_a_scenario_expects_is_no_news() -> None:
    """On its line, or in its section with the same changes standing; with another change standing it is."""
    found = explored(FRAGILE)
    (remark,) = _unhandled(found)
    for known in ((remark.file, remark.line), Situation("resolve stuck", frozenset())):
        left = without_expected(found, {known})
        assert _unhandled(left) == []
        assert left.expected == 1
    for other in ((remark.file, remark.line + 1), Situation("resolve stuck", frozenset({1}))):
        assert without_expected(found, {other}) == found


def test_a_refusal_that_is_accounted_for_is_none_either() -> None:
    """`not covered "why"` over the refusal of the change; over its approval it says nothing of refusals."""
    book = _book()
    change = next(n for n, one in enumerate(book.plan.code) if isinstance(one, c.MakeChange))
    (remark,) = _unhandled(explored(FRAGILE))
    assert thought_of(book, (), [book.at(change, "not applied")]) == {(remark.file, remark.line)}
    assert thought_of(book, (), [book.at(change, "not applied: conflict")])
    assert (
        thought_of(book, (), [book.at(change, "refused"), book.at(change, "unanswered")]) == set()
    )


def test_a_branch_that_a_scenario_passes_is_no_news() -> None:
    """Only what no proof decides: that a branch cannot be taken is always told."""
    book = _book()
    until = next(n for n, one in enumerate(book.plan.code) if isinstance(one, c.Until))
    missed = Remark(level="warning", kind="unreachable", text="x", file="test.rb", line=1)
    found = replace(
        explored(paths=1), remarks=(replace(missed, branch=Branch(until, "holds")), missed)
    )
    passed: list[Point] = [book.at(until, "holds")]
    assert without_reached(found, book, reached(book, (), passed)).remarks == (missed,)
    assert without_reached(found, book, reached(book, (), [book.at(until, "fails")])) == found
