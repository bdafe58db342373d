"""A library: record types, procedures and messages that runbooks `use`, and functions that only read."""

from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.expressions import Template
from rbengine.syntax.nodes.runbook import ErrorSection, Message, Use
from rbengine.syntax.nodes.statements import Allow, Body
from rbengine.syntax.nodes.types import TypedName, TypeExpression


class RecordType(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name
    fields: tuple[TypedName, ...]


class Procedure(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name
    parameters: tuple[TypedName, ...]
    gives: TypeExpression | None
    body: Body


class Observed(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`function "name" observes`: this function of the company's own program only reads."""

    name: Template


class Library(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name
    title: Template
    parts: tuple[Use | RecordType | Procedure | Message | Observed | Allow | ErrorSection, ...]
