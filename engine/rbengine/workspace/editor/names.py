"""Every name in one file: what it is, whether it is bound there or used, and how far it reaches."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from rbengine.semantics import message_text, sql_binding
from rbengine.semantics.functions import FUNCTIONS
from rbengine.source import Span
from rbengine.syntax.nodes import Node, Tree, children
from rbengine.syntax.nodes import app as app_tree
from rbengine.syntax.nodes import calendar as calendar_tree
from rbengine.syntax.nodes import changes as change_tree
from rbengine.syntax.nodes import expressions as ex
from rbengine.syntax.nodes import library as library_tree
from rbengine.syntax.nodes import policy as policy_tree
from rbengine.syntax.nodes import runbook as book
from rbengine.syntax.nodes import scenarios as scene
from rbengine.syntax.nodes import statements as st
from rbengine.syntax.nodes.base import Block, Name
from rbengine.syntax.nodes.types import NamedType, TypedName

NameKind = Literal[
    "input", "binding", "change", "loop", "parameter", "evidence", "finding", "given",
    "message", "procedure", "record", "library", "world", "person", "severity", "runbook",
    "scenario", "label", "function",
]  # fmt: skip
"""`given` is a value of a world, `person` a contact or role of the policy; the last three are texts in quotes."""

Group = Literal[
    "value", "message", "procedure", "record", "library", "world", "person", "severity", "runbook",
    "scenario", "label", "function",
]  # fmt: skip
"""Names of one group shut each other out: all that expressions read are values."""

VALUES: frozenset[NameKind] = frozenset(
    ("input", "binding", "change", "loop", "parameter", "evidence", "finding", "given")
)


_NAMELESS = frozenset(
    (Name, Block, ex.Template, ex.Chunk, ex.Hole, ex.TextLiteral, ex.IntegerLiteral, ex.DecimalLiteral,
     ex.DurationLiteral, ex.BoolLiteral, ex.Compare, ex.Test, ex.Binary, ex.Unary, ex.Field, ex.Argument,
     ex.OperationCall, ex.ListLiteral, ex.Ago, st.Covers, st.Perform, st.Note, st.Check, change_tree.Expect,
     scene.TableRow)
)  # fmt: skip
"""Most nodes by far: they name nothing by themselves, and need not be asked what they are."""


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """One place where a name stands. `kind` and `node` are those of a definition; a use has none."""

    name: str
    span: Span
    group: Group
    kind: NameKind | None = None
    node: Node | None = None
    """What binds it: the whole line, step or section."""
    scope: Span
    """Of a definition, how far it reaches; of a use, where it stands."""
    world: str = ""
    """In a scenario: the world whose values it may use."""
    is_input: bool = False
    """Of a world's value: it stands for an input of the runbook, where one has its name."""


class FileNames(msgspec.Struct, frozen=True, kw_only=True):
    """All mentions in the order of the text."""

    mentions: tuple[Mention, ...]
    starts: tuple[int, ...]
    bound: Mapping[tuple[Group, str], tuple[Mention, ...]]
    """Definitions by what they name."""

    def at(self, offset: int) -> Mention | None:
        """The name that stands at `offset`, or ends there."""
        index = bisect_right(self.starts, offset)
        for one in reversed(self.mentions[max(0, index - 2) : index]):
            if one.span.start <= offset <= one.span.end:
                return one
        return None

    def definitions(self) -> Iterator[Mention]:
        """Where names are bound."""
        return (one for several in self.bound.values() for one in several)

    def definitions_of(self, group: Group, name: str) -> tuple[Mention, ...]:
        """Where one name is bound, in the order of the text."""
        return self.bound.get((group, name), ())


NO_NAMES = FileNames(mentions=(), starts=(), bound=MappingProxyType({}))


