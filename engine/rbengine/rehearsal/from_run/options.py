"""What may explain that a call was answered otherwise than a draft lets it be: things that were there before the run,
that happened meanwhile, that went wrong. The likeliest first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rbengine.contract.changes import Drifted, Planned, PlannedStatement, SqlQuery
from rbengine.contract.values import Row
from rbengine.rehearsal.from_run.changed import changed, changed_images, done_by_others
from rbengine.rehearsal.from_run.facts import Facts, Sql
from rbengine.rehearsal.from_run.history import A_MOMENT, Difference, History, between
from rbengine.rehearsal.from_run.known import Must, cell_of, listed
from rbengine.rehearsal.from_run.moments import Seen
from rbengine.rehearsal.from_run.objects import Answered, Line, Objects
from rbengine.rehearsal.from_run.outages import (
    never_known,
    not_handled,
    over,
    trouble_of,
    went_wrong,
)
from rbengine.rehearsal.from_run.sayings import machine
from rbengine.runtime.commands import (
    ApplyRequest,
    OperationRequest,
    PlanRequest,
    QueryRequest,
    Request,
    SettleRequest,
)

Times = Sequence[datetime | None]


class Options:
    """Of one run. `handlers`: what the company's own program has that may be down."""

    def __init__(self, history: History, objects: Objects, handlers: Sequence[str] = ()) -> None:
        self._history = history
        self._objects = objects
        self._handlers = tuple(handlers)

    def of(self, facts: Facts, open_: Sequence[Difference]) -> Iterator[Facts]:
        """Each is `facts` and something more, to explain the first of what is different."""
        then, now = open_[0].then, open_[0].now
        times = self._history.times(open_[0])
        match then.request:
            case SettleRequest():
                yield from never_known(facts, self._history, then)
            case ApplyRequest() if then.refusal:
                yield from self._others_before(facts, open_)
                yield from went_wrong(facts, self._history, then)
            case _ if then.refusal:
                if now is not None and now.refusal != then.refusal:
                    yield from went_wrong(facts, self._history, then)
            case QueryRequest(query=query):
                yield from self._rows(facts, query, then, now, times)
            case OperationRequest(effect="observe"):
                yield from self._objects_seen(facts, then, now, times)
            case PlanRequest() | ApplyRequest():
                yield from self._touched(facts, then, now, times)
            case _:
                return

    def first_sights(self, facts: Facts, open_: Sequence[Difference]) -> Facts:
        """`facts` with everything that vendors answered, as far as it was asked for the first time."""
        more = facts.copy()
        for one in open_:
            went_there = one.now is not None or one is open_[0]
            if went_there and self._history.asked_before(one.then) is None:
                answered, known = self._answered(one.then), self._known(one.now)
                for line in answered.lines:
                    if line not in known.lines:
                        more.say(line)
                for table, row in answered.rows:
                    more.rows.add(table, row)
        return more

    def grew_alike(self, then: Seen, now: Seen, again: Mapping[tuple[str, str, int], Seen]) -> bool:
        """Whether counters of the machine have grown as much as they did since they were read before."""
        if not isinstance(then.value, Row) or "cpu_ms" not in then.value:
            return False
        before = self._history.asked_before(then)
        first = None if before is None else again.get(before.place)
        if before is None or first is None or not isinstance(now.value, Row):
            return before is not None or machine(then.value, then.value) == (
                machine(now.value, now.value) if isinstance(now.value, Row) else None
            )
        looks = [one.value for one in (before, then, first, now) if isinstance(one.value, Row)]
        return len(looks) < 4 or machine(looks[0], looks[1]) == machine(looks[2], looks[3])

    def _rows(
        self, facts: Facts, query: SqlQuery, then: Seen, now: Seen | None, times: Times
    ) -> Iterator[Facts]:
        """Rows were there at first, as long as nothing speaks against it; or they came, changed, went."""
        for at in dict.fromkeys((None, *times)):
            if at is not None:
                for table, cells in facts.rows.lacking(query, then.at):
                    more = facts.copy()
                    more.rows.put(table, cells, since=at)
                    yield more
                if now is not None and not now.refusal:
                    yield from _happening(
                        facts, at, changed(facts.rows, query, then.value, now.value, then.at, at)
                    )
            more = facts.copy()
            more.rows.make(self._history.made_before(then))
            # What was there at first was there whenever the same was asked.
            before = () if at is not None else self._history.all_before(then)
            read = [more.rows.read(one.query, value, asked) for one, value, asked in before]
            if more.rows.read(query, then.value, then.at, since=at) and all(read):
                yield more
        yield from _deaf(facts, query)
        if facts.later:
            yield from not_handled(facts, self._handlers)

    def _objects_seen(
        self, facts: Facts, then: Seen, now: Seen | None, times: Times
    ) -> Iterator[Facts]:
        answered, known = self._answered(then), self._known(now)
        new = [one for one in answered.lines if one not in known.lines]
        new = [*_needed(then, now, again=None not in times), *new]
        rows = [one for one in answered.rows if one not in known.rows]
        for at in times:
            more = facts.copy()
            said = [more.say(one if at is None else more.as_change(one), at) for one in new]
            for table, row in rows:
                more.rows.add(table, row, at)
            if any(said) or rows:
                yield more
        if trouble_of(then):
            yield from went_wrong(facts, self._history, then)
        yield from self._busy(facts, then)
        yield from _taken(facts, then, now)

    def _touched(self, facts: Facts, then: Seen, now: Seen | None, times: Times) -> Iterator[Facts]:
        """Rows that a change was going to touch are others: at first, or since its plan was shown."""
        if isinstance(then.request, ApplyRequest):
            now = self._plan_of(then) or now
        parts, others = _statements(then), [] if now is None else _statements(now)
        for at in times if parts else ():
            if at is None:
                more = facts.copy()
                for part in parts:
                    more.rows.planned(part)
                yield more
                continue
            pairs = zip(parts, others, strict=False)
            done = [one for pair in pairs for one in changed_images(*pair, at)]
            yield from _happening(facts, at, done)

    def _plan_of(self, then: Seen) -> Seen | None:
        """When it was shown what the change would do."""
        shown = (
            one
            for one in self._history.run.calls
            if one.at < then.at and one.place[0] == then.place[0] and _statements(one)
        )
        return max(shown, key=lambda one: one.at, default=None)

    def _others_before(self, facts: Facts, open_: Sequence[Difference]) -> Iterator[Facts]:
        """Somebody else did it before, or changed what is read next, so that the change did not fit any more."""
        at = between(self._history.ended_before(open_[0]), open_[0].then.at)
        plan = self._plan_of(open_[0].then)
        parts = [] if plan is None else _statements(plan)
        yield from _happening(
            facts, at, [one for part in parts for one in done_by_others(part, at)]
        )
        for one in open_[1:]:
            then, now = one.then, one.now
            if isinstance(then.request, QueryRequest) and now is not None and not now.refusal:
                query = then.request.query
                yield from _happening(
                    facts, at, changed(facts.rows, query, then.value, now.value, then.at, at)
                )

    def _busy(self, facts: Facts, then: Seen) -> Iterator[Facts]:
        """How busy the machine was since its counters were read before."""
        if not isinstance(then.value, Row) or "cpu_ms" not in then.value:
            return
        before = self._history.asked_before(then)
        first = then if before is None else before
        is_early = before is None or self._history.asked_before(before) is None
        if isinstance(first.value, Row):
            line = Line(*machine(first.value, then.value))
            for at in (None,) if is_early else (first.at + A_MOMENT, None):
                more = facts.copy()
                if more.say(line, at):
                    yield more

    def _answered(self, seen: Seen) -> Answered:
        if not isinstance(seen.request, OperationRequest):
            return Answered()
        arguments = seen.request.arguments.value
        return self._objects.answered(seen.request.operation, arguments, seen.value, seen.at)

    def _known(self, now: Seen | None) -> Answered:
        """What a rehearsal answers already."""
        return Answered() if now is None or now.refusal else self._answered(now)


