"""How one condition is decided: by values that are tried, by whether a value is there at all, or not at all."""

from collections.abc import Callable, Mapping
from typing import Literal

from rbengine.plan import expressions as ex
from rbengine.rehearsal.explore.reads import Asked

Part = tuple[str, tuple[str, ...]]
"""An answer, and the path into it."""

Key = Part | int
"""Part of an answer; or the number of a term that is so or not so, nobody knows why."""

Chosen = Mapping[Key, Asked]

Holds = Callable[[ex.Expr, tuple[Part, ...], Chosen], bool]
"""Whether an expression holds where those parts of answers have the chosen values."""

STATE = "?"
"""In the place of an answer's name: the state of a value that no trial reaches, by the number of its term."""

STATES: tuple[Asked, ...] = ("some", "empty", "absent", "failed")

Taken = Literal["item", "list", "field"]
"""What was taken from a value: its first item, a list made of it, a field."""

_NONE = ("empty", "absent")


class Form:
    """How a condition is decided. `needs`: what must be chosen first."""

    needs: tuple[Key, ...] = ()

    def holds(self, holds: Holds, chosen: Chosen) -> bool:
        raise NotImplementedError


class Tried(Form):
    def __init__(self, expr: ex.Expr, keys: tuple[Part, ...]) -> None:
        self._expr = expr
        self._keys = keys
        self.needs = keys
        self._known: dict[tuple[Asked, ...], bool] = {}

    def holds(self, holds: Holds, chosen: Chosen) -> bool:
        values = tuple((type(chosen[one]), chosen[one]) for one in self._keys)
        found = self._known.get(values)  # type: ignore[arg-type]  # the type keeps 1 and True apart
        if found is None:
            found = holds(self._expr, self._keys, chosen)
            self._known[values] = found  # type: ignore[index]  # as above
        return found


class Unknown(Form):
    def __init__(self, term: int) -> None:
        self.needs = (term,)

    def holds(self, _holds: Holds, chosen: Chosen) -> bool:
        return chosen[self.needs[0]] is True


class Stated(Form):
    def __init__(self, chain: tuple[Part, ...], state: str) -> None:
        self.needs = chain
        self._states = {
            "present": ("some", "empty"),
            "absent": ("absent",),
            "empty": ("empty", "absent"),
            "failed": ("failed",),
        }[state]

    def holds(self, _holds: Holds, chosen: Chosen) -> bool:
        return chosen[self.needs[0]] in self._states


class Compared(Form):
    """Where the value is absent it is known how the comparison ends, else not."""

    def __init__(self, term: int, chain: tuple[Part, ...], without: ex.Expr) -> None:
        self.needs = (term, *chain)
        self._without = without

    def holds(self, holds: Holds, chosen: Chosen) -> bool:
        if chosen[self.needs[1]] == "absent":
            return holds(self._without, (), {})
        return chosen[self.needs[0]] is True


class Lawful(Form):
    """The first of nothing is absent, and so is a field of nothing; a list made from an empty one is empty."""

    def __init__(self, key: Part, source: Part, kind: Taken) -> None:
        self.needs = (key, source)
        self._kind = kind

    def holds(self, _holds: Holds, chosen: Chosen) -> bool:
        state, source = chosen[self.needs[0]], chosen[self.needs[1]]
        match self._kind:
            case "item":
                return state == "absent" or source not in _NONE
            case "list":
                return state == "empty" or (state == "some" and source not in _NONE)
            case "field":
                return state == "absent" or source == "some" or (state, source) == ("empty",) * 2


class Turned(Form):
    def __init__(self, of: Form) -> None:
        self._of = of
        self.needs = of.needs

    def holds(self, holds: Holds, chosen: Chosen) -> bool:
        return not self._of.holds(holds, chosen)


class Joined(Form):
    def __init__(self, operator: str, left: Form, right: Form) -> None:
        self._is_or = operator == "or"
        self._sides = left, right
        self.needs = tuple(dict.fromkeys((*left.needs, *right.needs)))

    def holds(self, holds: Holds, chosen: Chosen) -> bool:
        left, right = (one.holds(holds, chosen) for one in self._sides)
        return left or right if self._is_or else left and right
