"""Secrets that come back: a provider may repeat what it was sent, and nobody must read it."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote, urlsplit

import msgspec

from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Json, Row, Value

SHORTEST = 6
"""A shorter secret would be found everywhere; nobody can hide it."""

INSTEAD = "(hidden)"


class Hidden:
    """Takes the values of secrets out of texts, in the forms in which they travel."""

    def __init__(self, secrets: Iterable[str]) -> None:
        whole = [part for one in secrets for part in _parts(one) if len(part) >= SHORTEST]
        forms = {form for one in whole for form in _forms(one)}
        longest_first = sorted(forms, key=lambda one: (-len(one), one))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """`text` without any of them."""
        return text if self._pattern is None else self._pattern.sub(INSTEAD, text)

    def outcome(self, outcome: Outcome) -> Outcome:
        """How a call ended, without any of them."""
        match outcome:
            case Refused(kind=kind, text=text):
                return Refused(kind, self.text(text))
            case Unsettled(text=text):
                return msgspec.structs.replace(outcome, text=self.text(text))
            case Succeeded(value=value):
                return Succeeded(Datum(self.value(value.value)))

    def value(self, value: Value) -> Value:
        """A value without any of them in its texts. One that is declared secret is somebody else's to put away."""
        match value:
            case str():
                return self.text(value)
            case Row():
                return Row({name: self.value(one) for name, one in value.items()})
            case tuple():
                return tuple(self.value(one) for one in value)
            case Json(content=content):
                return Json(self._json(content))
            case _:
                return value

    def _json(self, content: object) -> object:
        match content:
            case str():
                return self.text(content)
            case dict():
                return {self.text(name): self._json(one) for name, one in content.items()}
            case list():
                return [self._json(one) for one in content]
            case _:
                return content


_PASSWORD = re.compile(r"\bpassword\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))")
"""In a DSN of PostgreSQL that is no address: `host=db password='…'`."""


def _parts(secret: str) -> Iterable[str]:
    """It, and the password in it where it is an address or a DSN."""
    yield secret
    try:
        password = urlsplit(secret).password
    except ValueError:
        password = None
    if password:
        yield password
        yield unquote(password)
    for found in _PASSWORD.finditer(secret):
        yield found[1] or found[2] or ""


def _forms(secret: str) -> Iterable[str]:
    """As it is, in an address, in JSON, in HTTP Basic and in AUTH PLAIN."""
    content = secret.encode("utf-8")
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(secret)[1:-1]
    # Base64 of something that ends with it: the three ways in which its bytes can lie.
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + content).decode("ascii").rstrip("=")
        inner = whole[
            (0, 2, 3)[before] : len(whole) - (0 if (before + len(content)) % 3 == 0 else 1)
        ]
        if len(inner) >= SHORTEST:
            yield inner
