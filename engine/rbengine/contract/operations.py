"""What an adapter promises: the signature of each operation. The checker reads only this."""

from typing import Literal

import msgspec

from rbengine.contract.outcomes import RefusalKind
from rbengine.contract.types import NOTHING, Type
from rbengine.contract.values import Datum

Effect = Literal["observe", "change", "tell", "ask"]
"""`observe` reads only; `change` alters the world; `tell` sends something to people; `ask` waits for one."""

Idempotency = Literal["naturally", "by key", "no"]
"""Whether doing it twice is the same as doing it once."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One named argument. Without a default it must be given."""

    name: str
    type: Type
    doc: str
    default: Datum | None = None
    """The value taken when the argument is left out; `Datum(None)` for an optional that is absent."""
    message: bool = False
    """The argument is a message of the playbook, `name(argument, …)`; its value is {subject, text}."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """`adapter.name(parameters) -> result`, a typed promise named for what an operator wants."""

    adapter: str
    name: str
    doc: str
    parameters: tuple[Parameter, ...]
    effect: Effect
    result: Type = NOTHING
    idempotency: Idempotency = "naturally"
    refusals: tuple[RefusalKind, ...] = ()
    """The kinds it can be refused with, besides `unavailable`, `rate_limited`, `timeout` and `unauthorized`."""
    settles: bool = False
    """There is a look that tells afterwards whether a lost call took effect."""
    undoable: bool = False
    """Another operation takes it back exactly; the playbook names it under `undo`."""
    may_lose_entries: bool = False
    """Its list may miss entries (logs): no conclusion may be drawn from its emptiness."""
    runs: str = ""
    """The parameter that names a function of the company's own program: one that its app says `observes` only reads."""
    per_minute: int | None = None
    """The provider's own limit on calls of this kind, per minute."""
    api: str = ""
    """The call behind it, as the vendor writes it (`GET /v1/subscriptions`)."""
    source: str = ""
    """Where that is documented."""

    @property
    def full_name(self) -> str:
        """`stripe.latest_subscription`."""
        return f"{self.adapter}.{self.name}"

    def parameter(self, name: str) -> Parameter | None:
        """The parameter `name`, or None."""
        for one in self.parameters:
            if one.name == name:
                return one
        return None


class AdapterSignature(msgspec.Struct, frozen=True, kw_only=True):
    """All operations of one adapter. Loading it loads no client library."""

    name: str
    title: str
    version: str
    operations: tuple[Operation, ...]
    records: tuple[Type, ...] = ()
    """Named record types that playbooks may write (`stripe.subscription`)."""
    factory: str = ""
    """`module:function` that builds the live code; imported only when a run needs it."""

    def operation(self, name: str) -> Operation | None:
        """The operation `name`, or None."""
        for one in self.operations:
            if one.name == name:
                return one
        return None
