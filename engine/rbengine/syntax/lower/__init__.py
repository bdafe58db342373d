"""From the grammar's rules to nodes: one builder for each rule, by the rule's name."""

from rbengine.syntax.lower import (
    app,
    calendar,
    changes,
    expressions,
    library,
    policy,
    queries,
    questions,
    runbook,
    scenarios,
    statements,
)
from rbengine.syntax.lower.lowering import Lowering

BUILDERS = {
    **expressions.BUILDERS,
    **statements.BUILDERS,
    **queries.BUILDERS,
    **questions.BUILDERS,
    **changes.BUILDERS,
    **runbook.BUILDERS,
    **policy.BUILDERS,
    **calendar.BUILDERS,
    **library.BUILDERS,
    **app.BUILDERS,
    **scenarios.BUILDERS,
}

__all__ = ["BUILDERS", "Lowering"]
