"""Expressions of scenarios and apps: built and evaluated as those of a plan, but from the tree, once."""

from collections.abc import Mapping
from datetime import datetime

from rbengine.contract.values import Value
from rbengine.plan.build.expressions import expression, template
from rbengine.plan.build.reading import NamedMessage, Reading
from rbengine.plan.program import Plan
from rbengine.runtime.evaluate import View, evaluate, text_of
from rbengine.runtime.names import NO_NAMES, Names
from rbengine.syntax.nodes.expressions import Expression, Template


class _NoMessages(Reading):
    """Nothing here sends messages, so nothing is looked up."""

    def __init__(self) -> None:
        pass

    def message(self, name: str) -> NamedMessage:
        raise LookupError(f"no message `{name}` here")


_READING = _NoMessages()


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
        return evaluate(expression(node, _READING), self.names, self._view)

    def text(self, node: Template) -> str:
        """A quoted string with its holes filled. Raises as `value` does."""
        return text_of(template(node, _READING), self.names, self._view)

    def path(self, names: tuple[str, ...]) -> Value:
        """`account.owner.id` from its words."""
        from rbengine.plan.build.expressions import field_path

        return evaluate(field_path(names), self.names, self._view)
