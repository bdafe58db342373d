"""What the conformance suites run against: something that answers like the vendors, and can be arranged.

A live peer (a vendor's test mode, a local server) offers the same and says with `can` what it has not.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from rbengine.conformance.bench import AT_ONCE, Bench
from rbengine.conformance.bench import START as START
from rbengine.contract.outcomes import Outcome
from rbengine.contract.values import Value
from rbengine.rehearsal.company.exchange import Answer
from rbengine.rehearsal.company.faults import FaultKind
from rbengine.rehearsal.company.resend.mailbox import Mail

AFTER_ONE_REQUEST = timedelta(milliseconds=1)


class Peer(Protocol):
    """One place to run a conformance suite."""

    def can(self, ability: str) -> bool:
        """Whether it can be arranged for that (`faults`, `refunds`)."""
        ...

    def arrange(self, line: str, **arguments: Value) -> None:
        """Bring something about: `stripe.subscription`, with the arguments of a world line."""
        ...

    def fault(self, vendor: str, kind: FaultKind, after: timedelta = AT_ONCE) -> None:
        """Let `kind` hold for five minutes, from now or a little later: a call's first request then
        still gets its answer."""
        ...

    def pass_time(self, duration: timedelta) -> None:
        """Let the clock move."""
        ...

    def call(self, operation: str, key: str = "key-1", **arguments: Value) -> Outcome:
        """Call `stripe.customer` through the adapter's own code, defaults filled in."""
        ...

    def settle(self, operation: str, key: str = "key-1") -> Outcome | None:
        """The look after a lost answer to that call."""
        ...


class SimulatedPeer(Bench):
    """The kit's bench, with a program of the company behind its functions."""

    def __init__(self, seed: int = 1, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(seed, settings)
        self.company.on_invoke = self._invoked
        self.invoked: list[tuple[str, object]] = []
        self.answer = Answer(body={"done": True})

    def can(self, ability: str) -> bool:
        """Everything."""
        return bool(ability)

    def mails(self) -> list[Mail]:
        """What went out by mail."""
        return list(self.company.mailbox)

    def _invoked(self, function: str, body: object) -> Answer:
        self.invoked.append((function, body))
        return self.answer
