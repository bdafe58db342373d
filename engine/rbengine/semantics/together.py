"""Findings that can hold together: then all of them are resolved, one after the other."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from rbengine.semantics.inference.facts import Facts

MOST_TOGETHER = 24
"""Findings of one runbook that are looked at together, the longest to resolve; more would take ever longer to judge."""


def can_hold_together(one: Facts, other: Facts) -> bool:
    """Whether nothing that the one says rules out what the other says."""
    fewer, more = (one, other) if len(one) <= len(other) else (other, one)
    return not any(
        path in more and fact.and_also(more[path]).is_impossible for path, fact in fewer.items()
    )


def before(
    name: str, earlier: Mapping[str, timedelta], findings: Mapping[str, Facts]
) -> tuple[str, ...]:
    """Which of the findings resolved `earlier`, in that order, can all hold together with `name` and take longest."""
    others = [one for one in earlier if can_hold_together(findings[one], findings[name])]
    weights = [earlier[one] for one in others]
    return tuple(others[one] for one in heaviest(weights, [findings[one] for one in others]))


def heaviest(weights: Sequence[timedelta], says: Sequence[Facts]) -> tuple[int, ...]:
    """Which of these findings can all hold together and weigh most, in their order.

    `says` are their facts, at most `MOST_TOGETHER`. Three of which only each two can hold together count as together.
    """
    count = len(says)
    excluded = [
        sum(1 << j for j in range(count) if i != j and not can_hold_together(says[i], says[j]))
        for i in range(count)
    ]
    known: dict[int, tuple[timedelta, int]] = {}

    def among(left: int) -> tuple[timedelta, int]:
        """The most that those in `left` can weigh, and which."""
        if not left:
            return timedelta(0), 0
        found = known.get(left)
        if found is None:
            first = (left & -left).bit_length() - 1
            rest = left & ~(1 << first)
            weight, which = among(rest & ~excluded[first])
            found = (weight + weights[first], which | 1 << first)
            if rest & excluded[first]:
                without = among(rest)
                found = found if found[0] >= without[0] else without
            known[left] = found
        return found

    _, which = among((1 << count) - 1)
    return tuple(one for one in range(count) if which >> one & 1)
