"""The simulated company: its vendors, what goes wrong, what was asked of it, and what came of it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from rbengine.contract.values import Value
from rbengine.rehearsal.company.door import met
from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object
from rbengine.rehearsal.company.faults import Faults
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.resend.mailbox import Mail
from rbengine.rehearsal.company.told import Told
from rbengine.rehearsal.company.vendor import Vendor
from rbengine.rehearsal.company.webhooks import Delivery, Event, Outbox

if TYPE_CHECKING:
    import httpx

    from rbengine.rehearsal.company.git.model import GitModel
    from rbengine.rehearsal.company.imap.model import ImapModel
    from rbengine.rehearsal.company.meta.model import MetaModel
    from rbengine.rehearsal.company.realtime.model import RealtimeModel
    from rbengine.rehearsal.company.resend.routes import Resend
    from rbengine.rehearsal.company.smtp.model import SmtpModel
    from rbengine.rehearsal.company.status.model import StatusModel
    from rbengine.rehearsal.company.stripe.model import StripeModel
    from rbengine.rehearsal.company.supabase.model import SupabaseModel
    from rbengine.rehearsal.company.supabase.project_host import Files
    from rbengine.rehearsal.company.twilio.model import Text, TwilioModel
    from rbengine.rehearsal.company.vendors import Vendors
    from rbengine.rehearsal.company.web.model import WebModel
    from rbengine.rehearsal.simulator import Simulator

T = TypeVar("T")
V = TypeVar("V", bound=Vendor)

PROJECT = "simulatedprojectaaaa"
"""The reference of the simulated Supabase project: twenty lower-case letters, as the vendor's are."""

_FAULTY = (
    ("stripe", "stripe"),
    ("supabase", "supabase"),
    ("resend", "resend"),
    ("email", "resend"),
    ("twilio", "twilio"),
    ("meta", "meta"),
    ("imap", "imap"),
    ("smtp", "smtp"),
    ("git", "git"),
    ("http", "http"),
    ("realtime", "realtime"),
    ("status", "status"),
)
"""Names that a fault may be given for: the vendors', and the adapters' where they differ."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a vendor, whoever made it."""

    number: int
    vendor: str
    method: str
    path: str
    at: datetime
    status: int | None
    """None where no answer came."""
    by_app: bool
    """It was made by the company's own program while a vendor was calling it."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What the vendors' objects are at one moment."""

    digest: str
    objects: Mapping[str, str]
    """Digest of each, by `stripe/subscription/sub_1`."""

    def changed_since(self, before: "Snapshot") -> tuple[str, ...]:
        """Names of objects that are new, gone or different, sorted."""
        names = before.objects.keys() | self.objects.keys()
        return tuple(
            sorted(one for one in names if before.objects.get(one) != self.objects.get(one))
        )


