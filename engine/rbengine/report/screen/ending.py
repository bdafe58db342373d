"""The end: what it came to, how it stands against the clock, what was done and what is next."""

from rbengine.plan.program import Plan
from rbengine.report.durations import duration
from rbengine.report.screen.line import BLANK, Line, Style, heading, line
from rbengine.runtime.commands import Finish
from rbengine.runtime.notices import Ended

_STYLES: dict[str, Style] = {"resolved": "good", "diagnosed": "good", "handed over": "clock"}


def ended(notice: Ended, plan: Plan, finish: Finish | None) -> list[Line]:
    """Outcome, clock, counts, what is left over, follow-ups."""
    clock = f" in {duration(notice.took)}"
    if plan.mttr is not None and notice.outcome == "resolved":
        left = plan.mttr - notice.took
        side = "before" if left.total_seconds() >= 0 else "after"
        clock += f", {duration(abs(left))} {side} the MTTR"
    style = _STYLES.get(notice.outcome, "wrong")
    rows = [BLANK, heading((notice.outcome.upper(), style), clock)]
    if notice.reason:
        rows.append(line(notice.reason))
    rows.append(line((_counts(notice), "quiet")))
    if finish is not None:
        rows.extend(_left_over(finish))
    rows.extend(
        line(one, margin="later" if number == 0 else "", hang=2)
        for number, one in enumerate(notice.follow_ups)
    )
    return rows


def _left_over(finish: Finish) -> list[Line]:
    """What a person must look after: changes in doubt, changes that stand."""
    rows: list[Line] = []
    if finish.in_doubt:
        rows.append(
            line((f"{_changes(finish.in_doubt)} in doubt", "wrong"), ": look before anything is done again",
                 margin="??", margin_style="wrong", hang=2)
        )  # fmt: skip
    if finish.left_applied:
        rows.append(
            line((f"{_changes(finish.left_applied)} left applied", "wrong"),
                 margin="!!", margin_style="wrong", hang=2)
        )  # fmt: skip
    return rows


def _counts(notice: Ended) -> str:
    parts = [
        f"{_changes(notice.changes)}, {notice.undone} undone"
        if notice.changes
        else "nothing changed",
        _number(notice.approvals, "approval"),
        _number(notice.escalations, "escalation"),
    ]
    return " · ".join(parts)


def _changes(count: int) -> str:
    return "1 change" if count == 1 else f"{count} changes"


def _number(count: int, noun: str) -> str:
    if count == 0:
        return f"no {noun}"
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
