"""Which lines can be folded away: sections, steps, and everything with something below it."""

import msgspec

from rbengine.syntax.nodes import Tree, walk
from rbengine.syntax.nodes import statements as st
from rbengine.syntax.nodes.calendar import Task
from rbengine.syntax.nodes.changes import Change, ChangeForEach, ChangeIf, Sql, Undo
from rbengine.syntax.nodes.expressions import ListLiteral, OperationCall, RecordLiteral
from rbengine.syntax.nodes.runbook import Either, Finding
from rbengine.syntax.nodes.scenarios import At, ExpectRead, ExpectTable, Table
from rbengine.workspace.editor.editor import Editor

_FOLDED = (
    st.Step | st.ForEach | st.If | st.Branch | st.Match | st.When | st.Within | st.Parallel | st.OnFailure
    | st.AllOrNothing | st.Query | st.TextBlock | st.Manual | st.Choose | st.Escalate | Task | Change
    | ChangeForEach | ChangeIf | Sql | Undo | Finding | Either | At | Table | ExpectRead | ExpectTable | OperationCall
    | ListLiteral | RecordLiteral
)  # fmt: skip


class Fold(msgspec.Struct, frozen=True, order=True):
    """One-based; the first line stays to be seen."""

    first: int
    last: int


def folds(editor: Editor, path: str) -> tuple[Fold, ...]:
    """What can be folded, in the order of the text; of two that begin on one line, the longer."""
    tree: Tree | None = editor.workspace.tree(path)
    if tree is None:
        return ()
    source = editor.source(path)
    found: dict[int, int] = {}
    for node in (*tree.parts, *(one for one in walk(tree) if isinstance(one, _FOLDED))):
        first, _ = source.line_and_column(node.span.start)
        text = source.slice(node.span).rstrip()
        last = first + text.count("\n")
        if last > first:
            found[first] = max(last, found.get(first, 0))
    return tuple(sorted(Fold(first, last) for first, last in found.items()))
