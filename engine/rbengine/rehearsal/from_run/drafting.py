"""From a recorded run to a draft of its world and scenario: all but what has to be found out by rehearsing it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.changes import Planned, PlannedStatement
from rbengine.contract.operations import Operation
from rbengine.contract.values import Row, Value
from rbengine.host.recorded.recording import Recording
from rbengine.host.simulated_tables import Table
from rbengine.plan.program import Plan
from rbengine.rehearsal.from_run.facts import Facts
from rbengine.rehearsal.from_run.moments import Lived, Said, Seen, lived
from rbengine.rehearsal.from_run.objects import Objects
from rbengine.rehearsal.from_run.on_the_minute import on_the_minute
from rbengine.rehearsal.from_run.rows import Rows
from rbengine.rehearsal.from_run.secrets import Secrets
from rbengine.rehearsal.from_run.statement import conjuncts, statement
from rbengine.rehearsal.literals import Literals, quoted, span_text
from rbengine.rehearsal.people import headline
from rbengine.rehearsal.world import USUAL_START
from rbengine.runtime.commands import AskPeople, PlanRequest, QueryRequest
from rbengine.runtime.events import Acknowledged, Approved, Declined, Gave


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A run with what can be said of it at once."""

    run: Lived
    name: str
    title: str
    top: tuple[str, ...]
    """Lines of the world before its tables: when it is, what is given."""
    contacts: tuple[str, ...]
    people: tuple[str, ...]
    objects: Objects
    handlers: tuple[str, ...]
    facts: Facts

    def text(self, facts: Facts, expected: tuple[str, ...] = ("expect resolved",)) -> str:
        """World and scenario."""
        endings = (
            f'crash during "{quoted(one.name)}" {"after" if one.answered else "before"} the answer'
            for one in self.run.endings
        )
        world = [*self.top, *facts.world(), *self.contacts]
        scenario = [*facts.meanwhile(), *endings, *self.people, *expected]
        lines = [
            f'world {self.name} "{self.title}"', *(f"  {one}" for one in world or ["starts 2026-11-23 04:10"]), "",
            f'scenario "{self.title}" in {self.name}', *(f"  {one}" for one in scenario),
        ]  # fmt: skip
        return "\n".join(lines) + "\n"


def drafted(
    recording: Recording,
    operations: Mapping[str, Operation],
    builders: Mapping[str, Operation],
    schema: Mapping[str, Table],
    name: str,
    handlers: Sequence[str] = (),
) -> Draft:
    """The world `name` with the rows that the run has read. `operations`: those that it calls; `builders`: the lines
    that a world may hold; `schema`: the tables that it may fill; `handlers`: what the company's program has that may
    be down."""
    recording = on_the_minute(recording)
    run = lived(recording)
    plan = recording.header.plan
    secrets = Secrets(run)
    write = Literals(run.starts)
    return Draft(
        run=run,
        name=name,
        title=f"As it was in {recording.header.run}",
        top=(
            *_when(run, plan),
            *(
                f"{key} = {write.literal(one.value)}"
                for key, one in recording.started.inputs.items()
            ),
        ),
        contacts=tuple(_contacts(recording, plan)),
        people=tuple(_people(run, write, secrets)),
        objects=Objects(builders, operations, run, secrets),
        handlers=tuple(handlers),
        facts=_read_at_first(run, schema),
    )


def _read_at_first(run: Lived, schema: Mapping[str, Table]) -> Facts:
    """Rows as they were read before anything was changed: those that were shown, then those that were only counted."""
    facts = Facts(Rows(schema, run.starts), run.starts)
    reads: dict[str, Seen] = {}
    for seen in run.calls:
        if isinstance(seen.request, QueryRequest) and not seen.changes and not seen.refusal:
            reads.setdefault(seen.request.query.sql + repr(seen.request.query.parameters), seen)
    shown: list[Seen] = []
    computed: list[Seen] = []
    for seen in reads.values():
        assert isinstance(seen.request, QueryRequest)
        parsed = statement(seen.request.query.sql)
        if parsed is not None and len(parsed.sources) == len(
            parsed.tables
        ):  # no lists of what was read before
            (computed if parsed.computed else shown).append(seen)
    computed.sort(key=_narrowness, reverse=True)  # what is left of a sum the widest question tells
    for seen in (*shown, *computed):
        assert isinstance(seen.request, QueryRequest)
        more = facts.rows.copy()
        if more.read(seen.request.query, seen.value, seen.at):
            facts.rows = more
    for seen in run.calls:
        outcome = getattr(seen.answer, "outcome", None)
        if (
            isinstance(seen.request, PlanRequest)
            and isinstance(outcome, Planned)
            and not seen.changes
        ):
            for part in outcome.plan.parts:
                if isinstance(part, PlannedStatement):
                    facts.rows.planned(part)
    return facts


def _narrowness(seen: Seen) -> int:
    """How many conditions it has."""
    assert isinstance(seen.request, QueryRequest)
    parsed = statement(seen.request.query.sql)
    conditions = () if parsed is None else parsed.conditions
    return sum(1 for _, one in conditions for _ in conjuncts(one))


def _when(run: Lived, plan: Plan) -> Iterator[str]:
    from rbengine.host.calendar import zone_named

    if run.starts != USUAL_START:
        local = run.starts.astimezone(zone_named(plan.policy.timezone))
        yield f"starts {local:%Y-%m-%d %H:%M}"
    late = run.starts - run.began
    if late > timedelta(0):
        yield f"alert {span_text(late)} before the run"


def _contacts(recording: Recording, plan: Plan) -> Iterator[str]:
    """Channels that the policy leaves to the settings."""
    channels = recording.started.environment.channels
    for one in plan.policy.contacts:
        if not one.from_settings:
            continue
        given = channels.get(one.name, f"email:{one.name.replace('_', '.')}@example.test")
        told = " ".join(
            f'{kind} "{address}"'
            for kind, _, address in (way.strip().partition(":") for way in given.split(","))
        )
        yield f"contact {one.name} {told}"


def _people(run: Lived, write: Literals, secrets: Secrets) -> Iterator[str]:
    """A line for each answer; those who were asked and never said anything never answer."""
    lines = dict.fromkeys(_said(one, write, secrets) for one in run.said)
    roles = {one.event.person.role for one in run.said}
    for ask in run.asked:
        for role in ask.by:
            if role not in roles:
                lines.setdefault(f"person {role} never answers")
    yield from lines


def _said(one: Said, write: Literals, secrets: Secrets) -> str:
    event = one.event
    after = _after(event.at, one.asked)
    role = event.person.role
    if isinstance(event, Acknowledged) or one.ask is None:
        return f"person {role} acknowledges after {after}"
    label = quoted(headline(one.ask))
    match event.answer:
        case Declined():
            return f'person {role} refuses "{label}" after {after}'
        case Approved():
            return f'person {role} approves "{label}" after {after}'
        case Gave(values=values):
            given = {name: secrets.plain(datum.value) for name, datum in values.items()}
            said = _given(one.ask, given)
            return f'person {role} answers "{label}" with {write.literal(said)} after {after}'


def _given(ask: AskPeople, values: Mapping[str, Value]) -> Value:
    if ask.gives:
        return Row(dict(values))
    answer = values.get("answer")
    if ask.choices:
        # One of a list is chosen by its name, whatever it is.
        return next((one.name for one in ask.choices if one.value.value == answer), answer)
    return answer


def _after(at: datetime, since: datetime) -> str:
    return span_text(max(at - since, timedelta(seconds=1)))
