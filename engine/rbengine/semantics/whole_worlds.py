"""Worlds that begin as another one: what they hold in the end."""

from collections.abc import Iterable, Mapping

import msgspec

from rbengine.syntax.nodes.scenarios import Given, Person, Scenarios, Starts, World, WorldContact


def whole_worlds(scenarios: Scenarios) -> Mapping[str, World]:
    """Every world of a file by its name, with what it has of the one that it is like; the first of a name counts.

    That one stands above it. One that does not is taken as empty: the checker has said so.
    """
    found: dict[str, World] = {}
    for part in scenarios.parts:
        if isinstance(part, World) and part.name.text not in found:
            base = None if part.base is None else found.get(part.base.text)
            found[part.name.text] = part if base is None else _upon(base, part)
    return found


def _upon(base: World, own: World) -> World:
    """Rows, vendors' objects and happenings are added; what is said of a name again is said instead.

    Of two lines about one person the first counts, so its own stand first.
    """
    said = set(_names(own.parts))
    kept = [part for part in base.parts if not said & set(_names([part]))]
    people = [part for part in own.parts if isinstance(part, Person)]
    others = [part for part in own.parts if not isinstance(part, Person)]
    return msgspec.structs.replace(own, parts=(*people, *kept, *others))


def _names(parts: Iterable[object]) -> Iterable[tuple[str, str]]:
    for part in parts:
        match part:
            case Given():
                yield "value", part.name.text
            case WorldContact():
                yield "contact", part.name.text
            case Starts(alert_before=None):
                yield "starts", ""
            case Starts():
                yield "alert", ""
            case _:
                continue
