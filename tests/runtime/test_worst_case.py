"""A run takes at most as long as the checker says: generated playbooks, and calls that take all the time they may."""

import random
import re
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.contract.values import Datum, Row
from rbengine.plan.build import build_plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from support.check import analyse
from support.examples import examples
from support.machine import Host, yes

SEEDS = st.integers(min_value=0, max_value=2**32)
KINDS: tuple[Any, ...] = ("unavailable", "rate_limited", "timeout", "invalid", "conflict")
UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
HEAD = """\
runbook RB-100 "Orders are slow"

severity P2
mttr 1s

diagnose
  step "Look"
    row = query one
      SELECT id, frozen FROM accounts LIMIT 1
"""
FINDING = """\
  finding slow "They are slow"
    row.frozen
"""


class Author:
    """Writes steps of every form that takes time. No name is bound twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names = 0

    def steps(self, indent: str, *, acts: bool, depth: int = 2) -> list[str]:
        """Up to three, one below the other."""
        lines: list[str] = []
        for _ in range(self._rng.randint(1, 3)):
            clauses = ""
            if self._rng.random() < 0.5:
                clauses += f", timeout {self._rng.randint(1, 40)}s"
            if self._rng.random() < 0.5:
                doubling = " doubling" if self._rng.random() < 0.5 else ""
                clauses += f", retry {self._rng.randint(1, 4)} times every {self._rng.randint(1, 9)}s{doubling}"
            lines.append(f'{indent}step "{self._name("S")}"{clauses}')
            lines += self._body(f"{indent}  ", depth, acts=acts)
            if self._rng.random() < 0.3:
                lines += [
                    f"{indent}  on failure unavailable, timeout",
                    *self._body(f"{indent}    ", 0, acts=False),
                ]
        return lines

    def _name(self, stem: str) -> str:
        self._names += 1
        return f"{stem}{self._names}"

    def _body(self, indent: str, depth: int, *, acts: bool) -> list[str]:
        lines: list[str] = []
        for _ in range(self._rng.randint(1, 2)):
            forms = [self._call, self._within]
            if acts:
                forms += [self._wait, self._change]
            if depth:
                forms += [self._if, self._each, self._parallel]
            lines += self._rng.choice(forms)(indent, depth - 1, acts)
        return lines

    def _call(self, indent: str, _depth: int, _acts: bool) -> list[str]:
        tried = "try " if self._rng.random() < 0.2 else ""
        return [f'{indent}{self._name("n")} = {tried}shop.orders(customer: "c")']

    def _wait(self, indent: str, _depth: int, _acts: bool) -> list[str]:
        return [f"{indent}wait {self._rng.randint(1, 300)}s"]

    def _within(self, indent: str, _depth: int, _acts: bool) -> list[str]:
        name = self._name("n")
        every = self._rng.randint(5, 60)
        lines = [
            f"{indent}within {self._rng.randint(1, 10)}m checking every {every}s",
            f'{indent}  {name} = shop.orders(customer: "c")',
            f"{indent}  until {name} is not empty",
        ]
        if self._rng.random() < 0.5:
            lines += [f"{indent}else", *self._call(f"{indent}  ", 0, False)]
        return lines

    def _change(self, indent: str, _depth: int, _acts: bool) -> list[str]:
        return [
            f'{indent}change "{self._name("C")}"',
            f'{indent}  shop.cancel(order: "{self._name("o")}")',
            f'{indent}  irreversible "cancelled is cancelled"',
        ]

    def _if(self, indent: str, depth: int, acts: bool) -> list[str]:
        lines = [f"{indent}if row.frozen", *self._body(f"{indent}  ", depth, acts=acts)]
        if self._rng.random() < 0.5:
            lines += [f"{indent}else", *self._body(f"{indent}  ", depth, acts=acts)]
        return lines

    def _each(self, indent: str, depth: int, acts: bool) -> list[str]:
        count = self._rng.randint(1, 4)
        crowd = self._rng.random() < 0.4
        items = ", ".join(map(str, range(count)))
        at_a_time = f", {self._rng.randint(2, 3)} at a time" if crowd else ""
        inside = f"{indent}  "
        body = self._call(inside, 0, False) if crowd else self._body(inside, depth, acts=acts)
        name = self._name("i")
        most = self._rng.randint(count, count + 2)
        return [f"{indent}for each {name} in [{items}], at most {most}{at_a_time}", *body]

    def _parallel(self, indent: str, _depth: int, _acts: bool) -> list[str]:
        inside = f"{indent}  "
        return [
            f"{indent}parallel",
            *(line for _ in range(2) for line in self._call(inside, 0, False)),
        ]


def playbook(rng: random.Random) -> str:
    """One finding, with all that leads to it and follows."""
    author = Author(rng)
    lines = [*author.steps("  ", acts=False, depth=1), FINDING.rstrip("\n")]
    lines += ["resolve slow", *author.steps("  ", acts=True)]
    lines += ["otherwise", *author.steps("  ", acts=True, depth=1), '  stop handed over "fine"']
    if rng.random() < 0.7:
        lines += ["verify", *author.steps("  ", acts=False, depth=1)]
    return HEAD + "\n".join(lines) + "\n"


def worst_case(messages: list[str]) -> timedelta:
    """The longest time that any of these warnings names."""
    times = [
        sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([dhms])", found[1]))
        for one in messages
        if (found := re.search(r"takes? ((?:\d+[dhms] ?)+), and the mttr", one))
    ]
    return timedelta(seconds=max(times))


class SlowHost(Host):
    """Every call takes all the time it may, or some of it, and then goes well or is refused. People answer at once."""

    def __init__(self, text: str, rng: random.Random, *, slowest: bool = False) -> None:
        """`slowest`: each call takes all its time and then goes well, nothing waited for comes."""
        self._rng = rng
        self._slowest = slowest
        self._badness = 0.0 if slowest else rng.choice([0.1, 0.5, 1.0])
        self.took = timedelta(0)
        """Until the last thing that the run itself did or waited for; escalations go on after it."""
        analysis = analyse(text)
        assert [one.message for one in analysis.problems if one.severity == "error"] == [], text
        self.worst = worst_case([one.message for one in analysis.problems if one.code == "W430"])
        super().__init__(
            build_plan(analysis),
            calls=self._reply,
            people=lambda ask: yes(ask, after=timedelta(0)),
            took=self._takes,
        )

    def feed_quietly(self, event: ev.Event) -> None:
        match event:
            case ev.TimerFired(timer=number):
                timer = self.state.timers.get(number)
                own = timer is not None and timer.why in ("retry", "wait", "within")
            case ev.CallEnded(call=number):
                own = not isinstance(self.state.calls[number].request, co.NotifyRequest)
            case _:
                own = not isinstance(event, ev.CallBegan)
        if own and self.events:
            self.took = event.at - self.events[0].at
        super().feed_quietly(event)

    def _takes(self, call: co.Perform) -> timedelta:
        if isinstance(call.request, co.NotifyRequest):
            return timedelta(0)  # nobody waits for it
        return call.timeout * (1 if self._slowest else self._rng.choice([1, 1, 1, 0.5, 0]))

    def _reply(self, call: co.Perform) -> Any:
        if isinstance(call.request, co.NotifyRequest):
            return None
        if self._rng.random() < self._badness:
            return Refused(self._rng.choice(KINDS), "no")
        match call.request:
            case co.QueryRequest():
                frozen = self._slowest or self._rng.random() < 0.7
                return Succeeded(Datum(Row({"id": "a", "frozen": frozen})))
            case co.OperationRequest():
                found = not self._slowest and self._rng.random() < 0.3
                return Succeeded(Datum((Row({"id": "o"}),) if found else ()))
            case _:
                return None


@examples(300)
@given(SEEDS)
def test_a_run_ends_within_the_worst_case_of_the_checker(seed: int) -> None:
    """What W430 compares with the mttr is no guess: no run over the same text ever takes longer."""
    rng = random.Random(seed)
    text = playbook(rng)
    host = SlowHost(text, rng)
    host.run()
    assert host.finish is not None, text
    assert host.took <= host.worst, f"{host.took} > {host.worst}\n{text}"


def test_the_worst_case_is_reached() -> None:
    """A bound that no run comes near would say nothing."""
    nearest = 0.0
    for seed in range(60):
        rng = random.Random(seed)
        host = SlowHost(playbook(rng), rng, slowest=True)
        host.run()
        nearest = max(nearest, host.took / host.worst)
    assert nearest > 0.8
