"""What is reached only because something is not there. A change reached so is never free of approval:
an empty answer is what a broken reading looks like."""

from collections.abc import Iterable

from rbengine.syntax.nodes.expressions import Binary, Expression, Test, Unary
from rbengine.syntax.nodes.runbook import Either


def tells_absence(condition: Expression, *, holds: bool = True) -> bool:
    """Whether `condition` being true (or false, with `holds=False`) means that something is absent or empty."""
    match condition:
        case Test(state="absent" | "empty"):
            return condition.negated is not holds
        case Test(state="present"):
            return condition.negated is holds
        case Unary(operator="not"):
            return tells_absence(condition.operand, holds=not holds)
        case Binary(operator="and" | "or"):
            sides = (
                tells_absence(condition.left, holds=holds),
                tells_absence(condition.right, holds=holds),
            )
            both_hold = (condition.operator == "and") is holds
            return any(sides) if both_hold else all(sides)
        case _:
            return False


def found_by_absence(conditions: Iterable[Expression | Either]) -> bool:
    """Whether a finding holds only when something is absent or empty."""
    return any(
        all(tells_absence(one) for one in line.conditions)
        if isinstance(line, Either)
        else tells_absence(line)
        for line in conditions
    )
