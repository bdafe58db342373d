"""A drill beside the rehearsal of the same world: who decided what, when, and who was called meanwhile."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.types import BOOL, Enum, Optional, Type
from rbengine.host.driver import Turn
from rbengine.rehearsal.people import headline
from rbengine.runtime.commands import AskPeople, Finish, RunOutcome, Show
from rbengine.runtime.notices import Escalated, WasAnswered
from rbengine.runtime.state import RunState


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and what became of it."""

    place: str
    """Where the playbook asks it: the same in every run, whatever values stand in its text."""
    text: str
    """Its first line."""
    asked: timedelta
    """From the incident's start."""
    took: timedelta | None = None
    """None while it is open."""
    said: str = ""
    """`approved`, `refused`, what was chosen or given; empty while it is open, or where nobody answered."""
    choosing: bool = True
    """Whether one of a few things was to be said, so that another one is another choice."""


class Paged(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was called."""

    at: timedelta
    to: tuple[str, ...]


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """What the people of one run did, as far as it went."""

    decisions: tuple[Decision, ...]
    paged: tuple[Paged, ...]
    took: timedelta
    outcome: RunOutcome | None
    """None where it did not come to an end."""


Judgement = Literal["same", "other", "unanswered", "not asked", "only you"]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One decision of both runs. `mine` is None for `not asked`, `rehearsed` for `only you`."""

    mine: Decision | None
    rehearsed: Decision | None
    judgement: Judgement


def lived(turns: Sequence[Turn], began: datetime) -> Lived:
    """What the turns of a run, which may not be over, say of its people."""
    order: list[int] = []
    found: dict[int, Decision] = {}
    paged: list[Paged] = []
    outcome: RunOutcome | None = None
    for turn in turns:
        at = turn.event.at - began
        for command in turn.commands:
            match command:
                case AskPeople(question=number) if number not in found:
                    order.append(number)
                    found[number] = Decision(
                        place=_place(turn, command),
                        text=headline(command),
                        asked=at,
                        choosing=_is_choosing(command),
                    )
                case Show(notice=WasAnswered() as notice) if notice.question in found:
                    asked = found[notice.question]
                    found[notice.question] = msgspec.structs.replace(
                        asked, took=at - asked.asked, said=_said(notice)
                    )
                case Show(notice=Escalated(to=to)):
                    paged.append(Paged(at=at, to=to))
                case Finish():
                    outcome = command.outcome
                case _:
                    continue
    return Lived(
        decisions=tuple(found[number] for number in order),
        paged=tuple(paged),
        took=turns[-1].event.at - began if turns else timedelta(0),
        outcome=outcome,
    )


def beside(mine: Lived, rehearsed: Lived) -> tuple[Pair, ...]:
    """The decisions of both, each with its counterpart: the same question, asked for the same time."""
    others = dict(_numbered(rehearsed))
    pairs = []
    for key, one in _numbered(mine):
        other = others.pop(key, None)
        pairs.append(Pair(mine=one, rehearsed=other, judgement=_judged(one, other)))
    pairs += [Pair(mine=None, rehearsed=one, judgement="not asked") for one in others.values()]
    return tuple(pairs)


def _numbered(run: Lived) -> list[tuple[tuple[str, int], Decision]]:
    seen: Counter[str] = Counter()
    found = []
    for one in run.decisions:
        seen[one.place] += 1
        found.append(((one.place, seen[one.place]), one))
    return found


def _place(turn: Turn, question: AskPeople) -> str:
    state = turn.state
    if question.kind in ("undo", "doubt") or not isinstance(state, RunState):
        return question.kind
    opened = state.questions.get(question.question)
    fiber = None if opened is None else state.fibers.get(opened.fiber)
    return question.kind if fiber is None else str(fiber.pc)


def _judged(mine: Decision, rehearsed: Decision | None) -> Judgement:
    if rehearsed is None:
        return "only you"
    if not mine.said and rehearsed.said:
        return "unanswered"
    if mine.said == rehearsed.said:
        return "same"
    # A number or a link is whoever's answer it is; refusing to give one is another choice.
    is_other = rehearsed.choosing or "refused" in (mine.said, rehearsed.said) or not rehearsed.said
    return "other" if is_other else "same"


def _is_choosing(question: AskPeople) -> bool:
    if question.kind == "manual":
        return False
    return question.kind != "ask" or _is_of_few(question.answer_type)


def _is_of_few(type_: Type | None) -> bool:
    bare = type_.inner if isinstance(type_, Optional) else type_
    return bare == BOOL or isinstance(bare, Enum)


def _said(notice: WasAnswered) -> str:
    match notice.verdict:
        case "approved" | "refused":
            return notice.verdict
        case "given":
            return notice.value or "given"
        case "unanswered" | "withdrawn":
            return ""
