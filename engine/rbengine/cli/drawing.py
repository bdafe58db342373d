"""Pictures and pages of runbooks."""

from collections.abc import Sequence

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.rehearsing import write
from rbengine.report.graph import mermaid, svg
from rbengine.report.runbook import runbook_rows
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.workspace.outline import Outline, outline

OPTIONS = ("--format", "-o")


def graph(arguments: Sequence[str]) -> int:
    """Draw one runbook."""
    parser = Parser("graph", OPTIONS)
    parser.add_argument("playbook", metavar="PLAYBOOK")
    parser.add_argument("--format", choices=("mermaid", "svg"), default="mermaid", metavar="FORM")
    parser.add_argument("-o", metavar="FILE", dest="file")
    asked = parser.read(arguments)
    output = Output()
    with Ground.here(output) as ground:
        found = _outline(ground, asked.playbook)
        if found is None:
            return exit_codes.PROBLEMS
        text = (svg if asked.format == "svg" else mermaid)(found)
    if asked.file is None:
        output.raw(text)
    else:
        write(asked.file, text)
        output.row(f"{found.card.path}: {asked.file}")
    return exit_codes.OK


def show_runbook(asked: str, output: Output) -> int:
    """Print one runbook as a page."""
    with Ground.here(output) as ground:
        found = _outline(ground, asked)
        if found is None:
            return exit_codes.PROBLEMS
        worst = ground.at_worst(found.card.path)
        output.rows(runbook_rows(found, worst, width=output.width, colour=output.colour))
    return exit_codes.OK


def _outline(ground: Ground, asked: str) -> Outline | None:
    """The outline of a runbook; None where it cannot be read as one, which is drawn."""
    path = ground.playbook(asked)
    tree = None if path in ground.unreadable else ground.workspace.tree(path)
    if isinstance(tree, Runbook):
        return outline(ground.workspace.source(path), tree)
    ground.draw(ground.errors_of_plan(path))
    return None
