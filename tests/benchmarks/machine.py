"""Microseconds a step of the pure machine, at 1,000 and at 100,000 steps.

Two programs: steps that only bind a name (all in one event), and steps that make a call (three events' worth of
work each: asked, begun, ended). Prints the median of five rounds:
`python -m benchmarks.machine` from `tests/`.
"""

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import CallBegan, CallEnded, Environment, Person, Started
from rbengine.runtime.machine import advance, begin
from support.programs import call, k, program

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SIZES = (1_000, 100_000)
ROUNDS = 5
LIMIT_US = 25.0


def started() -> Started:
    return Started(
        at=AT,
        run="r",
        incident="i",
        began=AT,
        operator=Person(id="u", name="U", role="on_call"),
        plan="",
        inputs={},
        environment=Environment(profile="", backends={}),
        engine="",
    )


def straight_line(steps: int) -> Plan:
    lets = [c.Let(name=f"n{number}", value=k(number)) for number in range(steps)]
    return program(diagnose=lets, otherwise=[c.StopRun(outcome="handed over", reason=k("done"))])


def calling(steps: int) -> Plan:
    calls = [call("thing.look", f"n{number}", id=k(number)) for number in range(steps)]
    return program(diagnose=calls, otherwise=[c.StopRun(outcome="handed over", reason=k("done"))])


def run(plan: Plan) -> float:
    """Seconds of the processor from the first event to the last command."""
    state = begin(plan)
    answer = Succeeded(Datum("there"))
    first = started()
    began = time.process_time()
    state, commands = advance(state, first)
    at = AT
    while True:
        number = next((one.call for one in commands if isinstance(one, Perform)), None)
        if number is None:
            break
        state, _ = advance(state, CallBegan(at=at, call=number))
        at += timedelta(milliseconds=1)
        state, commands = advance(state, CallEnded(at=at, call=number, outcome=answer))
    ended = time.process_time()
    assert state.course.finished
    return ended - began


def main() -> int:
    worst = 0.0
    for name, make in (("name bound", straight_line), ("call answered", calling)):
        for size in SIZES:
            plan = make(size)
            rounds = [run(plan) for _ in range(ROUNDS if size < 50_000 else 3)]
            micro = statistics.median(rounds) / size * 1e6
            worst = max(worst, micro)
            print(f"{name:14} {size:>7} steps  {micro:6.2f} us a step")
    print(f"limit {LIMIT_US} us: {'ok' if worst <= LIMIT_US else 'missed'}")
    return 0 if worst <= LIMIT_US else 1


if __name__ == "__main__":
    sys.exit(main())
