"""Statements that act, as texts: changes, questions, messages, waits, and the ends of a run."""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

ROLES = ("on_call", "manager", "on_call or manager")


class Place(NamedTuple):
    """Where statements stand, and so which may."""

    indent: str
    depth: int
    """How much deeper they may nest."""
    acts: bool = False
    """Whether they may change, tell, ask and wait."""
    crowded: bool = False
    """In `parallel` and in a loop `at a time`: one call after the other."""
    loop: bool = False
    procedure: bool = False
    repeated: bool = False
    """In a step that says `retry`."""
    atomic: bool = False
    """In an `all or nothing`."""

    def inside(self, **more: bool) -> "Place":
        """One deeper."""
        return self._replace(indent=f"{self.indent}  ", depth=self.depth - 1, **more)


Form = Callable[[Place], list[str]]


class Procedure(NamedTuple):
    """One of the library."""

    name: str
    gives: bool
    tells_many: bool
    lines: tuple[str, ...]


class Acting:
    """Writes them. No name is bound twice; what a statement needs, it brings along."""

    def __init__(
        self, rng: random.Random, procedures: Sequence[Procedure] = (), where: str = ""
    ) -> None:
        """`where` is in every name and label, so that those of a procedure are no others' too."""
        self._rng = rng
        self._where = where
        self._names = 0
        self._procedures = procedures

    def name(self, stem: str = "n") -> str:
        """One that is not taken."""
        self._names += 1
        return f"{stem}{self._where}{self._names}"

    def _condition(self) -> str:
        return self._rng.choice(
            ["row.frozen", "row.credits > 40", "pause < 3m", "row.credits < 90 or row.frozen"]
        )

    def _likely(self) -> str:
        """What holds nearly always, so that most runs go on behind it."""
        return self._rng.choice(["pause < 1h", "row.credits > 2", "pause < 8m"])

    def _note(self, place: Place) -> list[str]:
        return [f'{place.indent}note "noted"']

    # -- changing --------------------------------------------------------------------------------

    def _bound(self, place: Place) -> str:
        bind = f"{self.name('c')} = " if self._rng.random() < 0.2 else ""
        return f'{place.indent}{bind}change "{self.name("C")}"'

    def _approved_by(self, place: Place) -> list[str]:
        if self._rng.random() < 0.7:
            return []
        return [f"{place.indent}  approve by {self._rng.choice(ROLES)}"]

    def _operation(self, place: Place) -> list[str]:
        order = self.name("o")
        undo = self._rng.choice(
            [f'undo shop.restore(order: "{order}")', 'irreversible "cancelled is cancelled"']
        )
        return [
            self._bound(place),
            f'{place.indent}  shop.cancel(order: "{order}")',
            f"{place.indent}  {undo}",
            *self._approved_by(place),
        ]

    def _sql(self, place: Place) -> list[str]:
        inner = f"{place.indent}  "
        lines = [self._bound(place)]
        for _ in range(self._rng.choice([1, 1, 2])):
            lines += [
                f"{inner}sql",
                f"{inner}  UPDATE accounts SET frozen = true WHERE credits = 3",
                f"{inner}expect 1 row",
            ]
        if self._rng.random() < 0.3:
            lines.append(f"{inner}may drift frozen")
        return [*lines, *self._approved_by(place)]

    def _many(self, place: Place) -> list[str]:
        order, inner = self.name("o"), f"{place.indent}  "
        count = self._rng.randint(0, 3)
        items = ", ".join(f'"{order}{n}"' for n in range(max(count, 1)))
        most = max(1, count - (self._rng.random() < 0.1) + (self._rng.random() < 0.3))
        head = f"{inner}for each {order} in [{items}], at most {most}"
        if self._rng.random() < 0.5:
            return [
                self._bound(place), head,
                f"{inner}  shop.cancel(order: {order})", f"{inner}  undo shop.restore(order: {order})",
            ]  # fmt: skip
        one = [f"{inner}  in one transaction"] if self._rng.random() < 0.3 else []
        return [
            self._bound(place), head,
            f"{inner}  sql", f"{inner}    UPDATE accounts SET frozen = true WHERE name = :{order}",
            f"{inner}  expect 1 row", *one, *self._approved_by(place),
        ]  # fmt: skip

    def _chosen(self, place: Place) -> list[str]:
        inner = f"{place.indent}  "
        condition = "1 < 2" if place.procedure else self._condition()
        return [
            self._bound(place),
            f"{inner}if {condition}",
            f"{inner}  sql", f"{inner}    UPDATE accounts SET frozen = true WHERE credits = 4",
            f"{inner}  expect 1 row",
            f"{inner}else",
            f"{inner}  sql", f"{inner}    UPDATE accounts SET credits = 9 WHERE credits = 4",
            f"{inner}  expect 1 row",
        ]  # fmt: skip

    # -- people and time ------------------------------------------------------------------------

    def _waits(self) -> str:
        within = f" within {self._rng.randint(1, 10)}m" if self._rng.random() < 0.7 else ""
        return f"{within} by {self._rng.choice(ROLES)}"

    def _question(self, place: Place) -> list[str]:
        kind = self._rng.choice(["bool", "duration", "text"])
        return [f'{place.indent}{self.name("a")} = ask "{self.name("Q")}?": {kind}{self._waits()}']

    def _choose(self, place: Place) -> list[str]:
        name, question = self.name("a"), self.name("Q")
        if self._rng.random() < 0.5:
            orders = self.name()
            return [
                f'{place.indent}{orders} = shop.orders(customer: "c")',
                f'{place.indent}{name} = choose "{question}?" from {orders} showing it.id{self._waits()}',
            ]
        return [
            f'{place.indent}{name} = choose "{question}?"{self._waits()}',
            f'{place.indent}  credits "Credits"',
            f'{place.indent}  money "Money, to the card"',
        ]

    def _manual(self, place: Place) -> list[str]:
        lines = [f'{place.indent}manual "{self.name("Q")}"{self._waits()}']
        if self._rng.random() < 0.5:
            lines.append(f'{place.indent}  give {self.name("g")}: bool "Did you?"')
            lines.append(f'{place.indent}  give {self.name("g")}: optional text "What?"')
        return lines

    def _approve(self, place: Place) -> list[str]:
        return [f'{place.indent}approve "{self.name("Q")}?"{self._waits()}']

    def _escalate(self, place: Place) -> list[str]:
        to = self._rng.choice(["", " to manager"])
        lines = [f'{place.indent}escalate "{self.name("E")}"{to}']
        if self._rng.random() < 0.5:
            lines += [f'{place.indent}  impact "many"', f'{place.indent}  next "wait"']
        return lines

    def _tell(self, place: Place) -> list[str]:
        to = '"a@b.test"' if place.procedure else "row.email"
        return [f'{place.indent}mail.send(to: {to}, message: {self._message(place)}("me"))']

    def _tell_many(self, place: Place) -> list[str]:
        to = '"a@b.test"' if place.procedure else "row.email"
        return [
            *self._approve(place),
            f'{place.indent}{self.name()} = shop.orders(customer: "c")',
            f"{place.indent}mail.send_each(to: [{to}, {to}], message: {self._message(place)}(\"me\"))",
        ]  # fmt: skip

    def _message(self, place: Place) -> str:
        return "greeting" if place.procedure else "cheers"

    def _wait(self, place: Place) -> list[str]:
        times = [f"{self._rng.randint(1, 300)}s"] + ["pause"] * (not place.procedure)
        return [f"{place.indent}wait {self._rng.choice(times)}"]

    def _clean(self, place: Place) -> list[str]:
        return [
            f"{place.indent}within {self._rng.randint(1, 4)}m checking every 50s",
            f"{place.indent}  until no finding holds",
            *([f"{place.indent}else", f'{place.indent}  note "still so"'] if self._rng.random() < 0.6 else []),
        ]  # fmt: skip

    def _procedure(self, place: Place) -> list[str]:
        known = self._rng.choice(self._procedures)
        tried = "try " if self._rng.random() < 0.5 else ""
        bind = f"{self.name('p')} = {tried}" if known.gives else ""
        if known.tells_many and (place.repeated or place.loop):
            return self._note(place)
        return [f"{place.indent}{bind}call {known.name}()"]

    def _stop(self, place: Place) -> list[str]:
        word = self._rng.choice(["resolved", "handed over"])
        return [f"{place.indent}if {self._condition()}", f'{place.indent}  stop {word} "enough"']
