"""Every statement, call and change item of a file with the place it stands in, in the order of the text."""

from collections.abc import Iterable, Iterator

import msgspec

from rbengine.syntax.nodes import Node, Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import (
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    Undo,
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a node. The words are those that a message uses."""

    section: str
    """`diagnose`, `resolve webhook_missed`, `procedure rollback`."""
    reading: str | None = None
    """The part around it in which everything only reads."""
    telling: str | None = None
    """The part around it in which people may be told, and nothing else."""
    asking: str | None = None
    """The part around it in which people may be asked, and nothing else but reading is done."""
    together: str | None = None
    """The part around it in which several things run at once."""
    loop: bool = False
    collecting: bool = False
    procedure: bool = False
    resolve: bool = False
    change: bool = False
    undo: bool = False
    step: tree.Step | None = None


class Placed(msgspec.Struct, frozen=True):
    """A node and its place."""

    node: Node
    place: Place


def placed_in_runbook(runbook: Runbook) -> tuple[Placed, ...]:
    """The nodes of all sections."""
    found: list[Placed] = []
    for part in runbook.parts:
        match part:
            case sections.Diagnose():
                place = Place(section="diagnose", reading="`diagnose`")
                steps = tuple(one for one in part.body if isinstance(one, tree.Step))
                found.extend(_body(steps, place))
            case sections.Resolve():
                place = Place(section=f"resolve {part.finding.text}", resolve=True)
                found.extend(_body(part.body, place))
            case sections.Otherwise():
                found.extend(_body(part.body, Place(section="otherwise", resolve=True)))
            case sections.Verify():
                found.extend(_body(part.body, Place(section="verify", reading="`verify`")))
            case sections.Recover():
                found.extend(_body(part.body, Place(section="recover")))
            case sections.OnBreach():
                found.extend(_body(part.body, Place(section="on breach", telling="`on breach`")))
            case _:
                pass
    return tuple(found)


def placed_in_procedure(name: str, body: tree.Body) -> tuple[Placed, ...]:
    """The nodes of a procedure of a library."""
    return tuple(_body(body, Place(section=f"procedure {name}", procedure=True)))


def placed_in_task(label: str, body: tree.Body) -> tuple[Placed, ...]:
    """The nodes of a task of a calendar."""
    return tuple(_body(body, Place(section=f"task {label}", asking="a task of a calendar")))


def _body(body: Iterable[Node], place: Place) -> Iterator[Placed]:
    for statement in body:
        yield from _statement(statement, place)


def _statement(node: Node, place: Place) -> Iterator[Placed]:
    yield Placed(node, place)
    match node:
        case tree.Step():
            yield from _body(node.body, msgspec.structs.replace(place, step=node))
        case tree.Bind(value=tree.ForEach() as loop):
            yield from _loop(loop, place, collecting=True)
        case tree.Bind(value=Change() as change):
            yield from _statement(change, place)
        case tree.Bind(value=tree.Try() as attempt) | tree.Perform(value=tree.Try() as attempt):
            yield Placed(attempt.value, place)
        case tree.Bind() | tree.Perform():
            yield Placed(node.value, place)
        case tree.ForEach():
            yield from _loop(node, place, collecting=False)
        case Change():
            inside = msgspec.structs.replace(place, change=True)
            yield from _items(node.items, inside)
        case tree.If():
            for branch in node.branches:
                yield from _body(branch.body, place)
            yield from _body(node.otherwise or (), place)
        case tree.Match():
            for case in node.cases:
                yield from _body(case.body, place)
            yield from _body(node.otherwise or (), place)
        case tree.Parallel():
            yield from _body(node.branches, msgspec.structs.replace(place, together="`parallel`"))
        case tree.Within():
            reading = place.reading or "the looks of `within`"
            yield from _body(node.body, msgspec.structs.replace(place, reading=reading))
            yield from _body(node.otherwise or (), place)
        case tree.OnFailure() | tree.AllOrNothing():
            yield from _body(node.body, place)
        case _:
            pass


def _loop(node: tree.ForEach, place: Place, *, collecting: bool) -> Iterator[Placed]:
    together = place.together
    if node.at_a_time is not None and node.at_a_time > 1:
        together = f"`{node.at_a_time} at a time`"
    inside = msgspec.structs.replace(place, loop=True, collecting=collecting, together=together)
    yield from _body(node.body, inside)


def _items(items: tuple[ChangeItem, ...], place: Place) -> Iterator[Placed]:
    for item in items:
        yield Placed(item, place)
        match item:
            case ChangeOperation():
                yield Placed(item.call, place)
            case ChangeForEach():
                yield from _items(item.body, place)
            case ChangeIf():
                yield from _items((*item.then, *item.otherwise), place)
            case Undo():
                yield from _items(item.body, msgspec.structs.replace(place, undo=True))
            case _:
                pass
