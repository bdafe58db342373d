"""Values as a world's lines say them: literals of the language, cells of a table, moments counted from the run."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from rbengine.contract.values import Json, Money, Percent, Row, Value

_JSON = msgspec.json.Encoder(decimal_format="number")
_SIZES = ((86400, "d"), (3600, "h"), (60, "m"))


class Literals:
    """Writes values for a world that begins `now`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def literal(self, value: Value) -> str:
        """As an expression. What no expression says is an empty record."""
        match value:
            case None:
                return "absent"
            case bool():
                return "true" if value else "false"
            case str():
                return f'"{quoted(value)}"'
            case datetime():
                return self._moment(value)
            case date():
                return f'"{value.isoformat()}"'
            case timedelta():
                return span_text(value)
            case Money(minor=minor, currency=currency):
                return f"{minor // 100}.{minor % 100:02d} {currency}"
            case Percent(points=points):
                return f"{points}%"
            case tuple():
                return "[" + ", ".join(self.literal(one) for one in value) + "]"
            case Row():
                inside = (f"{name}: {self.literal(one)}" for name, one in value.items())
                return "{" + ", ".join(inside) + "}"
            case int() | Decimal():
                return str(value)
            case Json(content=content):
                return self.literal(_as_value(content))
            case _:
                return str(value)

    def cell(self, value: Value) -> str:
        """As a cell of a table."""
        match value:
            case None:
                return "null"
            case datetime():
                return f"= {self._moment(value)}"
            case date():
                return value.isoformat()
            case str() if _means_more(value):
                return f"= {self.literal(value)}".replace("|", "\\|")
            case str():
                return value.replace("|", "\\|") or "''"
            case Json(content=content):
                return self.cell(_JSON.encode(content).decode())
            case _:
                return self.literal(value)

    def _moment(self, value: datetime) -> str:
        span = value - self._now
        return f"{span_text(span)} from now" if span > timedelta(0) else f"{span_text(-span)} ago"


def _as_value(content: Any) -> Value:
    """Decoded JSON as a value of the language; names that no record can have are left out."""
    match content:
        case dict():
            named = {name: _as_value(one) for name, one in content.items() if name.isidentifier()}
            return Row(named)
        case list():
            return tuple(map(_as_value, content))
        case _:
            value: Value = content
            return value


def quoted(text: str) -> str:
    """`text` between quotes: without what would end them, the line, or begin a hole."""
    text = "".join(one if one.isprintable() else " " for one in text)
    return text.replace("\\", "").replace('"', "'").replace("{{", "(").replace("}}", ")")


def _means_more(text: str) -> bool:
    """Whether a cell with this text would be read as something else: a reference, an expression, nothing, two rows."""
    return (
        text.startswith((":", "=")) or text in ("null", "''") or text != text.strip()
        or "\\" in text or not text.isprintable()
    )  # fmt: skip


def span_text(span: timedelta) -> str:
    """A duration as it is written, in whole seconds or the next greater unit that fits."""
    seconds = int(span.total_seconds())
    for size, unit in _SIZES:
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
