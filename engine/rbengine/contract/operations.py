"""What an adapter promises: the signature of each operation. The checker reads only this."""

from datetime import timedelta
from typing import Literal

import msgspec

from rbengine.contract.outcomes import RefusalKind
from rbengine.contract.types import NOTHING, Record, Type
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
    key_window: timedelta | None = None
    """For how long the provider keeps the key, and does what is sent with it once: sent again after that, the call is
    done again. None: for good, because the key stands in what the call made, and is looked for before it is made."""
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


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Something an adapter must be told of the place it works in: it stands in a profile of the settings."""

    name: str
    """With the adapter's name in front: `stripe.key`. Where it ends in `.*`, any last word may stand there."""
    doc: str
    example: str = ""
    secret: bool = False
    """Its value opens something: a profile refers to it (`env:`, `file:`, `command:`) and never holds it."""
    required: bool = False
    """Without it the adapter cannot work live."""
    one_of: tuple[str, ...] = ()
    """The values that it may have; empty where any text may stand there."""
    says_where: bool = False
    """What the adapter finds out when it is asked where it is must be equal to it (`Whereabouts.facts`)."""

    def covers(self, name: str) -> bool:
        """Whether `name` is this setting, or one of its kind: `git.checkout.shop` is one of `git.checkout.*`."""
        if self.name.endswith(".*"):
            return name.startswith(self.name[:-1]) and len(name) >= len(self.name)
        return name == self.name


class HttpProvider(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP service behind an adapter: where it is and how a request says who asks."""

    name: str
    """What the adapter asks `Connections.http` for: `stripe`. Where it ends in `*`, any ending is meant."""
    url: str = ""
    """Its base; `{supabase.project}` stands for a setting. Empty: whole addresses are asked, of listed hosts only.
    A profile may set another by `<name>.url`."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request: `("Authorization", "Bearer {stripe.key}")`. One whose setting is absent is left out."""
    basic: tuple[str, str] | None = None
    """The settings that hold user and password of HTTP Basic."""

    def covers(self, name: str) -> bool:
        """Whether `name` is this service, or one of its kind: `status_stripe` is one of `status_*`."""
        return name.startswith(self.name[:-1]) if self.name.endswith("*") else name == self.name


class WebhookEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider tells the company's program: events of these types, all about one record."""

    types: tuple[str, ...]
    subject: Record
    """What `event` is in an app's handler."""


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
    settings: tuple[Setting, ...] = ()
    """What a profile may say about it."""
    providers: tuple[HttpProvider, ...] = ()
    """The HTTP services that it asks for."""
    events: tuple[WebhookEvent, ...] = ()
    """The webhooks that its provider sends."""
    behind: str = ""
    """The adapter whose service answers its calls, where it is not one of its own: pg_cron is in the database."""

    def operation(self, name: str) -> Operation | None:
        """The operation `name`, or None."""
        for one in self.operations:
            if one.name == name:
                return one
        return None
