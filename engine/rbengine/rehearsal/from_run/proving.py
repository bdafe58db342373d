"""A draft of a recorded run, rehearsed until it is answered as the run was: proven is what comes out the same."""

import re
from collections.abc import Callable
from datetime import timedelta

import msgspec

from rbengine.rehearsal.deeds import done_in, found_in
from rbengine.rehearsal.from_run.alike import told_apart
from rbengine.rehearsal.from_run.drafting import Draft
from rbengine.rehearsal.from_run.expected import expected, expected_rows
from rbengine.rehearsal.from_run.facts import Facts
from rbengine.rehearsal.from_run.history import Difference, History
from rbengine.rehearsal.from_run.learning import learned
from rbengine.rehearsal.from_run.moments import Lived, lived_in
from rbengine.rehearsal.from_run.options import Options
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import Show
from rbengine.runtime.notices import Notice
from rbengine.runtime.wording import as_text

Play = Callable[[str], Rehearsal | None]
"""Runs the scenario that stands in the lines; None where it cannot be."""

Trouble = Callable[[str], tuple[int, str] | None]
"""Why lines cannot be rehearsed: the number of the line that is to blame, from 0, and the reason."""

_SENT = re.compile(r"add `(expect sent .+)`")
_ROUNDS = 4
"""How often what nobody named is added: one effect may stand behind another."""
_HEAD = 1
"""Lines of a draft before those of its world."""
_MOST_TOLD = 3


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """World and scenario. `differs` says in what a rehearsal of them is another run; empty where it is the same."""

    text: str
    differs: tuple[str, ...]


def proven(draft: Draft, play: Play, check: Play, trouble: Trouble) -> Proven:
    """The draft as it rehearses, with comments about what it does not say."""
    facts, remarks = _plantable(draft, trouble)
    found = learned(
        draft.run,
        facts,
        Options(History(draft.run), draft.objects, draft.handlers),
        lambda one: play(draft.text(one)),
    )
    rows = tuple(expected_rows(draft.run))
    text, rehearsal = _expecting(draft, found.facts, rows, check)
    if rows and (rehearsal is None or not rehearsal.ok):  # somebody else wrote them after the run
        text, rehearsal = _expecting(draft, found.facts, (), check)
    differs = tuple(_differences(draft.run, rehearsal, trouble(text)))
    if differs:
        remarks += [_told(one) for one in found.unexplained[:_MOST_TOLD]]
        remarks += [f"a rehearsal is another run: {one}" for one in differs]
    comments = "".join(f"# {_one_line(one)}\n" for one in remarks)
    return Proven(text=comments + text, differs=differs)


def _expecting(
    draft: Draft, facts: Facts, rows: tuple[str, ...], check: Play
) -> tuple[str, Rehearsal | None]:
    """The scenario with what came of the run, and with what was sent, which is known once it is rehearsed."""
    *wanted, ending = expected(draft.run, draft.people)
    text = draft.text(facts, (*wanted, *rows, ending))
    rehearsal = check(text)
    for _ in range(_ROUNDS):
        helps = [one.help or "" for one in (() if rehearsal is None else rehearsal.misses)]
        sent = [match[1] for one in helps if (match := _SENT.search(one))]
        if not sent:
            break
        wanted += dict.fromkeys(sent)
        text = draft.text(facts, (*wanted, *rows, ending))
        rehearsal = check(text)
    return text, rehearsal


def _plantable(draft: Draft, trouble: Trouble) -> tuple[Facts, list[str]]:
    """The draft's facts without what no world can hold, and what that is."""
    facts, remarks = draft.facts, []
    for _ in range(len(facts.rows.known)):
        found = trouble(draft.text(facts))
        if found is None:
            break
        less = facts.copy()
        name = less.leave_out(found[0] - _HEAD - len(draft.top))
        if not name:
            break
        remarks.append(f"{name} is left out: {found[1]}")
        facts = less
    return facts, remarks


def _told(difference: Difference) -> str:
    """`“Check logs”: level error then, info in it`."""
    then, now = difference.then, difference.now
    if now is None:
        return f"“{then.text}” was answered {as_text(then.told)} then, and is not asked in it"
    apart = [*told_apart(then.told, now.told)][:_MOST_TOLD]
    return f"“{then.text}”: {'; '.join(apart)}"


def _one_line(text: str) -> str:
    """What a comment may hold: texts of a run are data, and must not end it."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= 300 else f"{line[:299]}…"


def _differences(run: Lived, rehearsal: Rehearsal | None, why: tuple[int, str] | None) -> list[str]:
    if rehearsal is None:
        return [f"the world cannot be set up as it was read: {why[1] if why else ''}"]
    if rehearsal.finish is None:
        reason = rehearsal.stopped or next((one.message for one in rehearsal.misses), "")
        return [f"it cannot go on: {reason}"]
    again = lived_in(rehearsal.turns)
    first, second = _notices(run), _notices(again)
    told: list[str] = []
    for name, then, now in (
        ("found", found_in(first), found_in(second)),
        ("done", done_in(first), done_in(second)),
        ("ended", (_outcome(run),), (_outcome(again),)),
    ):
        if then != now:
            told.append(
                f"{name} {', '.join(then) or 'nothing'} then, {', '.join(now) or 'nothing'} in it"
            )
    took, takes = (one.turns[-1].event.at - one.began for one in (run, again))
    if not told and abs(took - takes) > max(took / 10, timedelta(seconds=30)):
        told.append(f"it took {as_text(took)} then, {as_text(takes)} in it")
    return told or [one.message for one in rehearsal.misses]


def _notices(run: Lived) -> list[Notice]:
    return [one.notice for turn in run.turns for one in turn.commands if isinstance(one, Show)]


def _outcome(run: Lived) -> str:
    return "" if run.finish is None else run.finish.outcome
