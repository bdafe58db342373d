"""What a rehearsed run did, read from its turns: findings, changes, questions, messages, escalations, calls."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from rbengine.contract.changes import OperationAction, PlannedOperation
from rbengine.contract.values import Row, Value
from rbengine.host.driver import Turn
from rbengine.runtime import notices as n
from rbengine.runtime.commands import (
    ApplyRequest,
    AskPeople,
    Finish,
    OperationRequest,
    Perform,
    Show,
    UndoRequest,
)


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """When something happened: `turn` is the index of the turn, `since` the time from the incident's start."""

    turn: int
    since: timedelta


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    moment: Moment
    name: str
    verdict: str
    conditions: tuple[n.ConditionShown, ...]
    missing: tuple[str, ...] = ()
    """Names that were not known."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What people said about a change's plan."""

    moment: Moment
    verdict: str
    role: str


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A call of an operation that was made."""

    moment: Moment
    operation: str
    arguments: Row


class Question(msgspec.Struct, frozen=True, kw_only=True):
    moment: Moment
    ask: AskPeople


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    moment: Moment
    notice: n.Escalated

    @property
    def lines(self) -> tuple[str, ...]:
        """What was said: why, whom it hits, what comes next; without what nobody wrote."""
        said = (self.notice.reason, self.notice.impact, self.notice.next)
        return tuple(one for one in said if one)


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """A change that took effect, or that was taken back. `rows` is None for an operation and for DDL."""

    moment: Moment
    label: str
    section: str
    """`resolve F`, or the kind of the section."""
    rows: int | None
    taken_back: bool = False


class Effects:
    """Everything of the turns that an expectation may speak of."""

    def __init__(self, turns: Sequence[Turn], began: datetime) -> None:
        self.turns = turns
        self.began = began
        self.judged: list[Judged] = []
        self.called: list[Called] = []
        self.questions: list[Question] = []
        self.escalations: list[Escalation] = []
        self.deeds: list[Deed] = []
        self.shown: dict[str, str] = {}
        """Label of each change whose plan was shown, and the section it stands in."""
        self.decided: dict[str, Decided] = {}
        """By label: what people said last."""
        self.finish: Finish | None = None
        self._section = ""
        self._uncounted: set[str] = set()
        """Labels of changes that touch no rows and take effect all the same."""
        for index, turn in enumerate(turns):
            moment = Moment(turn=index, since=turn.event.at - began)
            for command in turn.commands:
                self._take(command, moment)

    def _take(self, command: object, moment: Moment) -> None:
        match command:
            case Show(notice=notice):
                self._take_notice(notice, moment)
            case Perform(request=request):
                self._take_request(request, moment)
            case AskPeople():
                self.questions.append(Question(moment=moment, ask=command))
            case Finish():
                self.finish = command
            case _:
                return

    def _take_notice(self, notice: n.Notice, moment: Moment) -> None:
        match notice:
            case n.SectionEntered(kind=kind, finding=finding):
                self._section = f"{kind} {finding}" if finding else kind
            case n.FindingJudged():
                self.judged.append(
                    Judged(
                        moment=moment,
                        name=notice.name,
                        verdict=notice.verdict,
                        conditions=notice.conditions,
                        missing=notice.missing,
                    )
                )
            case n.ChangeShown(label=label, plan=plan):
                self.shown[label] = self._section
                if any(
                    isinstance(one, PlannedOperation) or one.kind == "ddl" for one in plan.parts
                ):
                    self._uncounted.add(label)
            case n.ChangeDecided(label=label, verdict=verdict, role=role):
                self.decided[label] = Decided(moment=moment, verdict=verdict, role=role)
            case n.ChangeDone(label=label, rows=rows):
                self._deed(label, rows, moment, taken_back=False)
            case n.ChangeTakenBack(label=label, rows=rows):
                self._deed(label, rows, moment, taken_back=True)
            case n.Escalated():
                self.escalations.append(Escalation(moment=moment, notice=notice))
            case _:
                return

    def _deed(self, label: str, rows: int, moment: Moment, *, taken_back: bool) -> None:
        counted = None if label in self._uncounted else rows
        self.deeds.append(
            Deed(
                moment=moment,
                label=label,
                section=self.shown.get(label, self._section),
                rows=counted,
                taken_back=taken_back,
            )
        )

    def _take_request(self, request: object, moment: Moment) -> None:
        match request:
            case OperationRequest(operation=operation, arguments=arguments):
                self._call(operation, arguments.value, moment)
            case ApplyRequest(actions=actions) | UndoRequest(actions=actions):
                for action in actions:
                    if isinstance(action, OperationAction):
                        self._call(action.operation, action.arguments.value, moment)
            case _:
                return

    def _call(self, operation: str, arguments: Value, moment: Moment) -> None:
        if isinstance(arguments, Row):
            self.called.append(Called(moment=moment, operation=operation, arguments=arguments))

    # Questions about it ------------------------------------------------------------------------------------

    def done(self, label: str) -> Deed | None:
        """The change `label` where it took effect: it touched a row, or it was an operation."""
        return _first(one for one in self._deeds(label, taken_back=False) if one.rows != 0)

    def touched_nothing(self, label: str) -> Deed | None:
        """The change `label` where it was carried out, and there was no row to change."""
        return _first(one for one in self._deeds(label, taken_back=False) if one.rows == 0)

    def taken_back(self, label: str) -> Deed | None:
        """The change `label` where it was taken back."""
        return _first(self._deeds(label, taken_back=True))

    def verdicts(self, finding: str) -> tuple[Judged, ...]:
        """Every judgement of `finding`, in order."""
        return tuple(one for one in self.judged if one.name == finding)

    @cached_property
    def found(self) -> tuple[str, ...]:
        """Findings that held at some moment, in the order they were found."""
        return tuple(dict.fromkeys(one.name for one in self.judged if one.verdict == "found"))

    def _deeds(self, label: str, *, taken_back: bool) -> list[Deed]:
        return [one for one in self.deeds if one.label == label and one.taken_back is taken_back]


def _first(deeds: Iterable[Deed]) -> Deed | None:
    return next(iter(deeds), None)
