"""What was read and what follows from it: bindings, failed calls, findings with what decided them."""

from collections.abc import Sequence
from datetime import datetime

from rbengine.contract.values import Datum, Row
from rbengine.report.durations import duration, took
from rbengine.report.screen.line import Line, line
from rbengine.report.text import cells, visible
from rbengine.report.values import in_words, literal
from rbengine.runtime.notices import Bound, CallFailed, ConditionShown, FindingJudged, Verified

_NAME = 14
_VERDICTS = {"holds": "ok", "does not hold": "no", "not judged": "??"}


def bound(notice: Bound, zone: str) -> list[Line]:
    """A name, its value in a line, and how long the call took."""
    name = visible(notice.name)
    gap = " " * max(_NAME - cells(name), 2)
    again = f"  (attempt {notice.attempt})" if notice.attempt > 1 else ""
    return [
        line(
            (name, "strong"),
            gap + in_words(notice.value.value, zone) + again,
            right=took(notice.took) if notice.took is not None else "",
            whole=False,
        )
    ]


def call_failed(notice: CallFailed, now: datetime) -> list[Line]:
    """What refused, in its own words, and whether it is tried again."""
    rows = [
        line(
            (f"{notice.kind}: ", "wrong"),
            notice.text,
            margin="!!",
            margin_style="wrong",
            right=took(notice.took) if notice.took is not None else "",
        )
    ]
    operation, bracket, _ = notice.call.partition("(")
    if notice.retry_at is not None:
        again = f", again in {duration(notice.retry_at - now)}"
        rows.append(line((f"attempt {notice.attempt} of {operation}", "quiet"), (again, "clock")))
    elif bracket:
        last = (
            f"attempt {notice.attempt} of {operation}, the last"
            if notice.attempt > 1
            else operation
        )
        rows.append(line((last, "quiet")))
    return rows


def finding(notice: FindingJudged, width: int, zone: str, *, again: bool) -> list[Line]:
    """Found: every line. Not found: the lines that do not hold, the first time. Not judged: what is unknown."""
    match notice.verdict:
        case "found":
            title = line(
                (notice.name, "strong"),
                f'  "{notice.title}"',
                margin="found",
                margin_style="strong",
                hang=2,
            )
            return [title, *_conditions(notice.conditions, width, zone)]
        case "not found":
            # Lines after the one that decided were never looked at: they say nothing.
            told = tuple(one for one in notice.conditions if one.verdict == "does not hold")
            if again:
                told = ()
            if any(not one.alternative for one in told):
                # A plain line that does not hold decides alone; what an `either` says adds nothing.
                told = tuple(one for one in told if not one.alternative)
            return [
                line((notice.name, "quiet"), margin="not", hang=2),
                *_conditions(told, width, zone),
            ]
        case "not judged":
            # A name that is unknown says it all; only without one are the lines of any use.
            told = () if notice.missing else notice.conditions
            told = tuple(one for one in told if one.verdict == "not judged")
            unknown = f": {', '.join(notice.missing)} is unknown" if notice.missing else ""
            title = line(
                (notice.name, "strong"),
                ("  not judged", "wrong"),
                unknown,
                margin="??",
                margin_style="wrong",
                hang=2,
            )
            return [title, *_conditions(told, width, zone)]


def verified(notice: Verified) -> list[Line]:
    """One line of `verify`, and whether it holds."""
    return [
        line(
            notice.text,
            margin="ok" if notice.holds else "no",
            margin_style="good" if notice.holds else "wrong",
            hang=2,
        )
    ]


def _conditions(conditions: Sequence[ConditionShown], width: int, zone: str) -> list[Line]:
    rows: list[Line] = []
    first_of_either = True
    for one in conditions:
        lead = ""
        if one.alternative:
            lead = "either " if first_of_either else "or     "
        first_of_either = not one.alternative
        operands = operands_of(one, zone)
        fits = 8 + cells(lead + one.text) + 3 + cells(operands) <= width
        holds = one.verdict == "holds"
        rows.append(
            line(
                (lead, "quiet"),
                visible(one.text),
                (f"   {operands}" if operands and fits else "", "quiet"),
                margin=_VERDICTS[one.verdict],
                # A line that does not hold is no alarm: most findings are not found.
                margin_style="good" if holds else "quiet",
                hang=2,
            )
        )
        if operands and not fits:
            rows.append(line((operands, "quiet"), indent=2, hang=2))
    return rows


def operands_of(condition: ConditionShown, zone: str) -> str:
    """`subscription.status = "active"`: the values that decided a line; empty where the line says it all."""
    told = [
        f"{visible(text)} = {_operand(datum, zone)}"
        for text, datum in condition.operands
        if not _says_nothing(text, datum, condition.text)
    ]
    return ", ".join(told)


def _says_nothing(text: str, datum: Datum, condition: str) -> bool:
    """A whole record, or a value that the line itself spells (`x is present` with x there)."""
    value = datum.value
    if isinstance(value, Row):
        return True
    return value is None and condition == f"{text} is absent"


def _operand(datum: Datum, zone: str) -> str:
    value = datum.value
    if isinstance(value, tuple) and any(isinstance(one, Row) for one in value):
        return "1 row" if len(value) == 1 else f"{len(value)} rows"
    if value == ():
        return "empty"
    return literal(value, zone)
