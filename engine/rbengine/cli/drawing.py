"""Pictures of runbooks."""

from collections.abc import Sequence

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.rehearsing import write
from rbengine.report.graph import mermaid, svg
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.workspace.outline import outline

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
        path = ground.playbook(asked.playbook)
        tree = None if path in ground.unreadable else ground.workspace.tree(path)
        if not isinstance(tree, Runbook):
            ground.draw(ground.errors_of_plan(path))
            return exit_codes.PROBLEMS
        form = svg if asked.format == "svg" else mermaid
        text = form(outline(ground.workspace.source(path), tree))
    if asked.file is None:
        output.raw(text)
    else:
        write(asked.file, text)
        output.row(f"{path}: {asked.file}")
    return exit_codes.OK
