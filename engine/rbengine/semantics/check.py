"""Check a runbook: every pass, in order. A mistake is a problem in the result; only our own bugs raise."""

from collections.abc import Mapping

from rbengine.contract.policy import PolicyModel
from rbengine.diagnostics.collector import Collector
from rbengine.semantics.analysis import Analysis
from rbengine.semantics.inference.runbook import infer_runbook
from rbengine.semantics.inference.workbench import SignatureOf, Workbench, adapters_in
from rbengine.semantics.libraries import Shelf, declare, together
from rbengine.semantics.sql_facts import Describer
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Library, Runbook


def check(
    tree: Runbook,
    source: SourceFile,
    *,
    policy: PolicyModel,
    libraries: Mapping[str, tuple[Library, SourceFile]],
    signature_of: SignatureOf,
    describer: Describer,
) -> Analysis:
    """Everything that can be known of `tree` without running it, and everything that is wrong with it.

    Problems of the libraries that it uses are among them, each naming its own file.
    """
    found = Collector()
    shelf = Shelf(libraries, signature_of, describer, found.report)
    used = shelf.used_by(tree, source.path)
    bench = Workbench(source, signature_of, describer, used, found.report, adapters_in(tree))
    bench.declared = together((declare(bench, tree, ""), used))
    infer_runbook(bench, tree)
    return Analysis(
        tree=tree,
        tables=bench.tables(),
        policy=policy,
        libraries=tuple(shelf.checked),
        problems=found.in_reading_order(),
    )
