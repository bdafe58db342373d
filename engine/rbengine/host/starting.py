"""The first event of a run, whatever it acts on, and the adapters that it may call."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Datum, Value
from rbengine.host.calendar import due_times, offsets
from rbengine.host.identity import incident_id, run_id
from rbengine.host.journal import RunRecord
from rbengine.host.secrets import SecretBox
from rbengine.plan.code import ChangePart, EachPart, IfPart, Invoke, MakeChange, OperationPart, Read
from rbengine.plan.program import Plan
from rbengine.runtime.events import Environment, Person, Started


class MissingInputError(LookupError):
    """The run has no value for an input that has no default. `name` is the first one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the input `{name}` has no value")
        self.name = name


def first_event(
    plan: Plan,
    *,
    now: datetime,
    began: datetime,
    operator: Person,
    environment: Environment,
    secrets: SecretBox,
    others: Sequence[RunRecord],
    inputs: Mapping[str, Value],
    engine: str,
    diagnose_only: bool = False,
    verify_only: bool = False,
    rehearsal: bool = False,
) -> Started:
    """A run that begins `now`, its ids the next after those of `others`. Raises MissingInputError.

    `began` is the incident's start. What is secret among `inputs` is put into `secrets`. `engine` is the version that
    stands in journals.
    """
    given = {
        one.name: secrets.taken(inputs[one.name], one.type, one.name)
        for one in plan.inputs
        if one.name in inputs
    }
    for one in plan.inputs:
        if one.name not in given and one.default is None:
            raise MissingInputError(one.name)
    zone = plan.policy.timezone
    return Started(
        at=now,
        run=run_id(now, zone, [one.run for one in others]),
        incident=incident_id(began, zone, [one.incident for one in others]),
        began=began,
        operator=operator,
        plan=plan.digest,
        inputs={name: Datum(value) for name, value in given.items()},
        environment=environment,
        engine=engine,
        diagnose_only=diagnose_only,
        verify_only=verify_only,
        rehearsal=rehearsal,
        due_times=due_times(plan.policy, plan.severity, began),
        offsets=offsets(plan.policy, began),
    )


def channels_as_noted(channels: Mapping[str, Sequence[ContactChannel]]) -> dict[str, str]:
    """Ways to contacts as an `Environment` holds them."""
    return {
        name: ", ".join(f"{one.kind}:{one.address}" for one in ways)
        for name, ways in sorted(channels.items())
    }


def adapters_of(plan: Plan, channels: Iterable[Sequence[ContactChannel]] = ()) -> tuple[str, ...]:
    """Names of the adapters that a run may call, sorted; mail is always among them, for escalations, and Twilio
    where somebody is told by text message. `channels` are those that the world or the settings give."""
    names = {"email"}
    ways = (*(one.channels for one in plan.policy.contacts), *channels)
    if any(one.kind == "sms" for way in ways for one in way):
        names.add("twilio")
    for instruction in plan.code:
        match instruction:
            case Invoke(call=call):
                names.add(call.operation.partition(".")[0])
            case Read():
                names.add("postgres")
            case MakeChange(change=change):
                names.update(_adapters_of(change.parts))
            case _:
                continue
    return tuple(sorted(names))


def _adapters_of(parts: Sequence[ChangePart]) -> set[str]:
    names: set[str] = set()
    for part in parts:
        match part:
            case OperationPart(call=call):
                names.add(call.operation.partition(".")[0])
            case EachPart(parts=inner):
                names |= _adapters_of(inner)
            case IfPart(then=then, otherwise=otherwise):
                names |= _adapters_of(then) | _adapters_of(otherwise)
            case _:
                names.add("postgres")
    return names
