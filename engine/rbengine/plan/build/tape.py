"""Code while it is being written: instructions with their origins, and places still to be filled in."""

from rbengine.plan.code import Instruction, Origin


class Tape:
    """Appends instructions. `reserve` keeps a counter for one whose jump target is not known yet."""

    def __init__(self) -> None:
        self._code: list[Instruction | None] = []
        self._origins: list[Origin] = []

    @property
    def here(self) -> int:
        """The counter of the next instruction."""
        return len(self._code)

    def add(self, instruction: Instruction, origin: Origin) -> int:
        """Write `instruction`; its counter."""
        self._code.append(instruction)
        self._origins.append(origin)
        return len(self._code) - 1

    def reserve(self, origin: Origin) -> int:
        """Keep a counter for `fill`."""
        self._code.append(None)
        self._origins.append(origin)
        return len(self._code) - 1

    def fill(self, counter: int, instruction: Instruction) -> None:
        """Write the instruction of a reserved counter."""
        if self._code[counter] is not None:
            raise AssertionError(f"counter {counter} is written already")
        self._code[counter] = instruction

    def finished(self) -> tuple[tuple[Instruction, ...], tuple[Origin, ...]]:
        """The whole code and the origin of each instruction."""
        code = tuple(one for one in self._code if one is not None)
        if len(code) != len(self._code):
            raise AssertionError("a reserved counter was never filled")
        return code, tuple(self._origins)
