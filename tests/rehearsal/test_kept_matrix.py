"""The crash matrix: SIGKILL at every write of a journal and around every call, then a new process takes the run up.

What is left must be what the run leaves that nobody killed: rows, vendors' objects, letters, decisions. Slow ones run
every point of one runbook and a sample of five others; `make crash-matrix` runs all points.
"""

import os
from collections.abc import Iterator

import pytest
from rehearsal.kept_shipped import Matrix, misses

pytestmark = pytest.mark.slow

WHOLE = "rb011"
OTHERS = ("rb001", "rb005", "rb006", "rb012", "rb014")
SEED = 20261123
SAMPLE = int(os.environ.get("RBENGINE_CRASH_POINTS", "80"))
"""Points of the others; the make target asks for more than there are."""

LOSES_A_SECRET = "rb005"
"""Between the call that gives it and the one that takes it, a crash costs a secret: that run ends otherwise."""

LOST = "a secret is lost that was in memory only: "


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    with Matrix((WHOLE, *OTHERS)) as matrix:
        yield matrix


def test_every_point_of_one_runbook(matrix: Matrix) -> None:
    """Zero differences, zero double effects, nothing in doubt."""
    points = [one for one in matrix.points if one.runbook == WHOLE]
    assert len(points) > 40
    assert misses(matrix, matrix.killed(points), points) == []


def test_points_of_the_others(matrix: Matrix) -> None:
    """As above, for operations of every kind: mails, Stripe, Supabase, git, text messages, sessions of the database."""
    points = matrix.sample(SEED, SAMPLE, [one for one in OTHERS if one != LOSES_A_SECRET])
    assert misses(matrix, matrix.killed(points), points) == []


def test_a_secret_that_a_crash_costs_is_named_and_its_endpoint_is_offered_back(
    matrix: Matrix,
) -> None:
    """All other points of that runbook leave what they should; these leave one and the same thing, all of them."""
    every = [one for one in matrix.points if one.runbook == LOSES_A_SECRET]
    points = every[:: max(8 * len(every) // SAMPLE, 1)]
    left = matrix.killed(points)
    lost = [one for one in points if LOST in " ".join(getattr(left[one], "decisions", []))]
    assert 0 < len(lost) < len(points) / 2
    # The secret had arrived, and nobody heard: without it the call cannot be repeated, so a person is asked.
    doubted = [one for one in points if getattr(left[one], "in_doubt", 0)]
    assert len(doubted) < len(points) / 8
    for one in doubted:
        assert "nobody could say whether" in "\n".join(getattr(left[one], "decisions", []))
    whole = [one for one in points if one not in lost and one not in doubted]
    assert misses(matrix, left, whole) == []
    for one in lost:
        its = left[one]
        assert not isinstance(its, str)
        assert its.in_doubt == 0
        told = "\n".join(its.decisions)
        assert "Take back what was done? 2 newest first:" in told
        assert "Make a new endpoint in its place" in told
        assert its.effects == left[lost[0]].effects  # type: ignore[union-attr]  # as above
        assert its.objects == left[lost[0]].objects  # type: ignore[union-attr]
