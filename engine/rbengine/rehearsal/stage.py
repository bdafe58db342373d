"""Everything one rehearsal plays on: clock, company, database and the company's own program."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, get_args

from rbengine.contract.database import Database
from rbengine.contract.outcomes import Outcome
from rbengine.contract.policy import ContactChannel
from rbengine.contract.types import Type
from rbengine.contract.values import Datum, Row, Value
from rbengine.host.adapters import Adapters
from rbengine.host.calls import Calls
from rbengine.host.clock import VirtualClock
from rbengine.host.loopback import Attempts
from rbengine.host.secrets import SecretBox
from rbengine.rehearsal.app import AppProgram, handler_name
from rbengine.rehearsal.app_body import TypesOf
from rbengine.rehearsal.backends import AppBackends, Events, SignatureOf, SimulatedConnections
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import Answer
from rbengine.rehearsal.company.faults import REFUSES, FaultKind
from rbengine.rehearsal.errors import LineError
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.points import PointBook
from rbengine.rehearsal.sent import unknown
from rbengine.rehearsal.storage_files import StorageFiles
from rbengine.rehearsal.worker_database import WorkerDatabase
from rbengine.rehearsal.world import Actions, Author, Setting
from rbengine.runtime.events import Person
from rbengine.semantics.fault_words import VENDOR_FAULTS
from rbengine.syntax.nodes import app as app_tree
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.base import Node

if TYPE_CHECKING:
    from rbengine.host.simulated_sessions import DatabaseFault

_FOR_GOOD = datetime.max.replace(tzinfo=UTC)
_PUBLISHED = """\
SELECT 1 AS one FROM pg_publication_tables
WHERE pubname = 'supabase_realtime' AND schemaname = $1 AND tablename = $2"""
_SLOW_STATEMENT = timedelta(seconds=5)


class Stage:
    """One world, set up once; runs are played on it one after the other."""

    def __init__(
        self,
        *,
        book: PointBook,
        setting: Setting,
        author: Author,
        app: app_tree.App | None,
        signature_of: SignatureOf,
        database: WorkerDatabase,
        seed: int,
        operator: Person,
        attempts: Attempts,
        letter: str = "",
        secrets: SecretBox | None = None,
        app_types: TypesOf,
        scene_types: TypesOf,
    ) -> None:
        """`secrets` are those of the run that it is the stage of; None: its own. `app_types` and `scene_types` are
        what the checker knows of the statements in the app and in the scenarios."""
        self.book = book
        self.plan = plan = book.plan
        self.operator = operator
        self.setting = setting
        self.attempts = attempts
        self.author = author
        self.clock = VirtualClock(setting.start)
        self.company = Company(self.clock.now, seed)
        self.database = database
        self._sql: Database | None = None
        database.begin(self.clock)
        tiers = tiers_of(app)
        connections = SimulatedConnections(self.company, tiers, database.get)
        self.secrets = SecretBox(secret_key(seed)) if secrets is None else secrets
        adapters = Adapters(signature_of, connections, self.secrets)
        self._adapters = adapters
        self._backends = AppBackends(adapters, database.get)
        self.program = AppProgram(
            app,
            plan=plan,
            backends=self._backends,
            now=self.company.ground.now,
            read_event=Events(signature_of, tiers),
            types_of=app_types,
        )
        self.company.on_invoke = self._invoked
        self.company.on_sql = self._touched
        self.company.on_event = self.program.handle
        self.company.told.on_webhook = self.program.told
        self.company.is_published = self._published
        files = StorageFiles(database.get)
        self.company.files = lambda: files
        self.company.deploy(self.program.functions)
        for handler in self.program.handlers:
            if handler.vendor.text != "stripe":
                continue
            self.company.listen([one.plain for one in handler.events], handler_name(handler))
        self.calls = Calls(
            adapters=adapters,
            database=self._adapter,
            channels=self.channels,
            repeatable=self._repeatable,
            letter=letter,
        )
        self.actions = Actions(author, self.scope, self.company, database.get, scene_types)

    def scope(self) -> Scope:
        """The world's values, now."""
        return Scope(self.setting.values, self.clock.now(), self.plan)

    def set_up(self, parts: Sequence[Node]) -> None:
        """Put the world's rows and objects there. Raises CannotRehearseError."""
        self.actions.do([one for one in parts if isinstance(one, tree.Table | tree.Provide)])
        self.company.begin()
        self.company.take_latency()

    def order(self, fault: tree.Fault) -> None:
        """Let a fault happen, its window counted from the run's start. Raises CannotRehearseError."""
        zero = timedelta(0)
        start = self.setting.start + (zero if fault.start is None else fault.start.value)
        end = None if fault.end is None else self.setting.start + fault.end.value
        self.begin_fault(fault, start, end)

    def begin_fault(
        self,
        fault: tree.Fault,
        start: datetime,
        end: datetime | None,
        *,
        of_change: bool = False,
    ) -> Callable[[], None]:
        """Let a fault be there from `start` until before `end` (None: for good); what is given ends it.

        `of_change`: it is tied to a call that changes something, and meets the change. Raises CannotRehearseError.
        """
        begin = partial(self._begin_fault, fault, start, end, of_change=of_change)
        return self.author.careful(fault, begin)

    def look(self, operation: str, arguments: Mapping[str, Value]) -> tuple[Type, Outcome]:
        """What an operation reads now, whatever faults there are, and the type of that. It takes no time."""
        in_use = self.database.in_use()
        with self.company.faults.lifted(), nullcontext() if in_use is None else in_use.unharmed():
            outcome = self._backends.perform(operation, arguments, self.clock.now())
        self.company.take_latency()
        return self._adapters.promise(operation).result, outcome

    def channels(self, contact: str) -> Sequence[ContactChannel]:
        """The policy's channels to a contact, else the world's."""
        known = self.plan.policy.contact(contact)
        if known is not None and known.channels:
            return known.channels
        return self.setting.channels.get(contact, ())

    def handling_time(self, event: str) -> timedelta:
        """How long the company's program takes over the event of this id."""
        type_ = self.company.stripe.event(event)["type"]
        return self.program.handling_time("stripe", type_)

    def person(self, role: str) -> Person:
        """Whoever has this role in the world."""
        known = self.plan.policy.contact(role)
        addresses = [one.address for one in self.channels(role) if one.kind == "email"]
        return Person(
            id=role, name=role if known is None else known.title, role=role,
            email=addresses[0] if addresses else "",
        )  # fmt: skip

    def _begin_fault(
        self, fault: tree.Fault, start: datetime, end: datetime | None, *, of_change: bool
    ) -> Callable[[], None]:
        match fault.target.text:
            case "app":
                if fault.kind != "down":
                    raise LineError(f"an app can be down, not {fault.kind}")
                name = "" if fault.part is None else fault.part.plain
                return self.program.take_down(name, start, end)
            case "postgres":
                wrong = _database_fault(fault, start, end or _FOR_GOOD)
                return self.database.get().order(wrong)
            case vendor:
                try:
                    return self.company.faults.add(
                        vendor, _vendor_fault(fault), start, end, of_change=of_change
                    )
                except ValueError as error:
                    raise LineError(str(error)) from error

    def _adapter(self) -> Database:
        if self._sql is None:
            self._sql = self.database.adapter(self.plan.policy.sql_functions)
        return self._sql

    def _touched(self, sql: str, values: Sequence[Value]) -> int:
        return self.database.get().execute(sql, unknown(values)).count

    def _invoked(self, name: str, body: object) -> Answer:
        answer = self.program.invoke(name, body)
        self.company.ground.spent += self.program.duration(name)
        return answer

    def _published(self, schema: str, table: str) -> bool:
        """Whether Realtime has the table's changes, as the world's database says."""
        found = self.database.get().execute(_PUBLISHED, unknown((schema, table)), reading=True)
        return bool(found.rows)

    def _repeatable(self, _operation: str, arguments: Datum) -> bool:
        """Whether it invokes a function that the app declares to be repeatable."""
        given = arguments.value
        function = given.get("function") if isinstance(given, Row) else None
        return isinstance(function, str) and self.program.is_repeatable(function)


