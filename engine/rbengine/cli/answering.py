"""What people say to a run from outside: recorded first, then the run goes on, here or where it is driven."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser
from rbengine.cli.ground import Ground
from rbengine.cli.identity import person_for, whoami
from rbengine.cli.journals import Journal, begun_by, in_words, kept_run
from rbengine.cli.output import Output
from rbengine.cli.secrets_again import NO_SECRETS, secret_at
from rbengine.cli.usage import UsageError
from rbengine.contract.reading import example, is_secret, read_value
from rbengine.contract.types import TEXT
from rbengine.contract.values import Datum, SecretReference, SecretValue, Value
from rbengine.host.journal import DamagedError, RunRecord
from rbengine.host.processes import may_live
from rbengine.host.secrets import SecretBox, discreet
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.host.waiting import who_may
from rbengine.plan.program import Plan
from rbengine.report.durations import zone_of
from rbengine.report.text import visible
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.doubts import APPLIED, NOT_APPLIED
from rbengine.runtime.events import (
    Acknowledged,
    Answered,
    Approved,
    Cancelled,
    Declined,
    Event,
    Gave,
    Person,
)
from rbengine.runtime.state import RunState

OPTIONS = ("--question", "--as", "--only-record", "--json")

_ALWAYS = 0
"""Key of what is said to a run and not to a question."""


class Said(NamedTuple):
    """The line of one of these commands."""

    run: str
    words: tuple[str, ...]
    question: int | None
    role: str | None
    only_record: bool
    json: bool


Verb = Callable[[Plan, AskPeople, Said], Approved | Declined | Gave]
"""What somebody says to a question, by the words of the line. Raises UsageError."""


def read_said(command: str, arguments: Sequence[str], more: Sequence[str] = ()) -> Said:
    """The line, with words behind the run's name where the command takes some."""
    parser = Parser(command, OPTIONS)
    parser.add_argument("run", metavar="RUN")
    if more:
        parser.add_argument("words", nargs="*", metavar=more[0], default=[])
    parser.add_argument("--question", type=int, metavar="NUMBER")
    parser.add_argument("--as", dest="role", metavar="ROLE")
    parser.add_argument("--only-record", action="store_true")
    parser.add_argument("--json", action="store_true")
    found = parser.read(arguments)
    return Said(
        found.run,
        tuple(found.words) if more else (),
        found.question,
        found.role,
        found.only_record,
        found.json,
    )


def say(said: Said, kinds: Sequence[str], verb: Verb) -> int:
    """Answer the open question of one of `kinds`."""
    with Ground.here(Output()) as ground, kept_run(ground.project, said.run) as (store, record):
        _see_open(record)
        plan = plan_of(store, record.run)
        state = taken_up(plan, store, record.run).state
        question = _question(record, state, kinds, said.question)
        person = person_for(ground.project, question.by, said.role)
        _refuse_operator(question, state, person)
        answer, given = _kept_apart(ground, store, record, question, verb(plan, question, said))
        event = Answered(at=_now(), question=question.question, person=person, answer=answer)
        return _leave(ground, store, record, event, question.question, said, given)


def acknowledge(said: Said) -> int:
    """Somebody has the escalation."""
    with Ground.here(Output()) as ground, kept_run(ground.project, said.run) as (store, record):
        _see_open(record)
        policy = plan_of(store, record.run).policy
        by = tuple(one.name for one in policy.contacts)
        event = Acknowledged(at=_now(), person=person_for(ground.project, by, said.role))
        return _leave(ground, store, record, event, record.last, said)


def cancel(said: Said) -> int:
    """End it: nothing new begins, and taking back what was done is offered."""
    with Ground.here(Output()) as ground, kept_run(ground.project, said.run) as (store, record):
        _see_open(record)
        person = person_for(ground.project, (), said.role)
        event = Cancelled(at=_now(), person=person, reason=" ".join(said.words))
        return _leave(ground, store, record, event, _ALWAYS, said)


def approves(plan: Plan, question: AskPeople, said: Said) -> Approved:  # noqa: ARG001
    """Yes. A word is the beginning of the plan's digest that was seen."""
    digest = "" if question.plan is None else question.plan.digest
    if said.words and not digest.startswith(said.words[0].lower()):
        raise UsageError(
            f"the plan that waits is {digest[:6] or 'none'}, not {visible(said.words[0])}",
            notes=["it has changed since that one was shown"],
            way_out=f"look at it with `rbengine plan {said.run}`, then approve that one",
        )
    return Approved(digest=digest)


def rejects(plan: Plan, question: AskPeople, said: Said) -> Declined:  # noqa: ARG001
    """No, and why."""
    return Declined(reason=" ".join(said.words))


def answers(plan: Plan, question: AskPeople, said: Said) -> Gave:
    """A value, a choice, or one value for each evidence."""
    words = said.words
    zone = plan.policy.timezone
    if question.kind == "doubt":
        return Gave(values={"answer": Datum(_doubt(words))})
    if question.kind == "choose":
        text = " ".join(words)
        for number, one in enumerate(question.choices, start=1):
            if text in (one.name, str(number)):
                return Gave(values={"answer": one.value})
        raise UsageError(
            f"`{visible(text)}` is no choice",
            notes=["\n".join(f"{one.name}  {one.text}" for one in question.choices)],
            way_out="one of these names",
        )
    if question.kind == "manual" and question.gives:
        given = dict(one.partition("=")[::2] for one in words)
        values = {
            one.name: Datum(_read(given.get(one.name, ""), one.type, zone, one.name))
            for one in question.gives
        }
        return Gave(values=values)
    if question.kind == "manual":
        return Gave(values={})
    type_ = question.answer_type or TEXT
    return Gave(values={"answer": Datum(_read(" ".join(words), type_, zone, "answer"))})


