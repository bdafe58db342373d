"""Stand-ins for what a recording must not hold: the same value has the same one, and each keeps its shape.

They are made with a key that lives as long as one recording is being written, so nobody can try out values later.
"""

import base64
import hashlib
import hmac
import re
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["email", "phone", "name", "url", "secret", "uuid", "number", "text", "digest"]

EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
PHONE = re.compile(r"(?<![\w+])\+\d(?:[ ().-]{0,2}\d){7,14}(?!\d)")
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS = re.compile(r"\d")
_SHORTEST_PHONE = 8
_KEPT_DIGITS = 3
"""Of a phone number: its country, more or less."""


class StandIns:
    """Makes them. Two values never share one."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._made: dict[tuple[Kind, str], str] = {}
        self._taken: set[str] = set()

    def of(self, kind: Kind, text: str) -> str:
        """What stands for `text`. An address or number that is written in another way has the same one, so written."""
        match kind:
            case "email":
                return _capitals(self._one("email", text.lower()), text, self._hex("case", text))
            case "phone":
                digits = "".join(_DIGITS.findall(text))
                other = iter(self._one("phone", digits))
                return _DIGITS.sub(lambda _: next(other), text)
            case _:
                return self._one(kind, text)

    def counted(self) -> dict[str, int]:
        """How many different values of each kind have one."""
        found: dict[str, int] = {}
        for kind, _ in self._made:
            found[kind] = found.get(kind, 0) + 1
        return dict(sorted(found.items()))

    def _one(self, kind: Kind, text: str) -> str:
        made = self._made.get((kind, text))
        attempt = 0
        while made is None:
            tried = self._tried(kind, text, attempt)
            attempt += 1
            if tried not in self._taken and tried != text:
                made = tried
        self._made[kind, text] = made
        self._taken.add(made)
        return made

    def _tried(self, kind: Kind, text: str, attempt: int) -> str:
        token = self._hex(f"{kind}/{attempt}", text)
        match kind:
            case "email":
                domain = self._hex("domain", text.partition("@")[2])
                return f"{_word(token)}@{_word(domain)[:5]}.example"
            case "phone":
                return _digits(text, int(token, 16))
            case "name":
                return f"Name {_word(token)[:6].upper()}"
            case "url":
                parts = urlsplit(text)
                return f"{parts.scheme or 'https'}://{parts.netloc or 'redacted.example'}/redacted/{_word(token)}"
            case "uuid":
                return f"{token[:8]}-{token[8:12]}-4{token[13:16]}-8{token[17:20]}-{token[20:32]}"
            case "number":
                return str(int(token, 16))[: len(text) + attempt // 10]
            case "digest":
                return (token * 2)[: max(len(text), 16)]
            case "secret" | "text":
                return f"redacted-{_word(token)}"

    def _hex(self, purpose: str, text: str) -> str:
        return hmac.new(
            self._key, f"{purpose}\n{text}".encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()


def shape_of(text: str) -> Kind:
    """The kind of stand-in that a value of a field named by a person needs, by what it looks like."""
    if EMAIL.fullmatch(text):
        return "email"
    if UUID.fullmatch(text):
        return "uuid"
    if looks_like_phone(text):
        return "phone"
    if re.match(r"https?://", text):
        return "url"
    return "text"


def looks_like_phone(text: str) -> bool:
    """Whether the whole of it may be a number to call: digits, and what people put between them."""
    return bool(re.fullmatch(r"\+?[\d ().-]+", text)) and (
        len(_DIGITS.findall(text)) >= _SHORTEST_PHONE
    )


def _word(token: str) -> str:
    return base64.b32encode(bytes.fromhex(token)).decode("ascii").lower()[:10]


def _digits(text: str, number: int) -> str:
    """As many digits, the first ones the same. The first new one is from 2 to 9, as area codes are."""
    kept = text[:_KEPT_DIGITS]
    rest = len(text) - len(kept)
    made = [str(2 + number % 8)]
    for _ in range(rest - 1):
        number //= 10
        made.append(str(number % 10))
    return kept + "".join(made)[:rest]


def _capitals(stand_in: str, text: str, token: str) -> str:
    """Another way to write an address stays another one, and equal to the first when both are made lower-case."""
    if text == text.lower():
        return stand_in
    bits = int(token, 16)
    letters = [place for place, one in enumerate(stand_in) if one.isalpha()]
    turned = {place for number, place in enumerate(letters) if not number or bits >> number & 1}
    return "".join(one.upper() if place in turned else one for place, one in enumerate(stand_in))
