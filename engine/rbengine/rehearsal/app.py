"""The company's own program as its `app` file describes it: functions that are invoked, handlers of webhooks.

It works on the simulated database and vendors, and it is not the run: nothing it does has a plan or a journal.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from rbengine.contract.values import Row, Value
from rbengine.plan.program import Plan
from rbengine.rehearsal.app_body import AppBody, AppError, Backends, TypesOf, json_of
from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError
from rbengine.rehearsal.company.webhooks import Event
from rbengine.rehearsal.errors import LineError
from rbengine.rehearsal.evaluation import Scope
from rbengine.runtime.fields import plain
from rbengine.syntax.nodes import app as tree
from rbengine.syntax.nodes.types import OptionalType


class EventReader(Protocol):
    """Turns what a vendor sends into the record that a handler reads; None for a type it does not know."""

    def __call__(self, vendor: str, type_: str, subject: Mapping[str, Any]) -> Row | None: ...


class AppProgram:
    """One app at work in one world."""

    def __init__(
        self,
        app: tree.App | None,
        *,
        plan: Plan,
        backends: Backends,
        now: Callable[[], datetime],
        read_event: EventReader,
        types_of: TypesOf,
    ) -> None:
        """`types_of`: what the checker knows of the app's statements."""
        parts = () if app is None else app.parts
        self._plan = plan
        self._backends = backends
        self._now = now
        self._read_event = read_event
        self._types_of = types_of
        self.functions = {one.name.plain: one for one in parts if isinstance(one, tree.AppFunction)}
        self.handlers = tuple(one for one in parts if isinstance(one, tree.AppHandler))
        self.failed: list[tuple[datetime, str, str]] = []
        """When which function or handler failed, and why: whoever called it hears only that it did."""
        self._down: list[tuple[str, datetime, datetime | None]] = []

    def take_down(self, name: str, start: datetime, end: datetime | None) -> Callable[[], None]:
        """The function or handler `name` does not answer from `start` to `end` (None: for good), or until what is
        given is called.

        Raises LineError for a name the app does not have.
        """
        known = {*self.functions, *(handler_name(one) for one in self.handlers)}
        if name not in known:
            raise LineError(f"the app has no `{name}`; it has {', '.join(sorted(known))}")
        window = (name, start, end)
        self._down.append(window)
        return partial(self._down.remove, window)

    def is_repeatable(self, function: str) -> bool:
        """Whether the app says that invoking it twice is the same as once."""
        found = self.functions.get(function)
        return found is not None and _is_repeatable(found)

    def handler_for(self, vendor: str, type_: str) -> tree.AppHandler | None:
        """Who handles events of `type_`."""
        for one in self.handlers:
            if one.vendor.text == vendor and any(event.plain == type_ for event in one.events):
                return one
        return None

    def invoke(self, name: str, body: Any) -> Answer:
        """Run a function, as its platform would: 400, 500 and 503 are answers too."""
        function = self.functions.get(name)
        if function is None:
            raise CannotBeSimulatedError(f"the app does not say what the function `{name}` does")
        if self._is_down(name):
            from rbengine.rehearsal.company.supabase.project_host import CANNOT_START

            return CANNOT_START
        given = body if isinstance(body, dict) else {}
        missing = [
            one.name.text
            for one in function.parameters
            if one.name.text not in given and not isinstance(one.type, OptionalType)
        ]
        if missing:
            return Answer(status=400, body={"message": f"`{missing[0]}` is missing"})
        values = {one.name.text: plain(given.get(one.name.text)) for one in function.parameters}
        try:
            answer = self._run(function.body, values)
        except AppError as error:
            self.failed.append((self._now(), name, str(error)))
            return Answer(status=500, body={"message": str(error)}, logs=(str(error),))
        if isinstance(answer, int) and not isinstance(answer, bool):
            return Answer(status=answer)
        return Answer(body=json_of(answer))

    def duration(self, name: str) -> timedelta:
        """How long the function `name` works."""
        found = self.functions.get(name)
        return timedelta(0) if found is None or found.after is None else found.after.value

    def handle(self, event: Event) -> int:
        """Handle a webhook: its HTTP status. An event nobody handles is thanked for and forgotten."""

        def subject() -> Row:
            found = self._read_event(event.vendor, event.type, event.body["data"]["object"])
            if found is None:
                raise CannotBeSimulatedError(f"what {event.type} of {event.vendor} carries")
            return found

        return self._handled(event.vendor, event.type, subject)

    def told(self, vendor: str, type_: str, subject: Row) -> int:
        """The same for a webhook whose subject its vendor's simulator has read."""
        return self._handled(vendor, type_, lambda: subject)

    def handling_time(self, vendor: str, type_: str) -> timedelta:
        """How long a handler takes over an event of `type_`."""
        handler = self.handler_for(vendor, type_)
        return timedelta(0) if handler is None or handler.after is None else handler.after.value

    def _handled(self, vendor: str, type_: str, subject: Callable[[], Row]) -> int:
        handler = self.handler_for(vendor, type_)
        if handler is None:
            return 200
        if self._is_down(handler_name(handler)):
            return 503
        event = subject()
        try:
            answer = self._run(handler.body, {"event": event})
        except AppError as error:
            self.failed.append((self._now(), handler_name(handler), str(error)))
            return 500
        return answer if isinstance(answer, int) else 200

    def _run(self, body: Sequence[tree.AppStatement], values: Mapping[str, Value]) -> Value:
        scope = Scope(values, self._now(), self._plan)
        return AppBody(self._backends, scope, self._now, self._types_of).run(body)

    def _is_down(self, name: str) -> bool:
        now = self._now()
        return any(
            one == name and start <= now and (end is None or now < end)
            for one, start, end in self._down
        )


def handler_name(handler: tree.AppHandler) -> str:
    """What a scenario's `fault app NAME down` calls it."""
    return f"{handler.vendor.text}-webhook" if handler.handler is None else handler.handler.plain


def repeatable_functions(app: tree.App | None) -> frozenset[str]:
    """Functions of the company's program of which the app says that invoking them twice is the same as once."""
    parts = () if app is None else app.parts
    functions = (one for one in parts if isinstance(one, tree.AppFunction))
    return frozenset(one.name.plain for one in functions if _is_repeatable(one))


def _is_repeatable(function: tree.AppFunction) -> bool:
    return function.repeatable or function.effect == "observes"
