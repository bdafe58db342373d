"""The lines of a journal with stand-ins: what customers are called and reached by, and what opens something.

Two readings. The first finds the values, by the names of their fields and by their form; the second puts stand-ins in
their place wherever they stand: in rows and their images, parameters, JSON, and in the middle of texts.
"""

import base64
import json
import re
from bisect import insort
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from rbengine.host.recorded.guarded import (
    FREE,
    LETTING_IN,
    NAME_FIELDS,
    PAY_HOSTS,
    PHONE_FIELDS,
    SECRET_FIELDS,
    STRUCTURE,
    URL_FIELDS,
)
from rbengine.host.recorded.secret_looking import looks_like
from rbengine.host.recorded.stand_ins import (
    EMAIL,
    PHONE,
    Kind,
    StandIns,
    looks_like_phone,
    shape_of,
)

_URL = re.compile(r"https?://[^\s\"'<>)\]]+")
_PAIR = re.compile(
    r"(?i)(?<![\w.-])(?:"
    + "|".join(re.escape(one) for one in sorted(SECRET_FIELDS - {"secret"}, key=len, reverse=True))
    + r")[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?(?P<value>[^\s\"',;&}\])]{3,})"
)
_WORD = re.compile(r"\w+")
_LOOKED_UP_BY = 4
"""Words at the beginning of a value by which it is looked for in texts: many shops begin with one word."""
_SHORTEST = {"name": 3}
_USUAL_SHORTEST = 6
"""A shorter value is replaced where it stands alone, and not inside of texts: it could mean anything there."""

Path = tuple[str, ...]


