"""What a draft says: how the world was, what happened in it meanwhile and when, and what went wrong at vendors."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.values import Value
from rbengine.rehearsal.from_run.objects import Line
from rbengine.rehearsal.from_run.rows import Rows
from rbengine.rehearsal.literals import Literals, quoted, span_text

_CHANGES = {
    "stripe.invoice": "stripe.invoice",
    "stripe.subscription": "stripe.change_subscription",
}
"""Lines by which things are changed that are there."""
_ENDS: Mapping[tuple[str, Value], str] = {
    ("stripe.invoice", "paid"): "stripe.pay_invoice",
    ("stripe.subscription", "canceled"): "stripe.cancel_subscription",
}
_CHANGED = frozenset({"status", "price", "current_period_end", "cancel_at_period_end"})


class Sql(msgspec.Struct, frozen=True):
    """A statement of somebody else."""

    text: str


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`fault stripe unavailable from 2s to 40s`, or `during "…"`; all the time where neither is said."""

    vendor: str
    kind: str
    """As it is written: `refuses with conflict`."""
    during: str = ""
    begins: timedelta = timedelta(0)
    ends: timedelta = timedelta(0)

    def text(self) -> str:
        """As it is written."""
        when = f" from {moment_text(self.begins)} to {moment_text(self.ends)}" if self.ends else ""
        when = f' during "{quoted(self.during)}"' if self.during else when
        return f"fault {self.vendor} {self.kind}{when}"


class Facts:
    """Everything that is known of the world, from its beginning or from a later moment on."""

    def __init__(self, rows: Rows, starts: datetime) -> None:
        self.rows = rows
        self.starts = starts
        self.lines: list[Line] = []
        self.later: list[tuple[datetime, Line | Sql]] = []
        self.faults: list[Fault] = []

    def copy(self) -> "Facts":
        """The same, to be tried further."""
        other = Facts(self.rows.copy(), self.starts)
        other.lines = [*self.lines]
        other.later = [*self.later]
        other.faults = [*self.faults]
        return other

    def leave_out(self, number: int) -> str:
        """Take out what stands in line `number` of the world, and say its name; empty where that is nothing of ours."""
        lines = [*self.world()]
        if not 0 <= number < len(lines):
            return ""
        first = number
        while first > 0 and lines[first].startswith(" "):
            first -= 1
        word, _, name = lines[first].partition(" ")
        if word == "table" and self.rows.known.pop(name, None) is not None:
            return f"table {name}"
        for one in self.lines:
            if one.text(Literals(self.starts)) == lines[first]:
                self.lines.remove(one)
                return one.name
        return ""

    def same(self, other: "Facts") -> bool:
        """Whether both say the same."""
        return [*self.world(), *self.meanwhile()] == [*other.world(), *other.meanwhile()]

    def say(self, line: Line, at: datetime | None = None) -> bool:
        """Add a line, of the world or from `at` on; whether it is new."""
        if at is not None:
            self.later.append((at, line))
            return True
        for number, one in enumerate(self.lines):
            if one == line:
                return False
            if one.is_about(line):
                both = Line(line.name, {**line.given, **one.given})
                self.lines[number] = both
                return both != one
        self.lines.append(line)
        return True

    def as_change(self, line: Line) -> Line:
        """What is said of a thing that is there already, as what happened to it."""
        before = next((one for one in self.lines if one.is_about(line)), None)
        if before is None or line.name not in _CHANGES:
            return line
        id_ = {"id": line.given["id"]}
        status = line.given.get("status")
        if (line.name, status) in _ENDS:
            return Line(_ENDS[line.name, status], id_)
        fields = {
            name: one for name, one in line.given.items()
            if name in _CHANGED and before.given.get(name) != one
        }  # fmt: skip
        return Line(_CHANGES[line.name], {**id_, **fields})

    def world(self) -> Iterator[str]:
        """Its tables and objects."""
        write = Literals(self.starts)
        self.rows.complete()
        yield from _tables(
            [(table, row) for table, at, row in self.rows.finished() if at is None], write
        )
        # What something does comes after what it is: whoever did something and is not described yet is made up.
        for line in sorted(self.lines, key=lambda one: not one.is_of_a_thing):
            yield line.text(write)

    def meanwhile(self) -> Iterator[str]:
        """What happens in it, and what goes wrong."""
        told: dict[datetime, list[str]] = {}
        rows: dict[datetime, list[tuple[str, dict[str, Value]]]] = {}
        for table, at, row in self.rows.finished():
            if at is not None:
                rows.setdefault(at, []).append((table, row))
        for at, listed in rows.items():
            told.setdefault(at, []).extend(_tables(listed, Literals(at)))
        for at, one in self.later:
            lines = told.setdefault(at, [])
            lines.extend(
                [one.text(Literals(at))] if isinstance(one, Line)
                else ["sql", *(f"  {line}" for line in one.text.splitlines())]
            )  # fmt: skip
        for at in sorted(told):
            yield f"at {moment_text(at - self.starts)}"
            yield from (f"  {line}" for line in told[at])
        yield from (one.text() for one in self.faults)


def moment_text(span: timedelta) -> str:
    """A moment after the beginning: `90s`, `1500ms`, `4m`."""
    milliseconds = max(span // timedelta(milliseconds=1), 0)
    if milliseconds % 1000:
        return f"{milliseconds}ms"
    return span_text(timedelta(milliseconds=milliseconds))


def _tables(rows: list[tuple[str, dict[str, Value]]], write: Literals) -> Iterator[str]:
    """Rows of one table of which the same is known below each other: what nobody read the schema makes up."""
    alike: dict[tuple[str, tuple[str, ...]], list[dict[str, Value]]] = {}
    for table, row in rows:
        if row:
            alike.setdefault((table, tuple(row)), []).append(row)
    for (table, columns), group in alike.items():
        cells = [list(columns), *([write.cell(row[name]) for name in columns] for row in group)]
        widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
        yield f"table {table}"
        for line in cells:
            inside = " | ".join(one.ljust(size) for one, size in zip(line, widths, strict=True))
            yield f"  | {inside} |"
