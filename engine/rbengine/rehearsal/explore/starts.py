"""The first event of a run: one way for each combination of inputs that conditions tell apart."""

from itertools import islice, product

from rbengine.contract.values import Datum
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.candidates import Candidate, Candidates
from rbengine.rehearsal.explore.domains import EPOCH
from rbengine.rehearsal.explore.ends import person
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.ways import Way
from rbengine.runtime.events import Environment, Started

MOST = 64


def starts(plan: Plan, points: Points, candidates: Candidates, role: str) -> tuple[Way, ...]:
    """The usual inputs first. `role` is the operator's."""
    each = [candidates.of(-1 - number) for number in range(len(plan.inputs))]
    return tuple(_start(plan, points, chosen, role) for chosen in islice(product(*each), MOST))


def _start(plan: Plan, points: Points, chosen: tuple[Candidate, ...], role: str) -> Way:
    inputs: dict[str, Datum] = {}
    mask = 0
    for spec, candidate in zip(plan.inputs, chosen, strict=True):
        inputs[spec.name] = candidate.at(EPOCH)
        for leaf, value in candidate.values:
            what = f"{spec.name} {'.'.join(leaf.path)} = {value!r}"
            mask |= points.bit(leaf.source, what, value=True)
    event = Started(
        at=EPOCH,
        run="explored",
        incident="INC-explored",
        began=EPOCH,
        operator=person(role, 0),
        plan="",
        inputs=inputs,
        environment=Environment(profile="explore", backends={}),
        engine="",
        rehearsal=True,
    )
    return Way(words="started", mask=mask, make=lambda _: event, given=inputs)
