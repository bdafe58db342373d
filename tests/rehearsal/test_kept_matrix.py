"""The crash matrix: SIGKILL at every write of a journal and around every call, then a new process takes the run up.

What is left must be what the run leaves that nobody killed: rows, vendors' objects, letters, decisions. Slow ones run
every point of one runbook and a sample of 200 of five others; `make crash-matrix` runs all points.
"""

import os
from collections.abc import Mapping

import pytest
from rehearsal.kept_club import Left
from rehearsal.kept_shipped import Matrix, Point, misses

pytestmark = pytest.mark.slow(seconds=60)

WHOLE = "rb011"
OTHERS = ("rb001", "rb005", "rb006", "rb012", "rb014")
SEED = 20261123
SAMPLE = int(os.environ.get("RBENGINE_CRASH_POINTS", "200"))
"""Points of the others; the make target asks for more than there are."""

LOSES_A_SECRET = "rb005"
"""Between the call that gives it and the one that takes it, a crash costs a secret: that run ends otherwise."""

LOST = "a secret is lost that was in memory only: "


def test_a_run_that_is_killed_anywhere_ends_as_if_it_had_not_been() -> None:
    """Zero differences, zero double effects, nothing in doubt, for operations of every kind.

    One test, because what its parts look at is made once, on all cores.
    """
    with Matrix((WHOLE, *OTHERS)) as matrix:
        every = [one for one in matrix.points if one.runbook == WHOLE]
        assert len(every) > 40
        twice = matrix.twice(SEED, SAMPLE // 10, [one for one in OTHERS if one != LOSES_A_SECRET])
        left = matrix.killed([*every, *matrix.sample(SEED, SAMPLE, OTHERS), *twice])
        whole = [one for one in left if one.runbook != LOSES_A_SECRET]
        assert misses(matrix, left, whole) == []
        _look_at_lost_secrets(matrix, left)


def _look_at_lost_secrets(matrix: Matrix, left: Mapping[Point, Left | str]) -> None:
    """A crash that costs one names it and offers to take its endpoint back; all other points leave what they should."""
    points = [one for one in left if one.runbook == LOSES_A_SECRET]
    lost = [one for one in points if LOST in " ".join(getattr(left[one], "decisions", []))]
    assert 0 < len(lost) < len(points) / 2
    # The secret had arrived, and nobody heard: without it the call cannot be repeated, so a person is asked.
    doubted = [one for one in points if getattr(left[one], "in_doubt", 0)]
    assert len(doubted) < len(points) / 8
    for one in doubted:
        assert "nobody could say whether" in "\n".join(getattr(left[one], "decisions", []))
    assert misses(matrix, left, [one for one in points if one not in (*lost, *doubted)]) == []
    for one in lost:
        its = left[one]
        assert not isinstance(its, str)
        assert its.in_doubt == 0
        told = "\n".join(its.decisions)
        assert "Take back what was done? 2 newest first:" in told
        assert "Make a new endpoint in its place" in told
        assert its.effects == left[lost[0]].effects  # type: ignore[union-attr]  # as above
        assert its.objects == left[lost[0]].objects  # type: ignore[union-attr]
