"""Runs that survive cost little: each figure is a ratio to something measured in the same minute."""

import pytest

from benchmarks import kept

pytestmark = pytest.mark.slow


def test_a_durable_step_costs_little_more_than_its_two_commits() -> None:
    """The disk is the limit, and half of what it can do is the least that we reach."""
    assert kept.durable_step() >= 0.5


def test_a_long_run_is_taken_up_like_a_short_one() -> None:
    """Its newest saved state stands for all lines before it."""
    assert kept.taking_up() <= 1.5


@pytest.mark.slow(seconds=15)
def test_runs_that_wait_cost_a_row() -> None:
    """No process, little room, and one look lists them."""
    waiting = kept.parked()
    assert waiting.bytes_each < 20_000
    assert waiting.listed < 0.5


@pytest.mark.slow(seconds=12)
def test_being_kept_costs_a_run_little() -> None:
    """Whole processes, against the same run in memory."""
    assert kept.durable_exec() <= 1.3
