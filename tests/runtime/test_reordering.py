"""What runs side by side may end in any order: what comes of it is the same."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st
from rbengine.contract.codec import to_line
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.examples import SEEDS, examples
from support.generated import side_by_side
from support.machine import Host
from support.worst_host import found

KINDS: tuple[Any, ...] = ("unavailable", "timeout", "invalid", "conflict")


class AnyOrder(Host):
    """Calls that run at one moment end in an order of its own; what each is answered depends on nothing but itself."""

    def __init__(self, plan: Plan, *, replies: int, order: int) -> None:
        self._replies = replies
        self._order = random.Random(order)
        self._number = 0
        inputs = {"pause": Datum(timedelta(minutes=2))}
        super().__init__(plan, calls=self._reply, took=lambda _: timedelta(0), inputs=inputs)

    def _later(self, at: datetime, event: ev.Event) -> None:
        ended = ev.CallEnded | ev.ChangePlanned | ev.ChangeApplied | ev.Settled
        super()._later(at, event)
        moment, number, kept = self._queue.pop(self._queue.index((at, self._count, event)))
        # Intents come first, then ends in any order, then clocks and people.
        self._number += 1
        rank = 0 if isinstance(event, ev.CallBegan) else 1 if isinstance(event, ended) else 2
        place = self._order.randrange(10**6) if rank == 1 else number
        self._queue.append((moment, rank * 10**15 + place * 10**6 + self._number, kept))
        self._queue.sort(key=lambda one: one[:2])

    def _reply(self, perform: co.Perform) -> Any:
        request = perform.request
        if not isinstance(request, co.QueryRequest | co.OperationRequest):
            return None
        own = random.Random(f"{self._replies}/{perform.key}/{to_line(request)}/{perform.attempt}")
        roll = own.random()
        if isinstance(request, co.OperationRequest) and request.effect == "tell":
            return None if roll < 0.8 else Refused(own.choice(KINDS), "no")
        if roll < 0.25:
            return Refused(own.choice(KINDS), "no")
        return Unsettled("lost") if roll < 0.3 else Succeeded(Datum(found(own, request)))


def came_of(host: Host) -> dict[str, object]:
    """Everything of a run that must not depend on the order.

    Where something failed, that is all but the calls and their time: behind an item that fails no other is begun.
    """
    diagnosis = host.state.course.diagnosis
    failures = host.shown(no.CallFailed)
    came: dict[str, object] = {
        "finish": host.finish,
        "names": None if diagnosis is None else dict(diagnosis.names),
        "verdicts": None if diagnosis is None else diagnosis.verdicts,
        "failed": None if diagnosis is None else diagnosis.failed,
    }
    if not failures:
        came["took"] = host.state.now
        came["calls"] = Counter(
            f"{one.key} {to_line(one.request)} {one.attempt}"
            for one in host.commands
            if isinstance(one, co.Perform) and not isinstance(one.request, co.NotifyRequest)
        )
        came["told"] = Counter((one.kind, one.to, one.failure) for one in host.shown(no.Told))
    return came


@examples(200)
@given(SEEDS, st.lists(SEEDS, min_size=2, max_size=4, unique=True))
def test_what_runs_side_by_side_ends_in_any_order(seed: int, orders: list[int]) -> None:
    """The same names, verdicts, calls, messages and end, whichever branch or item was faster."""
    made = side_by_side(seed)
    note(str(made))
    plan = made.plan
    first, *others = [came_of(AnyOrder(plan, replies=seed, order=one).run()) for one in orders]
    for other in others:
        assert other == first