class Place(msgspec.Struct, frozen=True):
    """Where in a recording: the line's number and the way into it."""

    line: int
    path: Path

    def __str__(self) -> str:
        return f"line {self.line}: {'.'.join(self.path)}"


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looks like a secret and has no stand-in. `shown` gives nothing away."""

    place: Place
    what: str
    shown: str

    @property
    def field(self) -> str:
        """The name that makes `--hide` replace it."""
        return next((one for one in reversed(self.place.path) if not one.startswith("[")), "")


class Redaction:
    """For one recording. `hidden`: further fields whose values get stand-ins; `kept`: fields whose names stay.

    `own` are texts of the plan: what stands in the playbook itself is nobody's secret, and is compared with.
    """

    def __init__(
        self,
        key: bytes,
        *,
        own: Collection[str] = (),
        hidden: Collection[str] = (),
        kept: Collection[str] = (),
    ) -> None:
        self.stand_ins = StandIns(key)
        self._hidden = frozenset(one.lower() for one in hidden)
        self._kept = frozenset(one.lower() for one in kept)
        self._own = frozenset(own)
        self._own_ways = frozenset(
            found.lower() for one in own for form in (EMAIL, PHONE) for found in form.findall(one)
        )
        self._known: dict[str, Kind] = {}
        self._by_words: dict[tuple[str, ...], list[tuple[str, int]]] = {}

    def learn(self, line: str, about: str = "") -> None:
        """The first reading of one line. `about` is the operation that answered, `sql` for rows of tables, with the
        names that a statement gives to columns with names behind it (`sql business`)."""
        about, *aliases = about.split(" ")
        for path, value in _texts(msgspec.json.decode(line), (), about):
            kind = self._kind(path, value, about, aliases)
            if kind is not None:
                self._note(value, kind)

    def applied(self, line: str) -> str:
        """The second reading: the line with stand-ins, canonical again."""
        data = _mapped(msgspec.json.decode(line), (), self._replaced, self._number)
        return _ENCODER.encode(data).decode("utf-8")

    def text(self, text: str) -> str:
        """A text with stand-ins for what is known and for what has a known form."""
        return self._inside(text)

    # What it is ---------------------------------------------------------------------------------------------------

    def _kind(self, path: Path, value: str, about: str, aliases: Collection[str]) -> Kind | None:
        """The kind of stand-in a value needs by where it stands; None where only its form can say."""
        name = _name(path)
        if not value or value.startswith("redacted-"):
            return None
        if name in self._hidden or ".".join(path[-2:]).lower() in self._hidden:
            return shape_of(value)
        if name in self._kept or value in self._own:
            return None
        if any(one.lower() in SECRET_FIELDS for one in path[-2:]) and not path[-1].startswith("$"):
            return "secret"
        if name == "value" and "secret" in about:
            return "secret"
        if name in URL_FIELDS:
            return "url"
        if name in PHONE_FIELDS and looks_like_phone(value):
            return None if value in self._own_ways else "phone"
        is_name = name in NAME_FIELDS or name in aliases
        return "name" if "~name" in path and is_name else None

    def _note(self, value: str, kind: Kind) -> None:
        if value in self._known:
            return
        self._known[value] = kind
        if len(value) < _SHORTEST.get(kind, _USUAL_SHORTEST):
            return
        words = [*islice(_WORD.finditer(value), _LOOKED_UP_BY)]
        if words:
            listed = self._by_words.setdefault(tuple(one[0] for one in words), [])
            insort(listed, (value, words[0].start()), key=lambda one: -len(one[0]))

    # The second reading -------------------------------------------------------------------------------------------

    def _replaced(self, _path: Path, value: str) -> str:
        kind = self._known.get(value)
        return self._inside(value) if kind is None else self.stand_ins.of(kind, value)

    def _number(self, path: Path, value: int) -> int:
        if _name(path) not in self._hidden:
            return value
        stand_in = int(self.stand_ins.of("number", str(abs(value))))
        return -stand_in if value < 0 else stand_in

    def _inside(self, text: str) -> str:
        if self._by_words:
            text = self._known_inside(text)
        if "=" in text or ":" in text:
            text = _PAIR.sub(self._pair, text)
            text = _URL.sub(self._url, text)
        if "@" in text:
            text = EMAIL.sub(lambda found: self._way("email", found[0]), text)
        if "+" in text:
            text = PHONE.sub(lambda found: self._way("phone", found[0]), text)
        return text

    def _known_inside(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        words = [*_WORD.finditer(text)]
        spelled = [one[0] for one in words]
        for number, word in enumerate(words):
            ways = (tuple(spelled[number : number + size]) for size in range(_LOOKED_UP_BY, 0, -1))
            for value, before in chain.from_iterable(self._by_words.get(one, ()) for one in ways):
                start = word.start() - before
                end = start + len(value)
                kind = self._known[value]
                if kind == "phone" and text[max(start - 1, 0)] == "+":
                    continue  # its form says it all, and gives it the same digits
                if start >= done and text.startswith(value, start) and _ends(text, start, end):
                    parts += [text[done:start], self.stand_ins.of(kind, value)]
                    done = end
                    break
        return "".join([*parts, text[done:]])

    def _pair(self, found: re.Match[str]) -> str:
        value = found["value"]
        if value.startswith("redacted-"):
            return found[0]
        begin = found.start("value") - found.start()
        return found[0][:begin] + self.stand_ins.of("secret", value)

    def _url(self, found: re.Match[str]) -> str:
        parts = urlsplit(found[0])
        lets_in = any(name.lower() in LETTING_IN for name, _ in parse_qsl(parts.query))
        if parts.hostname in PAY_HOSTS or lets_in:
            return found[0] if "/redacted/" in found[0] else self.stand_ins.of("url", found[0])
        return found[0]

    def _way(self, kind: Kind, text: str) -> str:
        if text.lower() in self._own_ways or (kind == "email" and text.endswith(".example")):
            return text
        return self.stand_ins.of(kind, text)


def suspects(number: int, line: str) -> Iterator[Suspect]:
    """What in a line still looks like a secret."""
    for path, value in _texts(msgspec.json.decode(line), (), ""):
        found = looks_like(value)
        if found is not None:
            shown = tuple(one for one in path if not one.startswith(("~", "$")))
            yield Suspect(place=Place(number, shown), what=found[0], shown=found[1])


def own_texts(plan: str) -> frozenset[str]:
    """Every text of a plan, from its canonical line."""
    return frozenset(value for _, value in _texts(msgspec.json.decode(plan), (), ""))


_PLAIN = frozenset(
    ("$secret", "$instant", "$date", "$decimal", "$percent", "$money", "$microseconds")
)
"""Values that are no texts, or references already."""
_ENCODER = msgspec.json.Encoder(order="sorted")


def _name(path: Path) -> str:
    """The innermost field's name."""
    for one in reversed(path):
        if not one.startswith(("[", "~", "$")):
            return one.lower()
    return ""


