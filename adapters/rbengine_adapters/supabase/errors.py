"""Errors of functions that say the same, whatever numbers and ids stand in them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec
from rbengine.contract.values import Row

_PARTICULAR = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID
    r"|\b[A-Za-z]*_?[0-9A-Za-z]*\d[0-9A-Za-z]*\b"  # an id or number
)
_LONGEST = 200


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that are alike."""

    lines: int
    first_at: datetime
    last_at: datetime

    def and_also(self, other: "Group") -> "Group":
        """Both together."""
        return Group(
            lines=self.lines + other.lines,
            first_at=min(self.first_at, other.first_at),
            last_at=max(self.last_at, other.last_at),
        )


Groups: TypeAlias = Mapping[tuple[str, str], Group]
"""By function and text."""


def kind_of(text: str) -> str:
    """What a line says, without what is particular to it, in one line."""
    return _PARTICULAR.sub("…", " ".join(text.split()))[:_LONGEST]


def joined(found: Iterable[tuple[str, str, Group]]) -> Groups:
    """Function, line and group each, alike ones together."""
    groups: dict[tuple[str, str], Group] = {}
    for function, text, group in found:
        place = (function, kind_of(text))
        known = groups.get(place)
        groups[place] = group if known is None else known.and_also(group)
    return groups


def rows(groups: Groups) -> tuple[Row, ...]:
    """`supabase.error_group` each, the most frequent first, equals by name."""
    ordered = sorted(groups.items(), key=lambda one: (-one[1].lines, one[0]))
    return tuple(
        Row(
            {
                "function": function,
                "text": text,
                "lines": group.lines,
                "first_at": group.first_at,
                "last_at": group.last_at,
            }
        )
        for (function, text), group in ordered
    )
