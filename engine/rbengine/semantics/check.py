"""Check a runbook: every pass, in order. A mistake is a problem in the result; only our own bugs raise."""

from collections.abc import Callable, Collection, Iterable, Mapping

from rbengine.contract.policy import PolicyModel
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import Collector, in_reading_order
from rbengine.semantics.allowances import accept
from rbengine.semantics.analysis import Analysis, Tables
from rbengine.semantics.clock import Written
from rbengine.semantics.covers import check_covers
from rbengine.semantics.duties import check_duties
from rbengine.semantics.effects import ProcedureEffects, check_effects
from rbengine.semantics.emptiness import ProcedureLists, check_emptiness
from rbengine.semantics.escalating import check_escalations
from rbengine.semantics.failing import ProcedureFailures, check_failures
from rbengine.semantics.inference.runbook import infer_runbook
from rbengine.semantics.inference.workbench import SignatureOf, Workbench, adapters_in
from rbengine.semantics.libraries import Shelf, declare, together
from rbengine.semantics.machine_time import MachineTime
from rbengine.semantics.nesting import check_nesting
from rbengine.semantics.people import check_head, check_people
from rbengine.semantics.people_time import Patience, PeopleTime
from rbengine.semantics.problems.base import Report
from rbengine.semantics.recursion import check_recursion
from rbengine.semantics.routes import Routes, every_path
from rbengine.semantics.shape import check_bindings, check_inputs, check_shape, check_use
from rbengine.semantics.sql_facts import Describer
from rbengine.semantics.telling import Called, check_retries, check_telling
from rbengine.semantics.timing import check_timing
from rbengine.semantics.traversal import placed_in_procedure, placed_in_runbook
from rbengine.semantics.worst import AtWorst
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Library, Node, Runbook, walk
from rbengine.syntax.nodes.library import Procedure
from rbengine.syntax.nodes.runbook import Severity, all_read


def learn(
    tree: Runbook,
    source: SourceFile,
    *,
    libraries: Mapping[str, tuple[Library, SourceFile]],
    signature_of: SignatureOf,
    describer: Describer,
    observing: Collection[str] = frozenset(),
) -> Tables:
    """What `check` learns of the nodes of `tree`, without looking for what is wrong: a quarter of the work."""
    shelf = Shelf(libraries, signature_of, describer, _unheard, observing)
    bench = _inferred(tree, walk(tree), source, shelf, signature_of, describer, _unheard, observing)
    return bench.tables()


def check(
    tree: Runbook,
    source: SourceFile,
    *,
    policy: PolicyModel,
    libraries: Mapping[str, tuple[Library, SourceFile]],
    signature_of: SignatureOf,
    describer: Describer,
    observing: Collection[str] = frozenset(),
) -> Analysis:
    """Everything that can be known of `tree` without running it, and everything that is wrong with it.

    `observing` are the functions of the company's own program that its app says only read.
    Problems of the libraries that it uses are among them, each naming its own file.
    """
    file = source.path
    collector = Collector()
    report = collector.report

    shelf = Shelf(libraries, signature_of, describer, report, observing)
    nodes = tuple(walk(tree))
    bench = _inferred(tree, nodes, source, shelf, signature_of, describer, report, observing)

    operations = bench.operations
    procedures = bench.declared.procedures
    effects = ProcedureEffects(shelf.procedures, shelf.operations)
    placed = placed_in_runbook(tree)
    check_effects(file, placed, operations, effects, report)
    check_duties(file, placed, bench.statements, report)
    check_people(file, placed, policy, report)
    check_head(file, tree, policy, report)
    check_shape(file, tree, policy, placed, report)
    called = Called(procedures, shelf.operations)
    check_retries(file, placed, operations, called, report)
    check_telling(file, tree.parts, operations, called, report)
    lists = ProcedureLists(procedures, shelf.operations)
    check_emptiness(file, tree, nodes, operations, lists, report)
    failures = ProcedureFailures(procedures, shelf.operations)
    check_failures(file, nodes, operations, failures, report)
    check_covers(file, nodes, report)
    check_nesting(file, nodes, report)
    at_worst = _timed(tree, policy, bench, shelf, report)
    if not collector.has_errors and all_read(nodes):  # a misspelt use is a use
        check_use(file, tree, nodes, shelf.declared, report)
        check_inputs(file, tree, nodes, bench.statements.values(), report)
        check_bindings(file, tree.parts, nodes, bench.statements, report)
    _check_libraries(shelf, policy, collector)

    found = _accepted_in_libraries(shelf, collector.in_reading_order())
    problems = accept(file, tree, found, nodes=nodes)
    return Analysis(
        tree=tree,
        tables=bench.tables(),
        policy=policy,
        libraries=tuple(shelf.checked),
        at_worst=at_worst,
        problems=in_reading_order(problems),
    )


