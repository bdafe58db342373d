"""What is learned of the nodes of one file, each kind by its own pass, without looking for what is wrong."""

from typing import TYPE_CHECKING

from rbengine.semantics.analysis import Tables
from rbengine.syntax.nodes import App, Calendar, Library, Runbook, Scenarios
from rbengine.workspace.paths import runbook_path

if TYPE_CHECKING:
    from rbengine.workspace.workspace import Workspace


def learned_of(workspace: "Workspace", path: str) -> Tables | None:
    """None for a policy, and for scenarios without their runbook."""
    match workspace.tree(path):
        case Runbook() as tree:
            from rbengine.semantics.check import learn
            from rbengine.semantics.libraries import used_names

            return learn(
                tree,
                workspace.source(path),
                libraries=workspace.libraries if used_names(tree) else {},
                signature_of=workspace.signature_of,
                describer=workspace.describer,
                observing=workspace.observing,
            )
        case Library() as tree:
            from rbengine.semantics.libraries import Shelf

            shelf = Shelf(
                workspace.libraries,
                workspace.signature_of,
                workspace.describer,
                lambda _: None,
                workspace.observing,
            )
            shelf.take(tree.name.text)
            its = (one.tables for one in shelf.checked if one.tables.source.path == path)
            return next(its, None)
        case Calendar() as tree:
            from rbengine.semantics.calendar import learn_calendar

            return learn_calendar(
                tree,
                workspace.source(path),
                libraries=workspace.libraries,
                signature_of=workspace.signature_of,
                describer=workspace.describer,
                observing=workspace.observing,
            )
        case App() as tree:
            from rbengine.semantics.app import learn_app

            return learn_app(
                tree,
                workspace.source(path),
                signature_of=workspace.signature_of,
                describer=workspace.describer,
                event_subject=workspace.event_subject,
            )
        case Scenarios() as tree:
            return _of_scenarios(workspace, path, tree)
        case _:
            return None


def _of_scenarios(workspace: "Workspace", path: str, tree: Scenarios) -> Tables | None:
    beside = runbook_path(path)
    its = workspace.tree(beside) if beside is not None and beside in workspace.texts else None
    if beside is None or not isinstance(its, Runbook):
        return None
    from rbengine.semantics.scenarios import learn_scenarios

    app = workspace.app()
    return learn_scenarios(
        tree,
        workspace.source(path),
        runbook=workspace.analysis(beside),
        describer=workspace.describer,
        signature_of=workspace.signature_of,
        builders=workspace.builders or None,
        app=None if app is None else app[0],
    )
