"""Checking in bulk keeps its promises."""

import pytest

from benchmarks.bulk_check import Figures, measure, over, times

LIMIT_MB = 400


@pytest.fixture(scope="module")
def figures() -> Figures:
    return measure(1_000)


@pytest.mark.slow
def test_checking_has_a_third_of_the_speed_of_parsing(figures: Figures) -> None:
    """Lark's own parse of the same text is the yardstick: a check that lags behind it is not run at every save."""
    assert over(figures.lark, figures.many).clock >= 1 / 3


@pytest.mark.slow
def test_many_files_take_as_long_for_each_as_few(figures: Figures) -> None:
    """What grows faster than the files stops a growing company from checking all of them."""
    assert over(times(figures.many, 1 / 10), figures.few).processors <= 1.2


@pytest.mark.slow
def test_long_files_take_as_long_for_each_line_as_short_ones(figures: Figures) -> None:
    """The same inside of one file."""
    assert over(times(figures.long, 1 / 10), figures.short).processors <= 1.2


@pytest.mark.slow
def test_unchanged_files_are_answered_from_the_cache(figures: Figures) -> None:
    """500 a second, also where one file among them was edited."""
    assert figures.files / figures.unchanged.clock >= 500
    assert figures.files / figures.edited.clock >= 500


@pytest.mark.slow
def test_memory_stays_small(figures: Figures) -> None:
    """A check runs beside an editor and a browser."""
    assert figures.megabytes < LIMIT_MB
