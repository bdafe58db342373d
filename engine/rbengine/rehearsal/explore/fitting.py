"""Examples made to fit the simulated company, where calls take their time and answers come from what the world holds.

An example of an exploration stands on answers alone. Here it is rehearsed: each fault is moved to the call that it is
about, then what came of it is written down as expectations. One that does not show what it is to show is none. Where
the world that was made up does not bring it about, one that the author has written may.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import msgspec

from rbengine.rehearsal.explore.draft import Claim, Draft, Trouble, faults_of, kind_of
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime import commands as co
from rbengine.runtime.notices import Escalated, FindingJudged, StepFailed, WasAnswered
from rbengine.runtime.state import RunState

Play = Callable[[str], Rehearsal | None]
"""Rehearses the last scenario of the lines given, pasted beside the runbook; None where they cannot be."""

_ADDED = re.compile(r"add `(expect .+)`")
_ROUNDS = 4
"""How often what nobody named is added: one effect may stand behind another."""
_ANYTHING = ("expect resolved",)
_LONG = timedelta(minutes=10)
"""Longer than a step tries again."""


def fitted(draft: Draft, worlds: Sequence[str], mttr: timedelta | None, play: Play) -> str:
    """The example as it rehearses; empty where the simulated company does not bring it about.

    `worlds`: names of the worlds that the runbook's scenarios have.
    """
    for one in _variants(draft, worlds):
        text = _fitted(one, mttr, play)
        if text:
            return text
    return ""


def _variants(draft: Draft, worlds: Sequence[str]) -> Iterator[Draft]:
    """The draft; the same with other faults that the line does not handle; in the author's worlds."""
    yield draft
    about = draft.about
    if draft.claim.kind != "unhandled" or about is None or not about.vendor:
        return
    known = faults_of(about.vendor)
    # Looking at what an operation would do asks no vendor: the call that can be refused is the one behind it.
    is_look = about.call == "plan" and about.vendor != "postgres"
    others = [
        (
            f"line {draft.claim.line}: refused with {refusal}, and no handler takes it",
            msgspec.structs.replace(
                about, kind=known[refusal], call="apply" if is_look else about.call, lasts=_LONG
            ),
        )
        for refusal in draft.claim.failures
        if refusal in known
    ]
    before = tuple(one for one in draft.troubles if one.at < about.at)
    for title, trouble in others:
        yield msgspec.structs.replace(draft, title=title, troubles=(*before, trouble))
    for world in worlds:
        for title, trouble in others:
            alone = msgspec.structs.replace(trouble, number=0)
            yield msgspec.structs.replace(
                draft, name=world, title=title, world=(), people=(), troubles=(alone,), unsayable=()
            )


def _fitted(draft: Draft, mttr: timedelta | None, play: Play) -> str:
    times: list[timedelta] = []
    people: list[str] = []
    # Until something goes wrong one example of a world goes like the next: `play` may remember it by its lines.
    usual = msgspec.structs.replace(draft, title="as it goes")
    for trouble in draft.troubles:
        so_far = play(usual.written(times, _ANYTHING, people))
        if so_far is not None and _when(so_far, trouble) is None:
            people += _who_was_missed(so_far)
            so_far = play(usual.written(times, _ANYTHING, people))
        at = None if so_far is None else _when(so_far, trouble)
        if at is None:
            return ""
        times.append(at)
    expected = list(_ANYTHING)
    for _ in range(_ROUNDS):
        text = draft.written(times, expected, people)
        rehearsal = play(text)
        if rehearsal is None or rehearsal.finish is None:
            return ""
        if not _shows(rehearsal, draft.claim, mttr):
            return ""
        if rehearsal.ok:
            return text
        outcome = f"expect {rehearsal.finish.outcome}"
        added = [found[1] for one in rehearsal.misses if (found := _ADDED.search(one.help or ""))]
        following = list(dict.fromkeys([*added, *expected[:-1], outcome]))
        if following == expected:
            return ""
        expected = following
    return ""


def _who_was_missed(rehearsal: Rehearsal) -> list[str]:
    """Lines for those who were asked for a yes and said nothing: on the paths of an exploration nobody asked them."""
    asked: dict[int, co.AskPeople] = {}
    lines: dict[str, None] = {}
    for turn in rehearsal.turns:
        for command in turn.commands:
            match command:
                case co.AskPeople(kind="plan" | "approve"):
                    asked[command.question] = command
                case co.Show(notice=WasAnswered(verdict="unanswered", question=number)):
                    if number in asked:
                        lines[f"person {asked[number].by[0]} approves after 1m"] = None
                case _:
                    continue
    return list(lines)


def _when(rehearsal: Rehearsal, trouble: Trouble) -> timedelta | None:
    """When the call that `trouble` falls on is made, counted from the run's start."""
    seen = 0
    for turn in rehearsal.turns:
        state = turn.state
        if not isinstance(state, RunState):
            continue
        for command in turn.commands:
            if not isinstance(command, co.Perform) or kind_of(command.request) != trouble.call:
                continue
            pending = state.calls.get(command.call)
            fiber = None if pending is None else state.fibers.get(pending.fiber)
            if fiber is None or fiber.pc != trouble.counter:
                continue
            if seen == trouble.number:
                whole = (turn.event.at - rehearsal.turns[0].event.at) // timedelta(milliseconds=1)
                return timedelta(milliseconds=whole)
            seen += 1
    return None


def _shows(rehearsal: Rehearsal, claim: Claim, mttr: timedelta | None) -> bool:
    finish = rehearsal.finish
    assert finish is not None
    notices = [
        one.notice for turn in rehearsal.turns for one in turn.commands if isinstance(one, co.Show)
    ]
    match claim.kind:
        case "unhandled":
            return finish.outcome == "failed" and any(
                isinstance(one, StepFailed)
                and not one.handled
                and one.kind in claim.failures
                and one.origin == (claim.file, claim.line)
                for one in notices
            )
        case "late":
            return finish.outcome == "resolved" and mttr is not None and rehearsal.took > mttr
        case "ends in nothing":
            told = any(
                isinstance(one, Escalated)
                or (isinstance(one, FindingJudged) and one.verdict == "found")
                for one in notices
            )
            return finish.outcome == "resolved" and not told
        case "endless":
            return False