def check_library(
    name: str,
    *,
    policy: PolicyModel,
    libraries: Mapping[str, tuple[Library, SourceFile]],
    signature_of: SignatureOf,
    describer: Describer,
    observing: Collection[str] = frozenset(),
) -> tuple[Diagnostic, ...]:
    """What is wrong with library `name`, one of `libraries`, and with those that it uses."""
    collector = Collector()
    shelf = Shelf(libraries, signature_of, describer, collector.report, observing)
    shelf.take(name)
    _check_libraries(shelf, policy, collector)
    return in_reading_order(_accepted_in_libraries(shelf, collector.in_reading_order()))


def _inferred(
    tree: Runbook,
    nodes: Iterable[Node],
    source: SourceFile,
    shelf: Shelf,
    signature_of: SignatureOf,
    describer: Describer,
    report: Report,
    observing: Collection[str],
) -> Workbench:
    """The first pass: names, types, statements."""
    used = shelf.used_by(tree, source.path)
    adapters = adapters_in(nodes)
    bench = Workbench(source, signature_of, describer, used, report, adapters, observing)
    bench.declared = together((declare(bench, tree, ""), used))
    infer_runbook(bench, tree)
    return bench


def _timed(
    tree: Runbook, policy: PolicyModel, bench: Workbench, shelf: Shelf, report: Report
) -> Callable[[], AtWorst]:
    """The passes over the clocks; what every path may take is worked out where it is asked for."""
    file = bench.file
    texts = {one.tree.name.text: one.tables.source for one in shelf.checked}
    written = Written(
        bench.declared.procedures,
        {**texts, "": bench.source},
        bench.types,
        {**shelf.operations, "": bench.operations},
    )
    severity = next((one.name.text for one in tree.parts if isinstance(one, Severity)), "")
    rules = policy.severity(severity)
    patience = Patience(policy, rules, written)
    check_escalations(file, tree, rules, written, policy.limits, patience, bench.findings, report)
    machine = Routes(MachineTime(written, policy.limits), tree)
    check_timing(file, tree, machine, bench.findings, report)

    def at_worst() -> AtWorst:
        people = Routes(PeopleTime(written, policy.limits, patience), tree)
        return every_path(machine, people, bench.findings)

    return at_worst


def _unheard(_: Diagnostic) -> None:
    """Problems that nobody asked about."""


def _check_libraries(shelf: Shelf, policy: PolicyModel, collector: Collector) -> None:
    """The passes over what the libraries do."""
    report = collector.report
    called = Called(shelf.procedures, shelf.operations)
    effects = ProcedureEffects(shelf.procedures, shelf.operations)
    failures = ProcedureFailures(shelf.procedures, shelf.operations)
    lists = ProcedureLists(shelf.procedures, shelf.operations)
    check_recursion(shelf.checked, report)
    for library in shelf.checked:
        file, tables = library.tables.source.path, library.tables
        nodes = tuple(walk(library.tree))
        check_failures(file, nodes, tables.operations, failures, report)
        check_emptiness(file, library.tree, nodes, tables.operations, lists, report)
        check_covers(file, nodes, report)
        check_nesting(file, nodes, report)
        if not collector.has_errors and all_read(nodes):
            check_use(file, library.tree, nodes, shelf.declared, report)
            check_bindings(file, library.tree.parts, nodes, tables.statements, report)
        for part in library.tree.parts:
            if isinstance(part, Procedure):
                placed = placed_in_procedure(part.name.text, part.body)
                check_effects(file, placed, tables.operations, effects, report)
                check_duties(file, placed, tables.statements, report)
                check_people(file, placed, policy, report)
                check_retries(file, placed, tables.operations, called, report)


def _accepted_in_libraries(shelf: Shelf, problems: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """The problems that no library accepts for itself."""
    for library in shelf.checked:
        problems = tuple(accept(library.tables.source.path, library.tree, problems))
    return problems
