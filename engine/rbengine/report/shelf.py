"""The runbooks of a project as a list, and what a search found, as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rbengine.facts.rehearsed import Rehearsed
from rbengine.report.coverage import share
from rbengine.report.durations import duration
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Piece, heading
from rbengine.report.search import Hit
from rbengine.report.text import pad
from rbengine.workspace.card import Card

_FIXED = 8 + 2 + 4 + 9 + 20
"""Cells of id, severity, target and rehearsal."""
_NARROWEST_TITLE = 20
_WIDEST_TITLE = 48
_MOST_HITS = 10


class Shelved(msgspec.Struct, frozen=True, kw_only=True):
    """A runbook with its last rehearsal; `changed`: its text is another since."""

    card: Card
    rehearsed: Rehearsed | None = None
    changed: bool = False


def shelf_rows(shelf: Sequence[Shelved], now: datetime, *, width: int, colour: bool) -> list[str]:
    """A line each, under a heading."""
    room = min(max(width - _FIXED, _NARROWEST_TITLE), _WIDEST_TITLE)
    head = heading(
        (f"{pad('title', room)}  {'':<4}{'target':<9}last rehearsed", "quiet"),
        margin="id    ",
        style="quiet",
    )
    return draw([head, *(_shelved(one, now, room) for one in shelf)], width, colour)


def _shelved(one: Shelved, now: datetime, room: int) -> Line:
    card = one.card
    return heading(
        f"{pad(card.title, room)}  ",
        f"{card.severity:<4}",
        f"{target(card):<9}",
        *_rehearsed(one, now),
        margin=card.id,
    )


def target(card: Card) -> str:
    """The MTTR as people say it."""
    if card.immediate:
        return "at once"
    return "" if card.target is None else duration(card.target)


def _rehearsed(one: Shelved, now: datetime) -> tuple[Piece, ...]:
    last = one.rehearsed
    if last is None:
        return (("never here", "quiet"),)
    when = _ago(last.at, now)
    if last.missed:
        return ((f"{when}, {last.missed} missed", "wrong"),)
    if one.changed:
        return ((f"{when}, changed", "clock"),)
    return ((f"{when}, ", "plain"), (f"ok, {share(last.clear, last.points)} %", "good"))


def _ago(at: datetime, now: datetime) -> str:
    days = (now.date() - at.date()).days
    return "today" if days <= 0 else f"{days}d ago"


def shelf_json(shelf: Sequence[Shelved]) -> list[dict[str, Any]]:
    """The same for programs. Durations are seconds; `target` is 0 for at once."""
    return [
        {
            "id": one.card.id,
            "title": one.card.title,
            "path": one.card.path,
            "severity": one.card.severity,
            "target": 0 if one.card.immediate else _seconds(one.card.target),
            "owner": one.card.owner,
            "alerts": list(one.card.alerts),
            "tags": list(one.card.tags),
            "symptoms": list(one.card.symptoms),
            "rehearsed": _told(one),
        }
        for one in shelf
    ]


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _told(one: Shelved) -> Mapping[str, Any] | None:
    last = one.rehearsed
    if last is None:
        return None
    return {
        "at": last.at.isoformat(),
        "rehearsals": last.rehearsals,
        "missed": last.missed,
        "points": last.points,
        "clear": last.clear,
        "changed_since": one.changed,
    }


def found_rows(hits: Sequence[Hit], *, width: int, colour: bool) -> list[str]:
    """The best runbook first; below each the line that fits best."""
    lines: list[Line] = []
    for hit in hits[:_MOST_HITS]:
        lines.append(heading(hit.card.title, margin=hit.card.id, right=_facts(hit.card)))
        first = hit.text.strip().splitlines()[0] if hit.text.strip() else ""
        if hit.where not in {"title", "id"} and first:
            lines.append(heading((f"        {hit.where}: ", "quiet"), first, hang=10))
    if len(hits) > _MOST_HITS:
        lines.append(heading((f"and {len(hits) - _MOST_HITS} more", "quiet")))
    lines += [BLANK, heading((f"rbengine show {hits[0].card.id}", "quiet"))]
    return draw(lines, width, colour)


def _facts(card: Card) -> str:
    return " · ".join(one for one in (card.severity, target(card)) if one)


def found_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "id": one.card.id,
            "title": one.card.title,
            "path": one.card.path,
            "score": round(one.score, 3),
            "where": one.where,
            "text": one.text,
        }
        for one in hits
    ]
