"""A change: its plan row by row, who decides, and what became of it."""

from collections.abc import Sequence

from rbengine.contract.changes import ChangePlan, PlannedOperation, PlannedStatement, RowImage
from rbengine.contract.values import Row, Value
from rbengine.report.durations import took
from rbengine.report.screen.line import Line, Piece, line
from rbengine.report.text import CUT, cells, cut, pad, visible
from rbengine.report.values import cell, in_words, literal, short
from rbengine.runtime.notices import (
    ChangeDecided,
    ChangeDone,
    ChangeShown,
    ChangeTakenBack,
    InDoubt,
    UndoOffered,
)

_INDENT = 2
_MOST_ROWS = 8
_WIDEST_KEY = 14
_WIDEST_NAME = 30
_NARROWEST_VALUE = 8
LATER = "when applied"


def shown(notice: ChangeShown, width: int, zone: str) -> list[Line]:
    """What it will do, how it would be taken back, and whether somebody must approve."""
    rows = [
        line(
            ("change  ", "change"), (notice.label, "strong"),
            margin="->", margin_style="change", hang=8,
        )
    ]  # fmt: skip
    if notice.again:
        rows.append(
            line(
                ("what it touches has changed meanwhile: this is the new plan", "clock"),
                indent=_INDENT,
            )
        )
    rows.extend(plan_lines(notice.plan, width, zone))
    if notice.approval == "free":
        rows.append(line(("needs no approval", "quiet"), indent=_INDENT))
    return rows


def plan_lines(plan: ChangePlan, width: int, zone: str) -> list[Line]:
    """The parts of a plan, then the undo."""
    rows: list[Line] = []
    for part in plan.parts:
        match part:
            case PlannedStatement():
                rows.extend(_statement(part, width, zone))
            case PlannedOperation():
                rows.extend(_operation(part, zone))
    if plan.undo.kind == "irreversible":
        rows.append(
            line(
                ("cannot be undone: ", "wrong"), plan.undo.text,
                margin="!!", margin_style="wrong", indent=_INDENT, hang=2,
            )
        )  # fmt: skip
    else:
        rows.append(line(("undo: ", "quiet"), plan.undo.text, indent=_INDENT, hang=6))
    return rows


def decided(notice: ChangeDecided, margin: str) -> list[Line]:
    """Approved, refused, unanswered: by whom."""
    who = _who(notice.person, notice.role)
    match notice.verdict:
        case "approved":
            return [line((f"approved by {who}", "good"), margin=margin)]
        case "refused":
            return [line((f"refused by {who}", "wrong"), ": nothing was changed", margin=margin)]
        case "unanswered":
            return [
                line(("nobody approved in time", "wrong"), ": nothing was changed", margin=margin)
            ]


def done(notice: ChangeDone, zone: str) -> list[Line]:
    """Applied, with rows or the operation's result."""
    told = f"{_count(notice.rows)}" if notice.rows else ""
    if notice.result.value is not None:
        told = in_words(notice.result.value, zone)
    return [
        line(
            ("applied", "good"),
            f": {told}" if told else "",
            margin="ok",
            margin_style="good",
            right=took(notice.took),
            whole=False,
        )
    ]


def taken_back(notice: ChangeTakenBack, margin: str) -> list[Line]:
    """Undone, and what was left alone."""
    rows = [line(("undone  ", "change"), (notice.label, "strong"), margin=margin, hang=8)]
    if notice.rows:
        rows.append(line(f"{_count(notice.rows)} put back", indent=_INDENT))
    if notice.left:
        rows.append(
            line(
                (f"{_count(notice.left)} left alone", "wrong"),
                ": no longer what this run wrote",
                margin="!!", margin_style="wrong", indent=_INDENT, hang=2,
            )
        )  # fmt: skip
    return rows


