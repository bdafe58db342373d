"""Expressions of scenarios and apps as those of a plan; loads what builds plans, and is loaded with the first."""

from rbengine.contract.types import UNKNOWN, Type
from rbengine.plan.build.expressions import expression as build_expression
from rbengine.plan.build.expressions import field_path
from rbengine.plan.build.expressions import template as build_template
from rbengine.plan.build.reading import NamedMessage, Reading
from rbengine.plan.expressions import Expr
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes.expressions import Expression, Template

__all__ = ["expression", "field_path", "template"]


class _NoMessages(Reading):
    """Nothing here sends messages, so nothing is looked up."""

    def __init__(self) -> None:
        pass

    def type_of(self, _node: Node) -> Type:
        """Worlds and apps are evaluated from the tree alone."""
        return UNKNOWN

    def message(self, name: str) -> NamedMessage:
        raise LookupError(f"no message `{name}` here")


_READING = _NoMessages()


def expression(node: Expression) -> Expr:
    """What the runtime evaluates for `node`."""
    return build_expression(node, _READING)


def template(node: Template) -> Expr:
    """What the runtime makes a text of."""
    return build_template(node, _READING)