def secret_key(seed: int) -> bytes:
    """With what the digests of a simulated company's secrets are made."""
    return f"rehearsal/{seed}".encode()


def tiers_of(app: app_tree.App | None) -> Mapping[str, str]:
    """Which tier each price means, as the app says."""
    return {
        line.key.plain: line.value.plain
        for part in (() if app is None else app.parts)
        if isinstance(part, app_tree.TierTable)
        for line in part.lines
    }


def _database_fault(fault: tree.Fault, start: datetime, end: datetime) -> "DatabaseFault":
    from rbengine.host.simulated_sessions import REFUSES, DatabaseFault, FaultKind

    words = fault.kind
    if fault.refusals:
        words = REFUSES.get(_refusal(fault), "")
    for kind in get_args(FaultKind):
        if kind == words:
            return DatabaseFault(kind=kind, begins=start, ends=end, delay=_SLOW_STATEMENT)
    raise LineError(f"a database has no fault `{_shown(fault)}`")


def _vendor_fault(fault: tree.Fault) -> FaultKind:
    if fault.refusals:
        kind = REFUSES.get(_refusal(fault))
    else:
        kind = next(
            (one for one in get_args(FaultKind) if one.replace("_", " ") == fault.kind), None
        )
        kind = kind if fault.kind in VENDOR_FAULTS else None
    if kind is None:
        raise LineError(f"a vendor has no fault `{_shown(fault)}`")
    return kind


def _refusal(fault: tree.Fault) -> str:
    """The kind of this one rehearsal: with several kinds the scenario is played once for each."""
    return fault.refusals[0].text


def _shown(fault: tree.Fault) -> str:
    return f"refuses with {_refusal(fault)}" if fault.refusals else fault.kind