def in_doubt(notice: InDoubt, margin: str) -> list[Line]:
    """Nobody can tell yet whether it was done, or what the look said."""
    if notice.verdict:
        return [
            line(("settled  ", "good"), f"{notice.label}: {notice.verdict}", margin=margin, hang=9)
        ]
    return [
        line(
            ("IN DOUBT  ", "wrong"), (notice.label, "strong"),
            margin=margin, margin_style="wrong", hang=10,
        ),
        line(notice.text, indent=_INDENT),
    ]  # fmt: skip


def undo_offered(notice: UndoOffered) -> list[Line]:
    """What still stands after a failure, newest first."""
    rows = [line(("still applied", "wrong"), ", newest first:", margin="!!", margin_style="wrong")]
    rows.extend(
        line(label, (", can be undone", "quiet"), indent=_INDENT, hang=2) for label in notice.labels
    )
    rows.extend(
        line(label, (", cannot be undone: ", "wrong"), why, indent=_INDENT, hang=2)
        for label, why in notice.cannot
    )
    return rows


def _who(person: str, role: str) -> str:
    if person and role and person != role:
        return f"{person} ({role})"
    return person or role or "nobody"


def _count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows} rows"


def _operation(part: PlannedOperation, zone: str) -> list[Line]:
    rows = [line((part.operation, "strong"), indent=_INDENT)]
    if part.text:
        rows.extend(line(text, indent=_INDENT + 2, hang=2) for text in part.text.splitlines())
        return rows
    arguments = part.arguments.value
    if isinstance(arguments, Row):
        told = [(name, value) for name, value in arguments.items() if value is not None]
        widest = max((cells(name) for name, _ in told), default=0)
        rows.extend(
            line(
                (pad(name, widest) + "  ", "quiet"),
                literal(value, zone) if isinstance(value, Row | tuple) else in_words(value, zone),
                indent=_INDENT + 2,
                hang=widest + 2,
            )
            for name, value in told
        )
    return rows


def _statement(part: PlannedStatement, width: int, zone: str) -> list[Line]:
    images = part.rows[:_MOST_ROWS]
    blocks = [(key_text(one), written(one, part, zone)) for one in images]
    sides = sides_of(images)
    title = f"{part.kind} {part.table}, {_count(part.count)}"
    rows = (
        _table(title, blocks, sides, width)
        if width >= 60
        else _stacked(title, blocks, sides)
    )  # fmt: skip
    hidden = part.count - len(images)
    if hidden > 0:
        rows.append(line((f"… and {_count(hidden)} more", "quiet"), indent=_INDENT))
    return rows


_Block = tuple[str, list[tuple[str, str, str]]]


def key_text(image: RowImage) -> str:
    """The values of the primary key; empty where the table has none."""
    key = image.key.value
    if not isinstance(key, Row):
        return ""
    return ", ".join(short(in_words(one)) for one in key.values())


def sides_of(images: Sequence[RowImage]) -> tuple[str, ...]:
    """`new`, `gone`, or `before` and `after`."""
    if all(one.before.value is None for one in images):
        return ("new",)
    if all(one.after.value is None for one in images):
        return ("gone",)
    return ("before", "after")


def written(image: RowImage, part: PlannedStatement, zone: str) -> list[tuple[str, str, str]]:
    """Column, before and after; for an update only the columns that change."""
    before = image.before.value if isinstance(image.before.value, Row) else None
    after = image.after.value if isinstance(image.after.value, Row) else None
    told: list[tuple[str, str, str]] = []
    for name in after if after is not None else before if before is not None else ():
        later = name in part.not_computed
        old = before.get(name) if before is not None else None
        new = after.get(name) if after is not None else None
        if not later and _same(old, new):
            continue
        told.append(
            (
                visible(name),
                # What it will be nobody knows yet, so what it was helps nobody.
                ("…" if later else cell(old, zone)) if before is not None else "",
                (LATER if later else cell(new, zone)) if after is not None else "",
            )
        )
    return told


