"""What a draft is written with: names, quoted texts, durations, and the questions that it leaves open."""

import re
from collections.abc import Iterable

OPEN = "# ?"
"""A comment that begins so is an open question: the checker warns of it until somebody takes it out."""

_DURATION = re.compile(
    r"(?P<count>[0-9]+)\s*(?P<unit>s|sec|m|min|h|hour|d|day|week)[a-z]*\b", re.IGNORECASE
)
_UNITS = {"s": "s", "sec": "s", "m": "m", "min": "m", "h": "h", "hour": "h", "d": "d", "day": "d"}
_DAYS_OF_A_WEEK = 7
_LONGEST_NAME = 48
_LONGEST_LABEL = 90


class Names:
    """Names of one draft, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, prefix: str, text: str) -> str:
        """`found_verify_account_status` of "Verify Account Status"; numbered where it is taken."""
        words = re.findall(r"[a-z0-9]+", text.lower()) or ["it"]
        base = prefix
        for word in words:
            if len(base) + len(word) >= _LONGEST_NAME:
                break
            base = f"{base}_{word}" if base else word
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name

    def label(self, text: str) -> str:
        """A label that stands once in the draft."""
        base = plain(text)
        if len(base) > _LONGEST_LABEL:
            base = base[: _LONGEST_LABEL - 1].rstrip() + "…"
        label, number = base, 2
        while f'"{label}' in self._taken:
            label, number = f"{base} ({number})", number + 1
        self._taken.add(f'"{label}')
        return label


def plain(text: str) -> str:
    """Markdown's stars and a last colon taken off, in one line; what would end a string or begin a value is changed."""
    one = " ".join(text.replace("**", "").split()).rstrip(":").strip()
    one = one.replace('"', "'").replace("\\", "/")
    return (
        one.replace("{{", "{ {").replace("}}", "} }").replace("{%", "{ %").replace("{#", "{ #")
        or "…"
    )


def quoted(text: str) -> str:
    """A string of the language."""
    return f'"{plain(text)}"'


def comment(text: str) -> list[str]:
    """Text as comments, a line each."""
    return [f"# {one}".rstrip() for one in text.splitlines()]


def question(text: str) -> str:
    """One thing that the document does not say."""
    return f"{OPEN} {' '.join(text.split())}"


def indented(rows: Iterable[str], cells: int = 2) -> list[str]:
    """Rows that hold something, further in."""
    return [" " * cells + one if one.strip() else "" for one in rows]


def read_duration(text: str) -> str | None:
    """`15 minutes` as `15m`, `1 week` as `7d`; None where there is none."""
    found = _DURATION.search(text)
    if found is None:
        return None
    unit, count = found["unit"].lower(), int(found["count"])
    return f"{count * _DAYS_OF_A_WEEK}d" if unit == "week" else f"{count}{_UNITS[unit]}"