def names_of(tree: Tree) -> FileNames:
    """Every name in `tree`."""
    walk = _Walk()
    walk.visit(tree, tree.span)
    mentions = sorted(walk.found, key=lambda one: one.span)
    bound: dict[tuple[Group, str], tuple[Mention, ...]] = {}
    for one in mentions:
        if one.kind is not None:
            key = (one.group, one.name)
            bound[key] = (*bound.get(key, ()), one)
    return FileNames(
        mentions=tuple(mentions), starts=tuple(one.span.start for one in mentions), bound=bound
    )


def group_of(kind: NameKind) -> Group:
    """The group of a definition."""
    return "value" if kind in VALUES else kind  # type: ignore[return-value]  # the others are groups themselves


class _Walk:
    def __init__(self) -> None:
        self.found: list[Mention] = []
        self._world = ""

    def visit(self, node: Node, scope: Span) -> None:
        """Take the names of `node`, whose bindings reach over `scope`, and of everything in it."""
        if type(node) in _NAMELESS:
            self._all(children(node), scope)
            return
        match node:
            case st.Bind():
                kind: NameKind = (
                    "change" if isinstance(node.value, change_tree.Change) else "binding"
                )
                self._define(node.name, kind, node, scope)
                self.visit(node.value, scope)
                return
            case st.ForEach() | change_tree.ChangeForEach():
                self._define(node.name, "loop", node, node.span)
                self.visit(node.items, scope)
                self._all(node.body, node.span)
                return
            case st.Evidence():
                self._define(node.name, "evidence", node, scope)
            case TypedName():
                self._define(node.name, "parameter", node, scope)
            case ex.NameRef():
                self._use(node.name, "value")
            case ex.Apply():
                if node.function.text not in FUNCTIONS:
                    self._use(node.function, "message")
            case st.ProcedureCall():
                self._use(node.procedure, "procedure")
            case NamedType():
                if node.qualifier is None:
                    self._use(node.name, "record")
            case st.Query() | change_tree.Sql():
                self._sql(node.sql)
            case st.Question():
                self._uses(node.by, "person")
            case change_tree.ApproveBy():
                self._uses(node.roles, "person")
            case st.Escalate():
                self._uses(node.to, "person")
            case change_tree.Change():
                self._quoted(node.label, "label", node)
            case st.Step():
                self._quoted(node.label, "label", node)
            case _:
                if self._part(node, scope):
                    return
        self._all(children(node), scope)

    def _part(self, node: Node, scope: Span) -> bool:
        """A section or a line of another file than a runbook; True where its insides have been visited."""
        match node:
            case book.Runbook():
                self._define(node.code, "runbook", node, scope)
            case book.Severity():
                self._use(node.name, "severity")
            case book.Owner():
                self._use(node.name, "person")
            case book.Use():
                self._uses(node.libraries, "library")
            case book.Input():
                self._define(node.name, "input", node, scope)
            case book.Finding():
                self._define(node.name, "finding", node, scope)
            case book.Resolve():
                self._use(node.finding, "value")
                self._all(node.body, node.span)
                return True
            case book.Otherwise() | book.Verify() | book.Recover() | book.OnBreach():
                self._all(node.body, node.span)
                return True
            case book.Message():
                self._message(node, scope)
                return True
            case library_tree.Library():
                self._define(node.name, "library", node, scope)
            case library_tree.RecordType():
                self._define(node.name, "record", node, scope)
                for field in node.fields:
                    self.visit(field.type, scope)
                return True
            case library_tree.Procedure():
                self._define(node.name, "procedure", node, scope)
                self._all(children(node), node.span)
                return True
            case _:
                return self._of_policy(node) or self._of_app(node) or self._of_scene(node, scope)
        return False

    def _of_policy(self, node: Node) -> bool:
        match node:
            case policy_tree.Contact():
                self._define(node.name, "person", node, node.span)
            case policy_tree.SeverityRules():
                self._define(node.name, "severity", node, node.span)
            case policy_tree.EscalateRule():
                self._uses(node.to, "person")
            case policy_tree.ApprovalRule() | calendar_tree.Rhythm():
                self._uses(node.by, "person")
            case _:
                pass
        return False

    def _of_app(self, node: Node) -> bool:
        match node:
            case app_tree.AppFunction():
                self._quoted(node.name, "function", node)
                self._all(children(node), node.span)
                return True
            case app_tree.AppHandler():
                if node.handler is not None:
                    self._quoted(node.handler, "function", node)
                self._all(node.body, node.span)
                return True
            case _:
                return False

    def _of_scene(self, node: Node, scope: Span) -> bool:
        match node:
            case scene.Scenarios():
                self._use(node.runbook, "runbook")
            case scene.World():
                self._define(node.name, "world", node, scope)
                if node.base is not None:
                    self._use(node.base, "world")
                self._all(children(node), node.span)
                return True
            case scene.Given():
                self._define(node.name, "given", node, scope)
            case scene.Scenario():
                self._quoted(node.title, "scenario", node)
                self._use(node.world, "world")
                self._world = node.world.text
                self._all(node.parts, node.span)
                self._world = ""
                return True
            case scene.Cell():
                if node.name is not None:
                    self._use(node.name, "value")
            case scene.Person():
                self._use(node.role, "person")
                if node.about is not None:
                    self._quoted(node.about, "label")
            case scene.ExpectAsked():
                if node.about is not None:
                    self._quoted(node.about, "label")
            case scene.WorldContact():
                self._use(node.name, "person")
            case scene.ExpectEscalated():
                if node.to is not None:
                    self._use(node.to, "person")
            case scene.ExpectFinding():
                self._use(node.finding, "value")
            case scene.ExpectChange() | scene.Crash():
                self._quoted(node.label, "label")
            case scene.ExpectTheSame():
                self._quoted(node.scenario, "scenario")
            case scene.Fault():
                if node.part is not None:
                    self._quoted(node.part, "function")
                if node.label is not None:
                    self._quoted(node.label, "label")
            case _:
                pass
        return False

    def _message(self, node: book.Message, scope: Span) -> None:
        self._define(node.name, "message", node, scope)
        self._all(node.parameters, node.span)
        if node.subject is not None:
            self.visit(node.subject, node.span)
        reading = message_text.read(node.body.text)
        own = {one.name for one in reading.loops}
        for use in reading.uses:
            if use.path[0] not in own:
                self._at(use.path[0], node.body, use.start)

    def _sql(self, block: Block) -> None:
        for one in sql_binding.scan(block.text, lambda _: False).mentions:
            self._at(one.path[0], block, one.start + 1)

    def _at(self, name: str, block: Block, start: int) -> None:
        """A value that raw text uses."""
        first = block.offset_in_file(start)
        span = Span(first, first + len(name))
        self.found.append(
            Mention(name=name, span=span, group="value", scope=span, world=self._world)
        )

    def _all(self, nodes: object, scope: Span) -> None:
        for one in nodes:  # type: ignore[attr-defined]
            self.visit(one, scope)

    def _define(self, name: Name, kind: NameKind, node: Node, scope: Span) -> None:
        if name.text:
            self.found.append(
                Mention(
                    name=name.text,
                    span=name.span,
                    group=group_of(kind),
                    kind=kind,
                    node=node,
                    scope=scope,
                    is_input=kind == "given",
                )
            )

    def _use(self, name: Name, group: Group) -> None:
        if name.text:
            self.found.append(
                Mention(
                    name=name.text, span=name.span, group=group, scope=name.span, world=self._world
                )
            )

    def _uses(self, names: tuple[Name, ...], group: Group) -> None:
        for one in names:
            self._use(one, group)

    def _quoted(self, text: ex.Template, kind: Group, node: Node | None = None) -> None:
        """A name in quotes: a definition where `node` is what it names."""
        self.found.append(
            Mention(
                name=text.plain,
                span=Span(text.span.start + 1, max(text.span.end - 1, text.span.start + 1)),
                group=kind,
                kind=None if node is None else kind,  # type: ignore[arg-type]  # groups of quoted names are kinds
                node=node,
                scope=text.span,
                world=self._world,
            )
        )
