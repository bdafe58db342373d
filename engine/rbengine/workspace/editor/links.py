"""From a name to where it was bound, and to every place where it is used, across the files of the project."""

from collections.abc import Iterator

import msgspec

from rbengine.semantics.labels import is_label, is_part_of
from rbengine.source import Span
from rbengine.syntax.nodes import Library, Runbook, Scenarios
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.runbook import Use
from rbengine.syntax.nodes.statements import Step
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.names import Group, Mention, NameKind
from rbengine.workspace.paths import runbook_path, scenarios_path


class Place(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file."""

    file: str
    span: Span


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has a name. `definitions` has several where each branch of an `if` binds it."""

    name: str
    group: Group
    kind: NameKind
    file: str
    definitions: tuple[Mention, ...]

    @property
    def first(self) -> Mention:
        """Where it is bound first."""
        return self.definitions[0]


def meant_at(editor: Editor, path: str, offset: int) -> Meant | None:
    """What the name at `offset` means; None where there is none, or nothing binds it."""
    mention = editor.names(path).at(offset)
    return None if mention is None else meant(editor, path, mention)


def meant(editor: Editor, path: str, mention: Mention) -> Meant | None:
    """What a mention means."""
    if mention.group == "value":
        return _value(editor, path, mention)
    if mention.kind is not None:
        return _made(mention.group, path, (mention,))
    for file in _files_that_bind(editor, path, mention.group):
        found = _bound_in(editor, file, mention.group, mention.name)
        if found:
            return _made(mention.group, file, found)
    return None


def definitions_at(editor: Editor, path: str, offset: int) -> tuple[Place, ...]:
    """Where the name at `offset` is bound."""
    found = meant_at(editor, path, offset)
    if found is None:
        return ()
    return tuple(Place(found.file, one.span) for one in found.definitions)


def references_at(
    editor: Editor, path: str, offset: int, *, with_definitions: bool = True
) -> tuple[Place, ...]:
    """Every place that means what the name at `offset` means, in the order of files and text."""
    found = meant_at(editor, path, offset)
    return () if found is None else references(editor, found, with_definitions=with_definitions)


def references(editor: Editor, thing: Meant, *, with_definitions: bool = True) -> tuple[Place, ...]:
    """Every place where `thing` is named."""
    places: list[Place] = []
    for file in _files_that_may_name(editor, thing):
        for one in editor.names(file).mentions:
            if one.name != thing.name or one.group != thing.group:
                continue
            if one.kind is not None and not one.is_input and not with_definitions:
                continue
            its = meant(editor, file, one)
            if its is not None and (its.file, its.first.span) == (thing.file, thing.first.span):
                places.append(Place(file, one.span))
    return tuple(sorted(dict.fromkeys(places)))


def values_at(editor: Editor, path: str, offset: int) -> tuple[Meant, ...]:
    """The values that an expression at `offset` may read, by name; those bound below it too, if they reach there."""
    tree = editor.workspace.tree(path)
    world = ""
    if isinstance(tree, Scenarios):
        # What a scenario may use is bound in its world, which reaches no further than its own lines.
        around = [
            one for one in editor.names(path).mentions if one.world and one.span.start <= offset
        ]
        world = around[-1].world if around else ""
    found: dict[str, Meant] = {}
    for one in editor.names(path).definitions():
        if one.group != "value":
            continue
        if reaches(editor, path, one.scope, offset) or (
            world and _in_world(editor, path, one, world)
        ):
            its = found.get(one.name)
            if its is None or its.first.scope.start < one.scope.start:
                found[one.name] = _made("value", path, (one,))
    return tuple(found[name] for name in sorted(found))


def reaches(editor: Editor, path: str, scope: Span, offset: int) -> bool:
    """Whether `offset` is in `scope`, or on a line below it that is deeper than the scope's first line."""
    if scope.start <= offset <= scope.end:
        return True
    if offset < scope.start:
        return False
    source = editor.source(path)
    first, _ = source.line_and_column(scope.start)
    column = _column(source.line(first))
    last, _ = source.line_and_column(scope.end)
    here, _ = source.line_and_column(offset)
    if column == 0 and scope.start == 0:
        return True
    lines = (source.line(number) for number in range(last + 1, here + 1))
    return here > last and all(not one.strip() or _column(one) > column for one in lines)


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _made(group: Group, file: str, definitions: tuple[Mention, ...]) -> Meant:
    first = definitions[0]
    assert first.kind is not None, "a definition says what it binds"
    return Meant(name=first.name, group=group, kind=first.kind, file=file, definitions=definitions)


def _value(editor: Editor, path: str, mention: Mention) -> Meant | None:
    """The nearest binding around the mention; in scenarios, the runbook's input or finding of that name."""
    found = (mention,) if mention.is_input else _nearest(editor, path, mention)
    beside = runbook_path(path)
    if beside is not None and isinstance(editor.workspace.tree(path), Scenarios):
        kind = "input" if found else "finding"
        named = _definitions(editor, beside, "value", mention.name)
        theirs = tuple(one for one in named if one.kind == kind)
        if theirs:
            return _made("value", beside, theirs)
    return _made("value", path, found) if found else None


def _nearest(editor: Editor, path: str, mention: Mention) -> tuple[Mention, ...]:
    candidates = [
        one
        for one in _definitions(editor, path, "value", mention.name)
        if one.scope.start <= mention.span.start < one.scope.end
        or (mention.world and _in_world(editor, path, one, mention.world))
    ]
    if not candidates:
        return ()
    inner = max(candidates, key=lambda one: (one.scope.start, -one.scope.end)).scope
    return tuple(one for one in candidates if one.scope == inner)


def _in_world(editor: Editor, path: str, definition: Mention, world: str) -> bool:
    """Whether a world's value is one of the world called `world`."""
    return any(
        one.node is not None and one.node.span == definition.scope
        for one in editor.names(path).definitions_of("world", world)
    )


def _definitions(editor: Editor, path: str, group: Group, name: str) -> tuple[Mention, ...]:
    if path not in editor.files:
        return ()
    return editor.names(path).definitions_of(group, name)


def _bound_in(editor: Editor, file: str, group: Group, name: str) -> tuple[Mention, ...]:
    found = _definitions(editor, file, group, name)[:1]
    if found or group != "label" or file not in editor.files:
        return found
    # A label may have holes, and a line about a person may name a part of it.
    labels = [one for one in editor.names(file).definitions() if one.group == "label"]
    for fits in (is_label, is_part_of):
        for kind in (Change, Step):
            for one in labels:
                if isinstance(one.node, kind) and fits(name, one.node.label):
                    return (one,)
    return ()


def _files_that_bind(editor: Editor, path: str, group: Group) -> Iterator[str]:
    """Where a name of `group` that is used in `path` may be bound, nearest first."""
    match group:
        case "message" | "procedure" | "record":
            yield from files_in_reach(editor, path)
        case "library":
            yield from editor.of_kind("library")
        case "person" | "severity":
            yield from editor.of_kind("policy")
        case "runbook":
            yield from editor.of_kind("runbook")
        case "function":
            yield from editor.of_kind("app")
        case "label":
            beside = runbook_path(path)
            if beside is not None and beside in editor.files:
                yield from files_in_reach(editor, beside)
        case _:
            yield path


def files_in_reach(editor: Editor, path: str) -> Iterator[str]:
    """The file and the libraries that it uses, and those that these use."""
    workspace = editor.workspace
    by_name = {
        tree.name.text: one
        for one in editor.of_kind("library")
        if isinstance(tree := workspace.tree(one), Library)
    }
    pending, seen = [path], set[str]()
    while pending:
        one = pending.pop(0)
        if one in seen:
            continue
        seen.add(one)
        yield one
        tree = workspace.tree(one)
        if isinstance(tree, Runbook | Library):
            used = [
                name.text for part in tree.parts if isinstance(part, Use) for name in part.libraries
            ]
            pending += [by_name[name] for name in used if name in by_name]


def _files_that_may_name(editor: Editor, thing: Meant) -> Iterator[str]:
    if thing.group == "value":
        files = [thing.file, scenarios_path(thing.file)]
        yield from (one for one in files if one in editor.files)
        return
    yield from (one for one in editor.files if thing.name in editor.source(one).text)