def _doubt(words: Sequence[str]) -> str:
    said = " ".join(words).replace("-", " ").lower()
    if said in (APPLIED, NOT_APPLIED):
        return said
    raise UsageError(
        "it asks whether the change took effect",
        way_out=f"answer `{APPLIED}` or `{NOT_APPLIED.replace(' ', '-')}`, after you have looked",
    )


def _read(text: str, type_: object, zone: str, name: str) -> Value:
    try:
        if not text:
            raise ValueError("is missing")
        if is_secret(type_):
            text = secret_at(text, name)
        return read_value(text, type_, zone=zone_of(zone))  # type: ignore[arg-type]  # a Type, whatever its name
    except ValueError as problem:
        raise UsageError(
            f"`{visible(text or name)}` {problem}",
            way_out=f"for example: {name}={example(type_)}",  # type: ignore[arg-type]  # as above
        ) from None


def _see_open(record: RunRecord) -> None:
    if record.is_cut:
        raise DamagedError(record.run, record.damaged)
    if record.outcome:
        raise UsageError(
            f"{record.run} is over: {record.outcome}",
            way_out=f"`rbengine show {record.run}`",
        )


def _question(
    record: RunRecord, state: RunState, kinds: Sequence[str], number: int | None
) -> AskPeople:
    asked = [one.ask for _, one in sorted(state.questions.items())]
    fitting = [one for one in asked if one.kind in kinds and number in (None, one.question)]
    if len(fitting) == 1:
        return fitting[0]
    told = [
        f"{one.question}  {one.text.splitlines()[0]}  ({one.kind}, by {who_may(one)})"
        for one in fitting or asked
    ]
    if fitting:
        raise UsageError(
            f"{record.run} asks {len(fitting)} questions",
            notes=["\n".join(told)],
            way_out=f"say which: --question {fitting[0].question}",
        )
    raise UsageError(
        f"{record.run} asks nothing that this could answer",
        notes=["\n".join(["it asks:", *told])] if told else ["it asks nothing at all"],
        way_out=f"`rbengine show {record.run}` says what it waits for",
    )


def _refuse_operator(question: AskPeople, state: RunState, person: Person) -> None:
    begun = state.begun
    if question.not_the_operator and begun is not None and begun.operator.id == person.id:
        raise UsageError(
            f"{person.name} began this run, and somebody else must approve it",
            notes=["the policy asks for two pairs of eyes"],
            way_out=f"ask {who_may(question)}",
        )


def _leave(
    ground: Ground,
    store: Journal,
    record: RunRecord,
    event: Event,
    about: int,
    said: Said,
    given: Mapping[SecretReference, str] = NO_SECRETS,
) -> int:
    """Put it where the run's owner finds it, and go on with the run where nobody drives it."""
    output = Output()
    driven = record.owner is not None and may_live(record.owner)
    broken = 0 if driven else store.audit(record.run).broken
    if broken:  # said to a run that only a person may take up it would count later, unseen
        raise DamagedError(record.run, broken)
    # What a run of somebody else does is done with that person's means, not with those of whoever answers.
    anothers = begun_by(store, record.run).id != whoami().id
    if given and (driven or said.only_record or anothers):
        raise UsageError(
            "a secret is never written down, so only the process that drives the run can take it",
            way_out=f"its operator types it at the terminal: rbengine resume {record.run}",
        )
    with in_words():
        who = whoami().id
        store.send(record.run, event, f"{type(event).__name__}/{about}/{who}")
        record = store.record(record.run)
    if record.owner is not None and may_live(record.owner):
        output.row(f"recorded; {record.run} is driven by {record.owner}, which takes it from there")
        return exit_codes.OK
    if said.only_record or anothers:
        output.row(
            f"recorded; it counts when {record.run} is taken up: rbengine resume {record.run}"
        )
        return exit_codes.OK
    from rbengine.cli.kept_running import go_on

    return go_on(ground, store, record, json=said.json, at_hand=False, given=given)


def _kept_apart(
    ground: Ground,
    store: Journal,
    record: RunRecord,
    question: AskPeople,
    answer: Approved | Declined | Gave,
) -> tuple[Approved | Declined | Gave, Mapping[SecretReference, str]]:
    """The answer as it is written down, and the secrets in it, which are not."""
    if not isinstance(answer, Gave):
        return answer, NO_SECRETS
    from rbengine.cli.kept_kind import kind_of

    kind = kind_of(ground, store, record.run, store.texts(record.run))
    kept = discreet(answer, question, SecretBox(kind.secret_key))
    typed = {
        kept.values[name].value: one.value.reveal()
        for name, one in answer.values.items()
        if isinstance(one.value, SecretValue)
    }
    return kept, {one: text for one, text in typed.items() if isinstance(one, SecretReference)}


def _now() -> datetime:
    return datetime.now(UTC)
