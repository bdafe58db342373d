"""Whether the checker has learned of a tree what later layers read."""

from typing import get_args

from rbengine.semantics.analysis import Analysis
from rbengine.syntax.nodes import Node, walk
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, NameRef, OperationCall
from rbengine.syntax.nodes.runbook import Input
from rbengine.syntax.nodes.statements import Bind, Evidence, Query
from rbengine.syntax.nodes.types import TypeExpression

_TYPED = (*get_args(Expression), *get_args(TypeExpression), Bind, Input, Evidence)


def unknown_nodes(analysis: Analysis) -> list[Node]:
    """Nodes of the runbook and its libraries that lack a type, a symbol, an operation or facts.

    Durations are left out: those of clauses are literals by the grammar and need none.
    """
    missing: list[Node] = []
    files = [
        (analysis.tree, analysis.tables),
        *((one.tree, one.tables) for one in analysis.libraries),
    ]
    for tree, tables in files:
        for node in walk(tree):
            known = (
                (
                    not isinstance(node, _TYPED)
                    or isinstance(node, DurationLiteral)
                    or node.id in tables.types
                )
                and (not isinstance(node, NameRef) or node.id in tables.symbols)
                and (not isinstance(node, OperationCall) or node.id in tables.operations)
            )
            bound = tables.statements.get(node.id)
            if isinstance(node, Query | Sql) and (bound is None or bound.facts is None):
                known = False
            if not known:
                missing.append(node)
    return missing
