"""Whether two JSON objects have one shape."""

from typing import Any


def differences(ours: Any, theirs: Any, place: str, open_objects: frozenset[str]) -> list[str]:
    """Where `ours` lacks or adds a key, or has another JSON type than `theirs` where neither is null.

    The content of objects whose key is in `open_objects` is up to whoever fills them.
    """
    if ours is None or theirs is None:
        return []
    if _kind(ours) is not _kind(theirs):
        return [f"{place}: {_kind(ours).__name__}, not {_kind(theirs).__name__}"]
    if isinstance(ours, dict):
        if place.rpartition(".")[2] in open_objects or not theirs:
            return []
        found = [f"{place}.{key}: missing" for key in theirs.keys() - ours.keys()]
        found += [f"{place}.{key}: not the vendor's" for key in ours.keys() - theirs.keys()]
        for key in sorted(ours.keys() & theirs.keys()):
            found += differences(ours[key], theirs[key], f"{place}.{key}", open_objects)
        return found
    if isinstance(ours, list) and ours and theirs:
        return [
            one
            for index, item in enumerate(ours)
            for one in differences(item, theirs[0], f"{place}[{index}]", open_objects)
        ]
    return []


def _kind(value: Any) -> type:
    for kind in (bool, str, dict, list):
        if isinstance(value, kind):
            return kind
    return int if isinstance(value, int) else float
