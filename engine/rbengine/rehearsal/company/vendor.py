"""What a vendor's model offers to the company."""

from collections.abc import Iterator
from typing import Any, Protocol

from rbengine.rehearsal.company.exchange import Answer, Request
from rbengine.rehearsal.company.faults import SaidNo


class Vendor(Protocol):
    """One vendor: state, and an answer for every request it knows."""

    name: str
    latency_ms: tuple[int, int]
    """The shortest and longest usual time of a request."""

    def serves(self, host: str) -> bool:
        """Whether requests to `host` are for this vendor."""
        ...

    def handle(self, request: Request) -> Answer:
        """Do it and answer. Raises CannotBeSimulatedError for what the model does not know."""
        ...

    def unavailable(self, request: Request) -> Answer:
        """How it says that it cannot answer."""
        ...

    def rate_limited(self, request: Request) -> Answer:
        """How it says: too fast."""
        ...

    def refused(self, request: Request, kind: SaidNo) -> Answer:
        """How it refuses `request` so that its adapter says `kind`; nothing happens. Raises CannotBeSimulatedError
        for a kind that it has no answer for."""
        ...

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Everything a runbook could change there: `subscription/sub_1` and its JSON."""
        ...
