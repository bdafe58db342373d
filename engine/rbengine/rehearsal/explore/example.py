"""A path as a world and a scenario, ready to paste. What no line of a world can say stands as a comment."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.types import UUID, ListOf, Record
from rbengine.contract.values import Datum, Row, Value
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.domains import EPOCH, bare
from rbengine.rehearsal.explore.draft import (
    CallKind,
    Claim,
    Draft,
    Trouble,
    faults_of,
    kind_of,
    vendor_of,
)
from rbengine.rehearsal.explore.leaves import ITEM, Answers, Leaf
from rbengine.rehearsal.explore.reads import Ago, Reads
from rbengine.rehearsal.explore.replay import Moment, replay
from rbengine.rehearsal.explore.trail import Path
from rbengine.rehearsal.explore.ways import SILENCE
from rbengine.rehearsal.literals import Literals, quoted, span_text
from rbengine.runtime.commands import (
    OperationRequest,
    QueryRequest,
    Show,
)
from rbengine.runtime.events import Answered, CallEnded, Gave
from rbengine.runtime.notices import ChangeDone, ChangeTakenBack, Escalated
from rbengine.runtime.wording import duration_text

_LOST = frozenset({"the answer is lost"})
_NO_TIME = timedelta(0)
_WRITE = Literals(EPOCH)
_LASTS = timedelta(seconds=30)
"""For how long a fault goes on after its last refusal: in a world's company calls take longer than here."""