def _same(old: Value, new: Value) -> bool:
    return type(old) is type(new) and old == new


def _table(title: str, blocks: list[_Block], sides: tuple[str, ...], width: int) -> list[Line]:
    room = width - 8 - _INDENT
    key = min(max((cells(one) for one, _ in blocks), default=0), _WIDEST_KEY)
    name = min(max((cells(n) for _, w in blocks for n, _, _ in w), default=0), _WIDEST_NAME)
    left = room - name - 2 - (key + 2 if key else 0)
    widths = _split(blocks, sides, left)
    lead = name + (key + 2 if key else 0)
    if cells(title) <= lead:
        rows = [
            line(
                pad(title, lead) + "  ",
                (_header(sides, widths), "quiet"),
                indent=_INDENT,
                whole=False,
            )
        ]
    else:
        # A long title would push the names of the columns off their columns.
        rows = [
            line(title, indent=_INDENT, whole=False),
            line(" " * (lead + 2), (_header(sides, widths), "quiet"), indent=_INDENT, whole=False),
        ]
    for label, written in blocks:
        if not written:
            rows.append(
                line(label + "  ", ("nothing changes", "quiet"), indent=_INDENT, whole=False)
            )
        for number, (column, before, after) in enumerate(written):
            pieces: list[Piece] = []
            if key:
                pieces.append((pad(label if number == 0 else "", key) + "  ", "quiet"))
            pieces.append((pad(column, name) + "  ", "plain"))
            if sides == ("before", "after"):
                old, new = _told_apart(before, after, widths)
                pieces.append((pad(old, widths[0]) + "  ", "plain"))
                pieces.append((new, "change"))
            else:
                pieces.append((cut(after if sides == ("new",) else before, widths[0]), "change"))
            rows.append(line(*pieces, indent=_INDENT, whole=False))
    return rows


def _told_apart(before: str, after: str, widths: tuple[int, ...]) -> tuple[str, str]:
    """Both cut to their columns; where that would make them alike, from shortly before they differ."""
    old, new = cut(before, widths[0]), cut(after, widths[1])
    if before == after or old.removesuffix(CUT) != new.removesuffix(CUT):
        return old, new
    same = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(same - 2, 1)
    return cut(CUT + before[start:], widths[0]), cut(CUT + after[start:], widths[1])


def _header(sides: tuple[str, ...], widths: tuple[int, ...]) -> str:
    return "  ".join(pad(side, width) for side, width in zip(sides, widths, strict=True)).rstrip()


def _split(blocks: list[_Block], sides: tuple[str, ...], room: int) -> tuple[int, ...]:
    """Widths of the value columns: what they need, or a fair share where that is too much."""
    if len(sides) == 1:
        return (max(room, _NARROWEST_VALUE),)
    need_before = max([6, *(cells(b) for _, w in blocks for _, b, _ in w)])
    need_after = max([5, *(cells(a) for _, w in blocks for _, _, a in w)])
    room = max(room - 2, 2 * _NARROWEST_VALUE)
    if need_before + need_after <= room:
        return (need_before, need_after)
    half = room // 2
    if need_after <= half:
        return (room - need_after, need_after)
    if need_before <= half:
        return (need_before, room - need_before)
    return (half, room - half)


def _stacked(title: str, blocks: list[_Block], sides: tuple[str, ...]) -> list[Line]:
    """On a narrow screen: one line for each value, wrapped, never beside another."""
    rows = [line(title, indent=_INDENT)]
    for label, written in blocks:
        if label:
            rows.append(line((label, "quiet"), indent=_INDENT))
        for column, before, after in written:
            changed = {
                ("new",): after,
                ("gone",): before,
                ("before", "after"): f"{before} -> {after}",
            }
            told = changed[sides]
            rows.append(line(f"{column}: ", (told, "change"), indent=_INDENT + 2, hang=2))
    return rows