class Company:
    """One company and its vendors, on the host's clock. Same seed and same calls: same bytes."""

    def __init__(self, clock: Callable[[], datetime], seed: int = 0) -> None:
        self.ground = Ground(clock, seed)
        self.faults = Faults(_FAULTY, _others)
        self._outbox = Outbox()
        self.calls: list[Call] = []
        self.on_event: Callable[[Event], int] = _nobody_listens
        """The company's webhook endpoint: an event to its HTTP status. The host sets it."""
        self.told = Told(
            lambda: self.vendors if "_inside" in self.__dict__ else (), self.faults, self.by_itself
        )
        """Webhooks of vendors from other packages."""
        self.on_invoke: Callable[[str, Any], Answer] = _no_program
        """The company's functions: name and decoded JSON body to an answer. The host sets it."""
        self.is_published: Callable[[str, str], bool] = _everything_is
        """Whether a schema's table is in the database's publication. The host sets it."""
        self.files: Callable[[], Files] = _no_files
        """Buckets and files of the project. The host sets it."""
        self.scheduler_runs = True
        """Whether the database's own scheduler of jobs is at work."""
        self._later: list[tuple[datetime, Callable[[], None]]] = []
        self.on_sql: Callable[[str, Sequence[Value]], int] = _no_database
        """The company's database: a statement with `$n` and its values to the rows it touched. The host sets it."""
        self._takers: dict[str, str] = {}
        self._depth = 0

    @property
    def stripe(self) -> "StripeModel":
        """What the company has at Stripe."""
        return self._inside.stripe

    @property
    def supabase(self) -> "SupabaseModel":
        """The project: functions, secrets, logs, health."""
        return self._inside.supabase

    @property
    def twilio(self) -> "TwilioModel":
        """The account's messages."""
        return self._inside.twilio

    @property
    def meta(self) -> "MetaModel":
        """What became of WhatsApp messages."""
        return self._inside.meta

    @property
    def imap(self) -> "ImapModel":
        """The mailboxes."""
        return self._inside.imap

    @property
    def git(self) -> "GitModel":
        """The repositories."""
        return self._inside.git

    @property
    def realtime(self) -> "RealtimeModel":
        """How Realtime does."""
        return self._inside.realtime

    @property
    def status(self) -> "StatusModel":
        """What status pages say."""
        return self._inside.status

    @property
    def web(self) -> "WebModel":
        """What stands at addresses."""
        return self._inside.web

    def vendor_of(self, url: str, host: str) -> Vendor:
        """Who answers at `url`, its query left out. Raises CannotBeSimulatedError where nobody does."""
        # A world's word about one address goes before what the vendor of its host would do there.
        if self.web.knows(url):
            return self._inside.web_door
        for vendor in self.vendors:
            if vendor.serves(host):
                return vendor
        raise CannotBeSimulatedError(f"the host {host}: no simulated vendor serves it")

    @property
    def vendors(self) -> tuple[Vendor, ...]:
        """Those that speak HTTP."""
        return self._inside.doors

    def vendor(self, kind: type[V]) -> V:
        """The vendor of this class. Raises LookupError where the company has none."""
        for one in self.vendors:
            if isinstance(one, kind):
                return one
        raise LookupError(f"no vendor is a {kind.__name__}")

    @property
    def mailbox(self) -> list[Mail]:
        """Every mail that left, oldest first, one for each recipient."""
        return self._inside.resend.mailbox

    @property
    def resend(self) -> "Resend":
        """Mail through Resend."""
        return self._inside.resend

    @property
    def smtp(self) -> "SmtpModel":
        """The company's own mail server."""
        return self._inside.smtp

    @property
    def texts(self) -> "list[Text]":
        """Every text message that left, oldest first."""
        return self._inside.twilio.texts

    def begin(self) -> None:
        """The world is set up: from here on what happens makes webhooks that are delivered."""
        self.ground.running = True

    def listen(self, types: Iterable[str], function: str | None = None) -> None:
        """Subscribe the company's endpoint to these event types, and to no others but those of earlier calls.

        `function` is the one that takes them: it is deployed, and its logs show the deliveries.
        """
        taken = frozenset(types)
        self.stripe.endpoints.listens_to = taken | (self.stripe.endpoints.listens_to or frozenset())
        if function is None:
            return
        self._takers.update(dict.fromkeys(taken, function))
        if function not in self.supabase.functions:
            self.supabase.deploy(function, verify_jwt=False)

    def deploy(self, functions: Iterable[str]) -> None:
        """These functions exist; invoking any other is answered 404 by the vendor."""
        for slug in functions:
            self.supabase.function_for(slug)

    def transport(self) -> "httpx.BaseTransport":
        """The way to all vendors and nowhere else."""
        from rbengine.rehearsal.company.transport import CompanyTransport

        return CompanyTransport(self)

    @property
    def providers(self) -> tuple[str, ...]:
        """What `client` has clients for, sorted."""
        return tuple(sorted(_addresses()))

    def client(self, provider: str) -> "httpx.Client":
        """A client as `Connections.http` gives it out. Raises CannotBeSimulatedError for an unknown provider."""
        import httpx

        base = _BASES.get(provider)
        if base is None:
            base = _addresses().get(provider)
        if base is None:
            raise CannotBeSimulatedError(f"no simulated provider `{provider}`")
        return httpx.Client(
            transport=self.transport(),
            base_url=base,
            headers={"authorization": "Bearer simulated"},
            trust_env=False,
        )

    def settings(self) -> Mapping[str, str]:
        """Settings that adapters need and that are the simulation's own."""
        from rbengine.rehearsal.company.settings import SETTINGS

        theirs = (one.settings for one in _simulators().values())
        return {name: value for one in (SETTINGS, *theirs) for name, value in one.items()}

    def setting(self, name: str) -> str | None:
        """A setting that depends on the world: the password of any mailbox, what a secret of the functions should
        be, how the logs are asked, the folder of a checkout. None for every other name."""
        return self.imap.setting(name) or self.supabase.setting(name) or self.git.setting(name)

    def seen(
        self, vendor: str, method: str, path: str, answered: bool, place: int | None = None
    ) -> None:
        """Keep that a vendor was asked by another way than HTTP; `place` among the calls, where others came after."""
        call = Call(
            number=self.ground.number("calls"),
            vendor=vendor,
            method=method,
            path=path,
            at=self.ground.now(),
            status=200 if answered else None,
            by_app=self.in_app,
        )
        self.calls.insert(len(self.calls) if place is None else place, call)

    def later(self, moment: datetime, work: Callable[[], None]) -> None:
        """The company's own machinery will do this then."""
        self._later.append((moment, work))

    def close(self) -> None:
        """Remove what the company has in folders."""
        if "_inside" in self.__dict__:
            self.git.close()

    def due_work(self) -> tuple[tuple[datetime, Callable[[], None]], ...]:
        """What the company's own machinery will do, and when, that is new since the last time."""
        due, self._later = tuple(self._later), []
        return due

    def spend(self, duration: timedelta) -> None:
        """Let the request that is being worked on take so much longer: the company's program is at work."""
        self.ground.spent += duration

    def take_latency(self) -> timedelta:
        """How long the requests since the last time took; the host lets its clock pass that much."""
        spent, self.ground.spent = self.ground.spent, timedelta()
        return spent

    def due_events(self) -> tuple[Delivery, ...]:
        """Webhook attempts that are new since the last time; call `deliver` with each when it is due."""
        return self._outbox.take()

    def deliver(self, delivery: Delivery) -> int | None:
        """Make the attempt: the endpoint's status, or None where another attempt has got through before.

        An answer of 2xx clears the pending webhook; any other is tried again later, for three days.
        """
        event, endpoints = self.stripe.event(delivery.event), self.stripe.endpoints
        if not endpoints.awaits(delivery):
            return None
        at_door = met(endpoints, delivery.endpoint, self.supabase)
        status = at_door.status
        if status is None:
            status = self._handled(event, at_door.function)
        if 200 <= status < 300:
            endpoints.taken(event, delivery.endpoint)
            return status
        again = None if delivery.duplicate else delivery.again()
        if again is not None:
            self._outbox.add(again)
        return status

    def _handled(self, event: Object, function: str | None) -> int:
        """What the company's program says to the event; its function's logs tell of it."""
        status = self._called(
            lambda: self.on_event(
                Event(
                    vendor="stripe",
                    id=event["id"],
                    type=event["type"],
                    at=self.ground.now(),
                    body=event,
                )
            )
        )
        taker = function or self._takers.get(event["type"])
        if taker is not None:
            self.supabase.log(
                taker,
                message=f"{event['type']} {event['id']} answered {status}",
                level="info" if status < 400 else "error",
            )
            self.supabase.requested(taker, status)
        return status

    def snapshot(self) -> Snapshot:
        """Digests of everything a runbook could change at the vendors."""
        objects: dict[str, str] = {}
        # Vendors that nobody has asked or given anything yet hold nothing.
        for name, content in self._inside.objects() if "_inside" in self.__dict__ else ():
            line = msgspec.json.encode(content, order="sorted")
            objects[name] = hashlib.sha256(line).hexdigest()
        whole = msgspec.json.encode(objects, order="sorted")
        return Snapshot(digest=hashlib.sha256(whole).hexdigest(), objects=MappingProxyType(objects))

    @property
    def in_app(self) -> bool:
        """Whether the company's own program is at work."""
        return self._depth > 0

    @cached_property
    def _inside(self) -> "Vendors":
        from rbengine.rehearsal.company.vendors import Vendors

        return Vendors(
            self.ground, self.faults, self._outbox, PROJECT, self._invoked,
            lambda schema, table: self.is_published(schema, table),
            lambda: self.files(),
        )  # fmt: skip

    def by_itself(self, work: Callable[[], T]) -> T:
        """Something that the company's own machinery does."""
        return self._called(work)

    def _invoked(self, function: str, body: Any) -> Answer:
        return self._called(lambda: self.on_invoke(function, body))

    def _called(self, work: Callable[[], T]) -> T:
        self._depth += 1
        try:
            return work()
        finally:
            self._depth -= 1


