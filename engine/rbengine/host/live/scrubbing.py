"""A profile's secrets never reach a journal, whatever a provider sends back."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import quote

from rbengine.contract.codec import from_line, to_line
from rbengine.runtime.events import Event

_SHORTEST = 6
"""Characters: a shorter one would hide half of every sentence, and opens nothing worth hiding."""


class Scrubber:
    """Puts `[stripe.key]` where the value of that setting would stand, in each form in which it travels."""

    def __init__(self, settings: Mapping[str, str], secret: frozenset[str]) -> None:
        found: dict[str, str] = {}
        for name in sorted(secret):
            value = settings.get(name, "")
            if len(value) >= _SHORTEST:
                for form in _forms(value):
                    found.setdefault(form, f"[{name}]")
        # The longest first: a key inside a whole address must not leave the address's beginning behind.
        self._found = sorted(found.items(), key=lambda one: -len(one[0]))

    def text(self, text: str) -> str:
        """`text` without them."""
        for form, name in self._found:
            if form in text:
                text = text.replace(form, name)
        return text

    def event(self, event: Event) -> Event:
        """The event without them; the same object where it holds none."""
        line = to_line(event)
        clean = self.text(line)
        return event if clean == line else from_line(clean, type(event))


def _forms(value: str) -> tuple[str, ...]:
    """As it is, inside JSON, inside an address, and as HTTP Basic sends it."""
    plain = base64.b64encode(value.encode()).decode()
    as_password = base64.b64encode(f":{value}".encode()).decode()
    return tuple(
        dict.fromkeys(
            [
                json.dumps(value)[1:-1],
                json.dumps(value, ensure_ascii=False)[1:-1],
                quote(value, safe=""),
                plain.rstrip("="),
                as_password.rstrip("="),
            ]
        )
    )