def _ends(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isalnum() or after.isalnum())


def _texts(data: Any, path: Path, about: str) -> Iterator[tuple[Path, str]]:
    """Every text with the way to it. `~name` in a way: names of fields there are those of people and companies."""
    match data:
        case str():
            yield path, data
            yield from _within(data, path, about)
        case {"$row": list() as pairs}:
            path = _marked(path, [str(name) for name, _ in pairs], about)
            for name, one in pairs:
                yield from _texts(one, (*path, str(name)), about)
        case {"$bytes": str() as coded}:
            text = _as_text(coded)
            if text is not None:
                yield path, text
        case dict() if _PLAIN & data.keys():
            return
        case dict():
            free = _is_value(path) or bool(FREE & {*path})
            path = _marked(path, [str(one) for one in data], about) if _is_value(path) else path
            for name, one in data.items():
                if isinstance(one, str) and name in STRUCTURE and not free:
                    continue
                of_row = name in ("before", "after", "key") and not _is_value(path)
                yield from _texts(one, (*path, name), "sql" if of_row else about)
        case list():
            for number, one in enumerate(data, start=1):
                yield from _texts(one, (*path, f"[{number}]"), about)
        case _:
            return


def _within(text: str, path: Path, about: str) -> Iterator[tuple[Path, str]]:
    """The texts of JSON that is written into a text."""
    if text[:1] not in ("{", "["):
        return
    try:
        inner = json.loads(text)
    except ValueError:
        return
    if isinstance(inner, dict | list):
        yield from _texts({"$json": inner}, path, about)


def _is_value(path: Path) -> bool:
    return "$json" in path


def _marked(path: Path, names: Sequence[str], about: str) -> Path:
    """The way into a record; marked where it is one of somebody: a row of a table, or with an address or number."""
    known = {one.lower() for one in names}
    reached = any("email" in one or "phone" in one for one in known)
    return (*path, "~name") if about == "sql" or reached else path


def _as_text(coded: str) -> str | None:
    try:
        return base64.b64decode(coded).decode("utf-8")
    except ValueError:
        return None


def _mapped(
    data: Any,
    path: Path,
    of_text: Callable[[Path, str], str],
    of_number: Callable[[Path, int], int],
) -> Any:
    """`data` with its values replaced; names of fields stay, but for keys of JSON maps."""

    def below(one: Any, *names: str) -> Any:
        return _mapped(one, (*path, *names), of_text, of_number)

    match data:
        case str():
            return of_text(path, data)
        case int() if not isinstance(data, bool):
            return of_number(path, data)
        case {"$row": list() as pairs}:
            return {"$row": [[name, below(one, str(name))] for name, one in pairs]}
        case {"$bytes": str() as coded}:
            text = _as_text(coded)
            if text is None:
                return data
            told = of_text(path, text)
            return {"$bytes": base64.b64encode(told.encode("utf-8")).decode("ascii")}
        case dict() if _PLAIN & data.keys():
            return data
        case dict():
            free = _is_value(path) or bool(FREE & {*path})
            return {
                of_text(path, name) if _is_value(path) else name: one
                if isinstance(one, str) and name in STRUCTURE and not free
                else below(one, name)
                for name, one in data.items()
            }
        case list():
            return [below(one, f"[{number}]") for number, one in enumerate(data, start=1)]
        case _:
            return data
