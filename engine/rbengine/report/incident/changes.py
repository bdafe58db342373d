"""Changes of a run for its report: the plan that was shown, then what was really written."""

from collections.abc import Sequence
from typing import Literal

from rbengine.contract.changes import ChangePlan, PlannedOperation, PlannedStatement, RowImage
from rbengine.contract.values import Row
from rbengine.report.durations import took
from rbengine.report.incident.model import Cell, ChangeTold, Fact, PartTold, RowTold, When
from rbengine.report.incident.tape import rows_text
from rbengine.report.screen.changes import LATER, key_text, sides_of, written
from rbengine.report.values import cell, in_words, literal
from rbengine.runtime.notices import ChangeDone, ChangeShown, ChangeTakenBack, InDoubt

_MOST_ROWS = 50
"""Of one statement. A page with thousands of rows is read by nobody; the journal has them all."""

State = Literal["applied", "applied in part", "not applied", "undone", "in doubt"]


class OpenChange:
    """One change while the journal is read."""

    def __init__(self, notice: ChangeShown, when: When) -> None:
        self.label = notice.label
        self.when = when
        self.plan: ChangePlan = notice.plan
        self.approval = _approval(notice)
        self.state: State = "not applied"
        self.over = False
        self.ended: When | None = None
        self.result = ""
        self.why = ""
        self.images: dict[tuple[str, str], RowImage] = {}
        self._put_back = 0
        self._left = 0

    def again(self, notice: ChangeShown) -> None:
        """What it touches had changed: a new plan was shown."""
        self.plan = notice.plan
        self.approval = _approval(notice) + "; planned again, what it touches had changed"

    def wrote(self, images: Sequence[RowImage]) -> None:
        """What one application really wrote."""
        self.images |= {(one.table, key_text(one)): one for one in images}
        if self.state == "not applied":
            # Until all of it is: what ends in between has done some of its items.
            self.state = "applied in part"

    def done(self, notice: ChangeDone, when: When, zone: str) -> None:
        self.state, self.ended, self.over = "applied", when, True
        parts = [rows_text(notice.rows)] if notice.rows else []
        if notice.result.value is not None:
            parts = [in_words(notice.result.value, zone)]
        self.result = ", ".join([*parts, f"took {took(notice.took)}"])

    def refused(self, when: When) -> None:
        """Nobody said yes: nothing was changed."""
        self.over, self.ended = True, when

    def doubted(self, notice: InDoubt, when: When) -> None:
        self.ended = when
        self.why = notice.text
        match notice.verdict:
            case "applied" | "not applied" as verdict:
                self.state = verdict
            case _:
                self.state = "in doubt"

    def taken_back(self, notice: ChangeTakenBack, when: When) -> None:
        self.state, self.ended = "undone", when
        self._put_back += notice.rows
        self._left += notice.left
        told = [f"{rows_text(self._put_back)} put back"] if self._put_back else []
        told += (
            [f"{rows_text(self._left)} left alone: no longer what this run wrote"]
            if self._left
            else []
        )
        self.why = ", ".join(told)

    def told(self, zone: str) -> ChangeTold:
        """For the report."""
        plan = self.plan
        return ChangeTold(
            label=self.label,
            when=self.when,
            parts=tuple(
                self._statement(one, zone)
                if isinstance(one, PlannedStatement)
                else _operation(one, zone)
                for one in plan.parts
            ),
            undo=plan.undo.text,
            irreversible=plan.undo.kind == "irreversible",
            approval=self.approval,
            state=self.state,
            ended=self.ended,
            result=self.result,
            why=self.why,
        )

    def _statement(self, part: PlannedStatement, zone: str) -> PartTold:
        images = part.rows[:_MOST_ROWS]
        return PartTold(
            title=f"{part.kind} {part.table}, {rows_text(part.count)}",
            sides=sides_of(images) if images else (),
            rows=tuple(self._row(one, part, zone) for one in images),
            hidden=part.count - len(images),
        )

    def _row(self, image: RowImage, part: PlannedStatement, zone: str) -> RowTold:
        real = self.images.get((image.table, key_text(image)))
        old = real.before.value if real is not None else None
        new = real.after.value if real is not None else None
        cells = []
        for column, before, after in written(image, part, zone):
            if after == LATER and isinstance(new, Row) and column in new:
                after = cell(new[column], zone)
                if isinstance(old, Row) and column in old:
                    before = cell(old[column], zone)
            cells.append(Cell(column=column, before=before, after=after))
        return RowTold(key=key_text(image), cells=tuple(cells))


def _operation(part: PlannedOperation, zone: str) -> PartTold:
    given = part.arguments.value
    arguments = [
        Fact(name=name, text=literal(value, zone) if isinstance(value, Row | tuple) else in_words(value, zone))
        for name, value in (given.items() if isinstance(given, Row) else ())
        if value is not None
    ]  # fmt: skip
    return PartTold(title=part.operation, arguments=tuple(arguments), text=part.text)


def _approval(notice: ChangeShown) -> str:
    if notice.approval == "free":
        return "needed no approval"
    return f"needed the approval of {' or '.join(notice.by) or 'anybody'}"


class Changes:
    """The changes of a run, oldest first."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._changes: list[OpenChange] = []

    def told(self) -> tuple[ChangeTold, ...]:
        """For the report."""
        return tuple(one.told(self._zone) for one in self._changes)

    def show(self, notice: ChangeShown, when: When) -> None:
        known = self._open(notice.label) if notice.again else None
        if known is not None:
            known.again(notice)
        else:
            self._changes.append(OpenChange(notice, when))

    def decide(self, label: str, when: When, *, approved: bool) -> None:
        known = self._open(label)
        if known is not None and not approved:
            known.refused(when)

    def finish(self, notice: ChangeDone, when: When) -> None:
        known = self._open(notice.label)
        if known is not None:
            known.done(notice, when, self._zone)

    def doubt(self, notice: InDoubt, when: When) -> None:
        known = self._open(notice.label) or self._newest(notice.label)
        if known is not None:
            known.doubted(notice, when)

    def take_back(self, notice: ChangeTakenBack, when: When) -> None:
        known = self._newest(notice.label)
        if known is not None:
            known.taken_back(notice, when)

    def wrote(self, plan: ChangePlan, images: Sequence[RowImage]) -> None:
        """What an application of `plan`, whole or a part of one that was shown, has written."""
        for one in reversed(self._changes):
            if plan.digest == one.plan.digest or all(part in one.plan.parts for part in plan.parts):
                one.wrote(images)
                return

    def _open(self, label: str) -> OpenChange | None:
        return next((one for one in self._changes if one.label == label and not one.over), None)

    def _newest(self, label: str) -> OpenChange | None:
        return next((one for one in reversed(self._changes) if one.label == label), None)
