"""An example before it is written: its world, its people, what goes wrong and when, what it is to show."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from rbengine.contract.changes import OperationAction
from rbengine.runtime import commands as co

CallKind = Literal["operation", "query", "plan", "apply", "undo", "settle", "notify"]


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A fault of a vendor, from its first refusal in a row to a while after its last."""

    vendor: str
    kind: str
    """As it is written: `rate limited`; empty for a refusal that no fault makes."""
    text: str
    """The call that it falls on first, as the run names it."""
    counter: int
    """The instruction that makes that call."""
    call: CallKind
    number: int
    """Which of the calls of this kind that the instruction makes, from 0."""
    at: timedelta
    """When that call is made, on the paths of an exploration."""
    lasts: timedelta

    def line(self, at: timedelta) -> str:
        """`fault stripe unavailable from 30ms to 30030ms`, where the call is made `at`."""
        return f"fault {self.vendor} {self.kind} from {_clock(at)} to {_clock(at + self.lasts)}"


ClaimKind = Literal["ends in nothing", "unhandled", "late", "endless"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What an example shows: without it the same lines prove something else."""

    kind: ClaimKind
    file: str = ""
    line: int = 0
    failures: tuple[str, ...] = ()
    """For `unhandled`: the kinds with which that line may fail."""


FAULTS = {"unavailable": "unavailable", "rate_limited": "rate limited", "timeout": "timeout"} | {
    kind: f"refuses with {kind}" for kind in ("unauthorized", "not_found", "conflict", "invalid")
}
"""Faults of vendors by the kind of refusal that they make."""

DATABASE_FAULTS = {"unavailable": "down", "timeout": "slow"} | {
    kind: f"refuses with {kind}" for kind in ("unauthorized", "conflict", "invalid")
}


def faults_of(vendor: str) -> dict[str, str]:
    """The faults that a scenario can order of `vendor`, by the kind of refusal that they make."""
    return DATABASE_FAULTS if vendor == "postgres" else FAULTS


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a world and of one scenario in it."""

    name: str
    title: str
    claim: Claim
    world: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    unsayable: tuple[str, ...]
    """Comments about what no line of a scenario makes happen."""
    about: Trouble | None
    """The refusal that ended the run, whether or not a fault makes it; None where none did."""
    people: tuple[str, ...]
    expected: tuple[str, ...]
    """As the exploration saw it."""

    def written(
        self,
        times: Sequence[timedelta] | None = None,
        expected: Sequence[str] | None = None,
        people: Sequence[str] = (),
    ) -> str:
        """World and scenario. `times`: when each trouble begins, those of the first; else as explored.
        `people` are further lines about people.

        What is rehearsed needs no comments about what a world cannot say: it comes about without.
        """
        proven = times is not None
        said = [one for one in self.world if not (proven and one.startswith("#"))]
        lines = [f'world {self.name} "{self.title}"', *(f"  {one}" for one in said), ""]
        lines = lines if self.world else []
        lines.append(f'scenario "{self.title}" in {self.name}')
        if times is None:
            lines += [f"  {one}" for one in self.unsayable]
            for one in self.troubles:
                lines += [f"  # it has to fall on “{one.text}”", f"  {one.line(one.at)}"]
        else:
            pairs = zip(self.troubles, times, strict=False)
            lines += [f"  {one.line(at)}" for one, at in pairs]
        lines += [f"  {one}" for one in self.people if not (proven and one.startswith("#"))]
        lines += [f"  {one}" for one in people]
        lines += [f"  {one}" for one in (self.expected if expected is None else expected)]
        return "\n".join(lines) + "\n"


def kind_of(request: co.Request) -> CallKind:
    """What sort of call it is."""
    return _KINDS[type(request)]


def vendor_of(request: co.Request) -> str:
    """Whose call it is, as faults name it; empty for letters."""
    match request:
        case co.QueryRequest():
            return "postgres"
        case co.OperationRequest(operation=operation):
            return _of_operation(operation)
        case co.SettleRequest(request=inner):
            return vendor_of(inner)
        case (
            co.PlanRequest(actions=(OperationAction(operation=operation), *_))
            | co.ApplyRequest(actions=(OperationAction(operation=operation), *_))
        ):
            return _of_operation(operation)
        case co.PlanRequest() | co.ApplyRequest():
            return "postgres"
        case _:
            return ""


def _of_operation(operation: str) -> str:
    adapter = operation.partition(".")[0]
    return "postgres" if adapter == "cron" else adapter  # its faults are the database's


_KINDS: dict[type[object], CallKind] = {
    co.OperationRequest: "operation",
    co.QueryRequest: "query",
    co.PlanRequest: "plan",
    co.ApplyRequest: "apply",
    co.UndoRequest: "undo",
    co.SettleRequest: "settle",
    co.NotifyRequest: "notify",
}


def _clock(span: timedelta) -> str:
    milliseconds = span // timedelta(milliseconds=1)
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"