def _happening(facts: Facts, at: datetime, done: Sequence[Line | Sql]) -> Iterator[Facts]:
    if done:
        more = facts.copy()
        more.later += [(at, one) for one in done]
        yield more


_NAMED: Mapping[str, tuple[str, str]] = {
    "function": ("supabase.function", "slug"),
    "functions": ("supabase.function", "slug"),
    "slug": ("supabase.function", "slug"),
    "slugs": ("supabase.function", "slug"),
    "customer": ("stripe.customer", "id"),
    "repository": ("git.repository", "name"),
}
"""By the argument that names a thing: the line by which it is there."""


def _needed(then: Seen, now: Seen | None, *, again: bool) -> Iterator[Line]:
    """What an answer shows by what it lacks: things that are there and empty, jobs that do not run, troubles that are
    over. `again`: the same was asked before."""
    if now is None:
        return
    well = over(now)
    if well is not None:
        yield well
    if now.refusal == "not_found":
        yield from _named_by(then.request)
    if len(listed(now.value)) > len(listed(then.value)):
        if "cron.runs" in then.names:
            yield Line("postgres.scheduler", {"runs": False})
        if "stripe.list_events" in then.names and again:
            yield Line("stripe.deliver_pending_events", {})


def _named_by(request: Request) -> Iterator[Line]:
    arguments = request.arguments.value if isinstance(request, OperationRequest) else None
    for name, value in arguments.items() if isinstance(arguments, Row) else ():
        if name in _NAMED:
            line, parameter = _NAMED[name]
            yield from (Line(line, {parameter: one}) for one in listed(value))


def _deaf(facts: Facts, query: SqlQuery) -> Iterator[Facts]:
    """A session that goes on although it was cancelled waits for its client."""
    if "pg_stat_activity" in query.sql:
        more = facts.copy()
        for row in more.rows.known.get("pg_stat_activity", []):
            if row.cell("state").says(Must("=", "active")) is not False:
                row.cells = {**row.cells, "wait_event": cell_of("ClientWrite")}
        yield more


def _taken(facts: Facts, then: Seen, now: Seen | None) -> Iterator[Facts]:
    """Events that are not among those that wait have been taken."""
    waiting = {
        one.get("object")
        for one in listed(None if now is None else now.value)
        if isinstance(one, Row) and one not in listed(then.value)
    }
    more = facts.copy()
    for number, line in enumerate(more.lines):
        if line.given.get("id", "") in waiting:
            more.lines[number] = Line(line.name, {**line.given, "delivered": True})
    if more.lines != facts.lines:
        yield more


def _statements(seen: Seen) -> list[PlannedStatement]:
    match getattr(seen.answer, "outcome", None):
        case Planned(plan=plan) | Drifted(plan=plan):
            return [one for one in plan.parts if isinstance(one, PlannedStatement)]
        case _:
            return []
