"""What is wrong with one file of a workspace, each kind by its own pass, imported when the first file of it comes."""

from typing import TYPE_CHECKING

from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import in_reading_order
from rbengine.syntax.nodes import App, Calendar, Library, Policy, Runbook, Scenarios
from rbengine.workspace.identity import one_slip
from rbengine.workspace.paths import runbook_path

if TYPE_CHECKING:
    from rbengine.workspace.workspace import Workspace


def problems_in_file(workspace: "Workspace", path: str) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the file by itself; what it stands beside is judged elsewhere."""
    match workspace.tree(path):
        case Runbook():
            return workspace.analysis(path).problems
        case Policy() as tree:
            return one_slip(workspace.syntax(path), _in_policy(workspace, path, tree))
        case Library() as tree:
            return one_slip(workspace.syntax(path), _in_library(workspace, path, tree))
        case Scenarios() as tree:
            return one_slip(workspace.syntax(path), _in_scenarios(workspace, path, tree))
        case Calendar() as tree:
            from rbengine.semantics.calendar import check_calendar

            found = check_calendar(
                tree,
                workspace.source(path),
                policy=workspace.policy(),
                libraries=workspace.libraries,
                signature_of=workspace.signature_of,
                describer=workspace.describer,
                observing=workspace.observing,
                zone_exists=workspace.zone_exists,
            )
            return one_slip(workspace.syntax(path), found)
        case App() as tree:
            from rbengine.semantics.app import check_app

            found = check_app(
                tree,
                workspace.source(path),
                signature_of=workspace.signature_of,
                describer=workspace.describer,
                event_subject=workspace.event_subject,
            )
            return one_slip(workspace.syntax(path), found)
        case _:
            return workspace.syntax(path)


def _in_policy(workspace: "Workspace", path: str, tree: Policy) -> tuple[Diagnostic, ...]:
    if workspace.holiday_codes is None:
        return workspace.policy_problems
    from rbengine.semantics.policy import check_holidays

    unknown = check_holidays(tree, workspace.source(path), workspace.holiday_codes)
    return in_reading_order((*workspace.policy_problems, *unknown))


def _in_library(workspace: "Workspace", path: str, tree: Library) -> tuple[Diagnostic, ...]:
    name = tree.name.text
    if workspace.libraries[name][0] is not tree:
        return ()  # the second one of its name, which is a problem by itself
    from rbengine.semantics.allowances import AMONG_FILES, accept
    from rbengine.semantics.app import contradicted
    from rbengine.semantics.check import check_library
    from rbengine.semantics.unused import unused_parts

    found = check_library(
        name,
        policy=workspace.policy(),
        libraries=workspace.libraries,
        signature_of=workspace.signature_of,
        describer=workspace.describer,
        observing=workspace.observing,
    )
    others = (text for other, text in workspace.texts.items() if other != path)
    unused = unused_parts(tree, workspace.source(path), others)
    own = (one for one in found if one.primary.file == path)
    app = workspace.app()
    said = contradicted(tree, workspace.source(path), None if app is None else app[0])
    return (*own, *said, *accept(path, tree, unused, codes=AMONG_FILES))


def _in_scenarios(workspace: "Workspace", path: str, tree: Scenarios) -> tuple[Diagnostic, ...]:
    beside = runbook_path(path)
    its = workspace.tree(beside) if beside is not None and beside in workspace.texts else None
    is_there = beside is not None and beside in workspace.texts
    unread = its is None and is_there and workspace.kind(str(beside)) != "foreign"
    if unread or (isinstance(its, Runbook) and not its.code.text):
        return ()  # why it cannot be read is what is told
    if beside is None or not isinstance(its, Runbook) or its.code.text != tree.runbook.text:
        from rbengine.semantics.problems.project import WithoutRunbook, describe

        problem = WithoutRunbook(
            file=path,
            span=tree.runbook.span,
            name=tree.runbook.text,
            expected=beside or "",
            there=its.code.text if isinstance(its, Runbook) else "",
            begins_otherwise=is_there and not isinstance(its, Runbook),
        )
        return (describe(problem),)
    from rbengine.semantics.scenarios import check_scenarios

    app = workspace.app()
    return check_scenarios(
        tree,
        workspace.source(path),
        runbook=workspace.analysis(beside),
        describer=workspace.describer,
        signature_of=workspace.signature_of,
        builders=workspace.builders or None,
        app=None if app is None else app[0],
    )
