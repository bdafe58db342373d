"""Expressions of scenarios and apps: built and evaluated as those of a plan, but from the tree, once.

What builds them is loaded with the first: a world without lines waits for none of it.
"""

from collections.abc import Mapping
from datetime import datetime

from rbengine.contract.values import Value
from rbengine.plan.program import Plan
from rbengine.runtime.evaluate import View, evaluate, text_of
from rbengine.runtime.names import NO_NAMES, Names
from rbengine.syntax.nodes.expressions import Expression, Template


class Scope:
    """Names and the moment. A scope is small and lives as long as one body, so binding copies nothing."""

    def __init__(self, values: Mapping[str, Value], now: datetime, plan: Plan) -> None:
        self.names: Names = NO_NAMES
        for name, value in values.items():
            self.bind(name, value)
        self._view = View(now, plan)

    def bind(self, name: str, value: Value) -> None:
        """`name = value`."""
        self.names = self.names.insert(name, value)

    def value(self, node: Expression) -> Value:
        """The value of `node`. Raises NotKnown or Unevaluable of `runtime.gaps`, or LookupError."""
        from rbengine.rehearsal.lowering import expression

        return evaluate(expression(node), self.names, self._view)

    def text(self, node: Template) -> str:
        """A quoted string with its holes filled. Raises as `value` does."""
        from rbengine.rehearsal.lowering import template

        return text_of(template(node), self.names, self._view)

    def path(self, names: tuple[str, ...]) -> Value:
        """`account.owner.id` from its words."""
        from rbengine.rehearsal.lowering import field_path

        return evaluate(field_path(names), self.names, self._view)
