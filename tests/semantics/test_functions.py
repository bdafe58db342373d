"""One table of functions for the checker and the machine."""

from rbengine.runtime import evaluate, wording
from rbengine.semantics.functions import FILTERS, FUNCTIONS


def test_the_machine_has_every_filter() -> None:
    """A text that was checked can be made."""
    assert set(wording.FILTERS) == set(FILTERS)


def test_the_machine_has_every_function() -> None:
    """And none that the checker does not know."""
    assert set(evaluate.FUNCTIONS) == set(FUNCTIONS)
