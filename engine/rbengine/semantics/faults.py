"""A `fault` line of a scenario: what can be wrong with whom, and with what a call can be refused."""

from rbengine.contract.operations import Operation
from rbengine.diagnostics import did_you_mean
from rbengine.semantics.analysis import Analysis
from rbengine.semantics.fault_words import DATABASE_FAULTS, VENDOR_FAULTS
from rbengine.semantics.inference.workbench import SignatureOf
from rbengine.semantics.labels import all_calls, calls_named
from rbengine.semantics.problems import scenarios as problems
from rbengine.semantics.problems.base import Report, listed
from rbengine.source import Span
from rbengine.syntax.nodes import App, Name
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.app import AppFunction, AppHandler

APP = "app"
"""The target of a fault that is the company's own program."""

DATABASE = "postgres"

ANY_VENDOR_REFUSES = ("unavailable", "rate_limited", "unauthorized")
"""Kinds with which every vendor can refuse."""

VENDOR_SAYS = (*ANY_VENDOR_REFUSES, "not_found", "conflict", "invalid")
"""Kinds that a vendor can say; the others are found by an adapter, or said by people."""

DUPLICATE = "duplicate"
"""The fault of webhooks, which a vendor sends to the app alone."""

DATABASE_REFUSES = ("unavailable", "timeout", "unauthorized", "conflict", "invalid")


class FaultLines:
    """Checks single lines of one scenarios file; problems go to `report`."""

    def __init__(
        self,
        file: str,
        runbook: Analysis,
        signature_of: SignatureOf,
        vendors: tuple[str, ...] | None,
        app: App | None,
        report: Report,
    ) -> None:
        """`vendors`: those that a world can speak of; None where nothing is known of them."""
        self._file = file
        self._runbook = runbook
        self._signature_of = signature_of
        self._vendors = vendors
        self._app_parts = _names_of(app)
        self._heard = _heard_by(app)
        self._report = report

    def check(self, node: tree.Fault) -> None:
        """One line, but for the label that it may name."""
        target = node.target.text
        if target == APP:
            self._of_app(node)
        elif self._is_known(node.target):
            self._words(node)
        if node.start is not None and node.end is not None and node.end.value <= node.start.value:
            self._wrong(node.start.span.to(node.end.span), "a fault must end after it began")

    def _of_app(self, node: tree.Fault) -> None:
        part = "" if node.part is None else node.part.plain
        if node.kind != "down":
            self._wrong(node.span, f"an app can be down, not {node.kind}")
        if part not in self._app_parts:
            span = node.span if node.part is None else node.part.span
            reason = f'the app has no function or handler "{part}"'
            self._wrong(span, reason, part, self._app_parts)

    def _is_known(self, target: Name) -> bool:
        known = self._vendors
        if known is None or target.text in (*known, DATABASE, "email"):
            return True
        behind = self._behind(target.text)
        self._wrong(
            target.span,
            f"nothing called `{target.text}` can fail here",
            target.text,
            (*known, DATABASE, APP),
            help=f"its calls go to `{behind}`: write `fault {behind} …`" if behind else None,
        )
        return False

    def _behind(self, adapter: str) -> str:
        signature = self._signature_of(adapter)
        return "" if signature is None else signature.behind

    def _words(self, node: tree.Fault) -> None:
        of_database = node.target.text == DATABASE
        if node.refusals:
            for one in node.refusals:
                self._refusal(node, one)
            return
        words = DATABASE_FAULTS if of_database else VENDOR_FAULTS
        if node.kind not in words:
            what = "a database" if of_database else "a vendor"
            self._wrong(node.span, f"{what} has no fault `{node.kind}`", node.kind, tuple(words))
        elif node.kind == DUPLICATE and node.target.text not in self._heard:
            self._wrong(
                node.span,
                f"no handler of the app hears of `{node.target.text}`, so nothing can come twice",
                help='write its handler in the app: `on stripe event "…"`'
                if not self._heard
                else f"the app hears of {listed(self._heard)}",
            )

    def _refusal(self, node: tree.Fault, kind: Name) -> None:
        """A kind that the calls it falls on can be refused with."""
        target, text = node.target.text, kind.text
        called = all_calls(self._runbook)
        if node.label is not None:
            called = calls_named(self._runbook, node.label.plain)
        theirs = () if target == DATABASE else self._made_to(target, called)
        allowed = DATABASE_REFUSES if target == DATABASE else _refusals_of(theirs)
        if text in allowed:
            return
        if text == "timeout":
            self._wrong(
                kind.span,
                "a call that nobody answers is not refused",
                help=f"write `fault {target} timeout`, or `fault {target} lost answer`",
            )
            return
        names = tuple(dict.fromkeys(one.full_name for one in theirs))
        who = listed(names) if names else f"`{target}`"
        suggestion = did_you_mean(text, allowed)
        self._wrong(
            kind.span,
            f"{who} cannot refuse with `{text}`",
            help=suggestion or f"it can refuse with {listed(allowed)}",
        )

    def _made_to(self, vendor: str, called: tuple[Operation, ...]) -> tuple[Operation, ...]:
        return tuple(one for one in called if vendor in (one.adapter, self._behind(one.adapter)))

    def _wrong(
        self,
        span: Span,
        reason: str,
        name: str = "",
        offered: tuple[str, ...] = (),
        *,
        help: str | None = None,  # noqa: A002  # the word of the screen and of Diagnostic
    ) -> None:
        problem = problems.WrongFault(
            file=self._file, span=span, reason=reason, name=name, offered=offered, help=help
        )
        self._report(problems.describe(problem))


def _refusals_of(operations: tuple[Operation, ...]) -> tuple[str, ...]:
    """Kinds with which calls of a vendor can be refused.

    Where the playbook makes none it is about those of the company's own program, of which nothing is known.
    """
    declared = {kind for one in operations for kind in one.refusals}
    return tuple(
        kind
        for kind in VENDOR_SAYS
        if not operations or kind in ANY_VENDOR_REFUSES or kind in declared
    )


def _names_of(app: App | None) -> tuple[str, ...]:
    """The functions and handlers that a fault can take down."""
    names: dict[str, None] = {}
    for part in () if app is None else app.parts:
        match part:
            case AppFunction():
                names[part.name.plain] = None
            case AppHandler():
                default = f"{part.vendor.text}-webhook"
                names[default if part.handler is None else part.handler.plain] = None
            case _:
                pass
    return tuple(names)


def _heard_by(app: App | None) -> tuple[str, ...]:
    """The vendors whose webhooks the app handles."""
    parts = () if app is None else app.parts
    return tuple(dict.fromkeys(one.vendor.text for one in parts if isinstance(one, AppHandler)))
