"""Give a thing another name, everywhere it is named."""

import re

from rbengine.semantics.functions import FUNCTIONS
from rbengine.semantics.inference.environment import RESERVED as ALWAYS_THERE
from rbengine.source import Span
from rbengine.syntax.lower.lowering import RESERVED
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.links import Place, meant_at, references, values_at

RENAMABLE = frozenset(("value", "message", "procedure", "record", "library", "world", "person"))
"""Not the texts in quotes, nor codes and severities, which documents outside the project speak of."""

_NAME = re.compile(r"[a-z_][A-Za-z0-9_]*")


class CannotBeRenamedError(ValueError):
    """Why, in a sentence for the author."""


def name_to_change(editor: Editor, path: str, offset: int) -> Span | None:
    """Where the name stands that would be changed; None where nothing can be renamed."""
    mention = editor.names(path).at(offset)
    found = None if mention is None else meant_at(editor, path, offset)
    if mention is None or found is None or found.group not in RENAMABLE:
        return None
    return mention.span


def rename(editor: Editor, path: str, offset: int, name: str) -> tuple[Place, ...]:
    """The places where `name` is to be written. Raises CannotBeRenamedError."""
    found = meant_at(editor, path, offset)
    if found is None or found.group not in RENAMABLE:
        raise CannotBeRenamedError("there is no name here that can be changed")
    if _NAME.fullmatch(name) is None:
        raise CannotBeRenamedError(
            f"`{name}` is no name: small letters, digits and `_`, beginning with a letter"
        )
    if name in RESERVED or (found.group == "value" and name in ALWAYS_THERE):
        raise CannotBeRenamedError(f"`{name}` is a word of the language")
    if found.group == "message" and name in FUNCTIONS:
        raise CannotBeRenamedError(f"`{name}` is a function of the language")
    if found.group == "value" and name in editor.adapters:
        raise CannotBeRenamedError(f"`{name}` is the name of an adapter")
    places = references(editor, found)
    for place in places:
        if name != found.name and _is_taken(editor, place, name, found.group):
            raise CannotBeRenamedError(f"`{name}` means something else already in {place.file}")
    return places


def _is_taken(editor: Editor, place: Place, name: str, group: str) -> bool:
    if group == "value":
        return any(one.name == name for one in values_at(editor, place.file, place.span.start))
    return any(
        one.name == name and one.group == group for one in editor.names(place.file).definitions()
    )
