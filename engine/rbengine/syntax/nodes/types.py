"""Types as they are written."""

from rbengine.syntax.nodes.base import Name, Node


class NamedType(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`text`, `orders`, `git.commit` (then `qualifier` is `git`)."""

    name: Name
    qualifier: Name | None = None


class ListType(Node, frozen=True, kw_only=True, eq=False, gc=False):
    item: "TypeExpression"


class OptionalType(Node, frozen=True, kw_only=True, eq=False, gc=False):
    inner: "TypeExpression"


class SecretType(Node, frozen=True, kw_only=True, eq=False, gc=False):
    inner: "TypeExpression"


class OneOfType(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`one of up or down`."""

    choices: tuple[Name, ...]


TypeExpression = NamedType | ListType | OptionalType | SecretType | OneOfType


class TypedName(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`name: type`: a parameter or a field of a record type."""

    name: Name
    type: TypeExpression
