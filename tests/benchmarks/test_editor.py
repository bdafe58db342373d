"""An editor never waits."""

import pytest

from benchmarks.editor import main


@pytest.mark.slow(seconds=12)
def test_answers_come_within_the_bound_while_somebody_types() -> None:
    """Each question is about text that was never analysed before; 19 of 20 answers come within 100 ms."""
    assert main() == 0