_BASES = {
    "stripe": "https://api.stripe.com",
    "supabase": "https://api.supabase.com",
    "supabase_project": f"https://{PROJECT}.supabase.co",
    "resend": "https://api.resend.com",
    "twilio": "https://api.twilio.com",
    "twilio_monitor": "https://monitor.twilio.com",
    "twilio_lookups": "https://lookups.twilio.com",
    "meta": "https://graph.facebook.com",
    "meta_app": "https://graph.facebook.com",
    "statuspage": "https://api.statuspage.io",
    "status_meta": "https://metastatus.com",
    "status_resend": "https://resend-status.com",
    "status_stripe": "https://www.stripestatus.com",
    "status_supabase": "https://status.supabase.com",
    "status_twilio": "https://status.twilio.com",
    "web": "",
}


def _simulators() -> "Mapping[str, Simulator]":
    from rbengine.rehearsal.simulator import simulators

    return simulators()


def _others() -> tuple[str, ...]:
    return tuple(_simulators())


def _addresses() -> Mapping[str, str]:
    theirs = (one.addresses for one in _simulators().values())
    return {name: base for one in (*theirs, _BASES) for name, base in one.items()}


def _nobody_listens(event: Event) -> int:
    raise CannotBeSimulatedError(f"nobody says what the company does with {event.type}")


def _everything_is(schema: str, table: str) -> bool:  # noqa: ARG001 - the signature of `is_published`
    return True


def _no_files() -> "Files":
    raise CannotBeSimulatedError("nobody says what files the project has")


def _no_database(sql: str, values: Sequence[Value]) -> int:  # noqa: ARG001 - the signature of `on_sql`
    raise CannotBeSimulatedError("nobody gave this company a database")


def _no_program(function: str, body: Any) -> Answer:  # noqa: ARG001 - the signature of `on_invoke`
    raise CannotBeSimulatedError(f"nobody says what the function `{function}` does")