class Examples:
    """Writes examples for one plan. `builders`: the lines a world may say about vendors, by full name.

    `prices`: the price by which the app comes to each tier.
    """

    def __init__(
        self,
        plan: Plan,
        answers: Answers,
        reads: Reads,
        builders: Mapping[str, Operation] | None = None,
        prices: Mapping[str, str] | None = None,
    ) -> None:
        self._plan = plan
        self._prices = prices or {}
        self._answers = answers
        self._reads = reads
        self._builders = builders or {}
        self._asked_with = {
            leaf
            for one in plan.code
            if isinstance(one, c.Invoke) and one.call.effect == "observe"
            for argument in one.call.arguments
            for leaf in reads.origins.leaves(argument.value)
        }

    def of(self, path: Path, name: str, title: str, claim: Claim) -> Draft:
        """`world name` and one scenario in it, which shows `claim`."""
        moments = list(replay(self._plan, path))
        world: list[str] = []
        tables: set[str] = set()
        objects: set[str] = set()
        for moment in moments:
            way = moment.step.way
            if way.given:
                world += _inputs(way.given)
            elif way.answer is not None and moment.asked is None:
                world += self._answered(moment, tables, objects)
        contacts = [one.name for one in self._plan.policy.contacts if one.from_settings]
        world += [f'contact {one} email "{one.replace("_", ".")}@example.test"' for one in contacts]
        troubles, unsayable, about = self._troubles(moments)
        return Draft(
            name=name,
            title=quoted(title),
            claim=claim,
            world=tuple(world),
            troubles=troubles,
            unsayable=unsayable,
            about=about,
            people=tuple(_people(moments)),
            expected=(*self._expected(path), *_effects(moments)),
        )

    def _answered(self, moment: Moment, tables: set[str], objects: set[str]) -> Iterator[str]:
        event = moment.step.way.make(moment.before)
        if not isinstance(event, CallEnded) or not isinstance(event.outcome, Succeeded):
            return
        value = event.outcome.value.value
        instruction = self._plan.code[moment.step.counter]
        match instruction, moment.request:
            case c.Read(query=query), QueryRequest():
                yield from self._rows(query, value, moment, tables)
            case c.Invoke(call=call), OperationRequest() as request:
                yield from self._object(call, request, value, moment, objects)
            case _:
                pass

    def _rows(
        self, query: c.QuerySpec, value: Value, moment: Moment, tables: set[str]
    ) -> Iterator[str]:
        rows = [
            one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Row)
        ]
        columns = [
            one
            for one in self._answers.columns.get(query.sql, ())
            if one.table == query.table
            and one.column is not None
            and self._matters(moment, one.name)
        ]
        if moment.again or query.table in tables:
            yield from _said(f"the query of {query.table or 'no table'}", moment)
            return
        tables.add(query.table)
        if not rows or not columns:
            yield from _said(f"the query of {query.table or 'no table'}", moment)
            return
        yield f"table {query.table}"
        head = [one.column or "" for one in columns]
        cells = [[_WRITE.cell(row[one.name]) for one in columns] for row in rows]
        widths = [max(len(line[n]) for line in [head, *cells]) for n in range(len(head))]
        for line in [head, *cells]:
            inside = " | ".join(one.ljust(width) for one, width in zip(line, widths, strict=True))
            yield f"  | {inside} |"

    def _matters(self, moment: Moment, column: str) -> bool:
        """Whether the column decides anything, or is what a vendor is asked with: the schema fills the others."""
        leaf = Leaf(moment.step.counter, (column,))
        inner, _ = bare(self._answers.type_of(Leaf(leaf.source)))
        if isinstance(inner, ListOf):
            leaf = Leaf(leaf.source, (ITEM, column))
        return (
            leaf in self._reads.uses
            or leaf in self._asked_with
            or self._answers.type_of(leaf) == UUID
        )

    def _object(
        self,
        call: c.OperationSpec,
        request: OperationRequest,
        value: Value,
        moment: Moment,
        objects: set[str],
    ) -> Iterator[str]:
        known = self._answers.operations.get(call.operation)
        if known is None or known.effect != "observe":
            return
        type_, _ = bare(known.result)
        builder = self._builders.get(type_.name) if isinstance(type_, Record) else None
        if builder is None or not isinstance(value, Row) or moment.again:
            yield from _said(call.operation, moment)
            return
        asked = request.arguments.value
        given: dict[str, str] = {}
        for parameter in builder.parameters:
            # What was asked for is what the world must hold, whatever stood in for the answer.
            same = isinstance(asked, Row) and parameter.name in asked
            source = asked if same else value
            if isinstance(source, Row) and parameter.name in source:
                one = source[parameter.name]
                if one is not None:
                    given[parameter.name] = _WRITE.literal(one)
            elif parameter.default is None:
                yield from _said(call.operation, moment)
                return
        given |= self._mapped(value, given)
        if builder.full_name in objects:
            yield from _said(call.operation, moment)
            return
        objects.add(builder.full_name)
        inside = ", ".join(f"{name}: {text}" for name, text in given.items())
        yield f"{builder.full_name}({inside})"
        told = {*given, "tier"} if self._mapped(value, given) else {*given}
        yield from _said(call.operation, moment, told)

    def _mapped(self, value: Row, given: Mapping[str, str]) -> Mapping[str, str]:
        """The price by which the app comes to the tier of `value`: worlds hold prices, and no tiers."""
        tier = value.get("tier")
        price = self._prices.get(tier) if isinstance(tier, str) else None
        return {"price": _WRITE.literal(price)} if price is not None and "price" in given else {}

    def _troubles(
        self, moments: list[Moment]
    ) -> tuple[tuple[Trouble, ...], tuple[str, ...], Trouble | None]:
        """Faults, each from the first refusal of a kind to the last one in a row; what no fault makes; the last one."""
        faults: list[Trouble] = []
        unsayable: list[str] = []
        last: Trouble | None = None
        made: Counter[tuple[int, CallKind]] = Counter()
        going_on = False
        for moment in moments:
            if moment.request is None:
                continue
            text, call, counter = _text(moment), kind_of(moment.request), moment.step.counter
            number = made[counter, call]
            made[counter, call] += 1
            trouble = self._trouble(moment)
            if trouble is None:
                going_on = False
                continue
            vendor, kind = trouble
            at = moment.before.now - EPOCH
            last = Trouble(
                vendor=vendor,
                kind=kind,
                text=text,
                counter=counter,
                call=call,
                number=number,
                at=at,
                lasts=_LASTS,
            )
            if not kind:
                who = vendor or "a call"
                unsayable.append(
                    f"# no fault makes this: {who} {moment.step.way.words} at “{text}”"
                )
                going_on = False
                continue
            if going_on and (faults[-1].vendor, faults[-1].kind) == trouble:
                lasts = at + _LASTS - faults[-1].at
                faults[-1] = msgspec.structs.replace(faults[-1], lasts=lasts)
            else:
                faults.append(last)
            going_on = True
        return tuple(faults), tuple(unsayable), last

    def _trouble(self, moment: Moment) -> tuple[str, str] | None:
        way, request = moment.step.way, moment.request
        if request is None or way.answer is not None:
            return None
        vendor = vendor_of(request)
        if way.words in _LOST and vendor:
            return vendor, "lost answer"
        if not way.refusal:
            return None
        return vendor, faults_of(vendor).get(way.refusal, "")

    def _expected(self, path: Path) -> Iterator[str]:
        course = path.state.course
        if course.diagnosis is not None:
            for finding, verdict in zip(
                self._plan.findings, course.diagnosis.verdicts, strict=True
            ):
                if verdict == "found" or (verdict == "not judged" and not course.diagnosis.stopped):
                    yield f"expect {verdict} {finding.name}"
        outcome = course.ending.outcome if course.ending is not None else "endless"
        minutes = max(1, -(-int(path.took.total_seconds()) // 60))
        if outcome in ("resolved", "handed over"):
            yield f"expect {outcome} within {minutes}m"
        else:
            yield f"# the run ends {outcome} after {duration_text(path.took)}"


def _said(who: str, moment: Moment, told: Collection[str] = ()) -> Iterator[str]:
    """What an answer held of that which decides something, without the fields already `told`."""
    answer = moment.step.way.answer
    if answer is None:
        return
    parts = []
    for leaf, value in answer.values:
        name = ".".join(leaf.path).replace(f".{ITEM}", "").replace(f"{ITEM}.", "")
        if (leaf.path and leaf.path[-1] in told) or (value is True and not leaf.path):
            continue
        if isinstance(value, Ago):
            parts.append(
                f"{name} {span_text(abs(value.span))} {'ago' if value.span >= _NO_TIME else 'from now'}"
            )
        elif isinstance(value, int) and name in ("", ITEM) and not isinstance(value, bool):
            parts.append(f"{value} item{'s' if value != 1 else ''}")
        else:
            parts.append(f"{name} {_WRITE.literal(value)}".strip())
    if parts:
        yield f"# {'then ' if moment.again else ''}{who} answers {', '.join(parts)}"


def _text(moment: Moment) -> str:
    """The call that a moment decides, as the run names it."""
    calls = moment.before.calls
    return calls[min(calls)].text if calls else ""


def _effects(moments: list[Moment]) -> Iterator[str]:
    """What was changed and who was told: an effect that no expectation names fails a scenario."""
    expected: dict[str, None] = {}
    for moment in moments:
        for command in moment.commands:
            match command:
                case Show(notice=ChangeDone(label=label)):
                    expected[f'expect changed "{quoted(label)}"'] = None
                case Show(notice=ChangeTakenBack(label=label)):
                    expected.pop(f'expect changed "{quoted(label)}"', None)
                    expected[f'expect undone "{quoted(label)}"'] = None
                case Show(notice=Escalated(to=to)):
                    expected.update(dict.fromkeys(f"expect escalated to {one}" for one in to))
                case _:
                    pass
    yield from expected


def _people(moments: list[Moment]) -> Iterator[str]:
    """One line for each question: what came of it at last, and how long after it was asked."""
    lines: dict[int, str] = {}
    since: dict[int, datetime] = {}
    for moment in moments:
        ask, way = moment.asked, moment.step.way
        if ask is None:
            continue
        role = ask.by[0]
        label = quoted(ask.text.splitlines()[0])
        asked = since.setdefault(ask.question, moment.before.now)
        after = span_text(max(moment.after.now - asked, timedelta(seconds=1)))
        if way.words == SILENCE:
            line = f"person {role} never answers"
        elif way.refusal:
            line = f'person {role} refuses "{label}" after {after}'
        elif ask.kind in ("plan", "approve", "undo", "doubt"):
            line = f'person {role} approves "{label}" after {after}'
        else:
            said = _given(moment)
            line = f'person {role} answers "{label}" with {said} after {after}'
            if not said:
                line = f'# person {role} answers "{label}": {way.words}'
        lines[ask.question] = line
    yield from dict.fromkeys(sorted(lines.values(), key=lambda one: "never" not in one))


def _given(moment: Moment) -> str:
    """What was answered, as a scenario says it; empty where it can only be chosen on the spot."""
    event = moment.step.way.make(moment.before)
    if not isinstance(event, Answered) or not isinstance(event.answer, Gave):
        return ""
    ask = moment.asked
    values = {name: one.value for name, one in event.answer.values.items()}
    if ask is not None and ask.gives:
        return _WRITE.literal(Row(values))
    value = values.get("answer")
    return "" if isinstance(value, Row) else _WRITE.literal(value)


def _inputs(given: Mapping[str, Datum]) -> Iterator[str]:
    for name, datum in given.items():
        yield f"{name} = {_WRITE.literal(datum.value)}"
