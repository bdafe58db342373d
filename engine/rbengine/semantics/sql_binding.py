"""`:name` and `:row.column` in SQL become `$1`, `$2`, …; quotes, comments, `$$`, `::` and `:=` are left alone."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

Place = Literal["quotes", "a quoted name", "a comment", "$$"]

_PATTERN = re.compile(
    r"""
    (?P<comment>--[^\n]*)
  | (?P<opening>/\*)
  | (?P<dollar>\$(?:[A-Za-z_][A-Za-z_0-9]*)?\$)
  | (?P<escape>(?<![A-Za-z0-9_])[eE]'(?:[^'\\]|''|\\.)*'?)
  | (?P<string>'(?:[^']|'')*'?)
  | (?P<quoted>"(?:[^"]|"")*"?)
  | (?P<cast>::|:=)
  | (?P<parameter>:[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
  | (?P<braces>\{\{)
    """,
    re.VERBOSE | re.DOTALL,
)
_EDGE = re.compile(r"/\*|\*/")
_NAME = re.compile(r"(?<![:\w]):([A-Za-z_][A-Za-z0-9_]*)")


class Mention(msgspec.Struct, frozen=True):
    """`:account.id` at `start` to `end` of the block's text, as a path of names."""

    path: tuple[str, ...]
    start: int
    end: int


class Quoted(msgspec.Struct, frozen=True):
    """`:name` where it is only text."""

    name: str
    place: Place
    start: int
    end: int


class Braces(msgspec.Struct, frozen=True):
    """`{{ … }}`; `inner` is the path inside where it is one."""

    inner: str
    start: int
    end: int


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What an SQL text mentions, in order."""

    mentions: tuple[Mention, ...]
    quoted: tuple[Quoted, ...]
    braces: tuple[Braces, ...]


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """The text with `$n`, the path of each parameter, and the way back."""

    sql: str
    paths: tuple[tuple[str, ...], ...]
    replaced: tuple[tuple[int, int, Mention], ...]
    """From and to in `sql`, and the mention that stood there."""

    def original(self, offset: int) -> int:
        """The place in the block's text of `offset` in `sql`; inside a parameter: its start."""
        shift = 0
        for start, end, mention in self.replaced:
            if offset < start:
                break
            if offset < end:
                return mention.start
            shift = mention.end - end
        return offset + shift


def scan(sql: str, is_visible: Callable[[str], bool]) -> Scan:
    """Look through `sql` once. `is_visible` tells whether a name in quotes was meant as a value."""
    mentions: list[Mention] = []
    quoted: list[Quoted] = []
    braces: list[Braces] = []
    offset = 0
    while (match := _PATTERN.search(sql, offset)) is not None:
        start, end = match.span()
        place: Place | None = None
        match match.lastgroup:
            case "parameter":
                mentions.append(Mention(tuple(match.group()[1:].split(".")), start, end))
            case "comment":
                place = "a comment"
            case "opening":
                place, end = "a comment", _comment_end(sql, start)
            case "dollar":
                closing = sql.find(match.group(), end)
                place, end = "$$", len(sql) if closing < 0 else closing + len(match.group())
            case "string" | "escape":
                place = "quotes"
            case "quoted":
                place = "a quoted name"
            case "braces":
                closing = sql.find("}}", end)
                end = end if closing < 0 else closing + 2
                braces.append(Braces(_simple_path(sql[start:end]), start, end))
            case _:
                pass  # a cast or an assignment by name
        if place is not None:
            for name in _NAME.finditer(sql, start, end):
                if is_visible(name[1]):
                    quoted.append(Quoted(name[1], place, name.start(), name.end()))
            opened = sql.find("{{", start, end)
            if opened >= 0 and place != "a comment":
                closing = sql.find("}}", opened, end)
                stop = end if closing < 0 else closing + 2
                braces.append(Braces(_simple_path(sql[opened:stop]), opened, stop))
        offset = end
    return Scan(mentions=tuple(mentions), quoted=tuple(quoted), braces=tuple(braces))


def number(sql: str, mentions: Sequence[Mention]) -> Numbered:
    """`sql` with each mention as `$n`; the same path has the same number."""
    pieces: list[str] = []
    numbers: dict[tuple[str, ...], int] = {}
    replaced: list[tuple[int, int, Mention]] = []
    taken = length = 0
    for mention in mentions:
        index = numbers.setdefault(mention.path, len(numbers) + 1)
        before = sql[taken : mention.start]
        word = f"${index}"
        pieces += (before, word)
        length += len(before)
        replaced.append((length, length + len(word), mention))
        length += len(word)
        taken = mention.end
    pieces.append(sql[taken:])
    return Numbered(sql="".join(pieces), paths=tuple(numbers), replaced=tuple(replaced))


def _simple_path(text: str) -> str:
    inner = text.strip("{} \n")
    return inner if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", inner) else ""


def _comment_end(sql: str, start: int) -> int:
    """Comments nest in PostgreSQL."""
    depth = 0
    for edge in _EDGE.finditer(sql, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)
