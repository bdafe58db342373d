"""Scripts live on these numbers."""

import pytest
from rbengine.cli import exit_codes


def test_the_numbers_never_change() -> None:
    """A change here breaks somebody's pipeline at night."""
    numbers = {name: value for name, value in vars(exit_codes).items() if name.isupper()}
    assert numbers == {
        "OK": 0,
        "PROBLEMS": 1,
        "USAGE": 2,
        "FAILED": 3,
        "LEFT_APPLIED": 4,
        "IN_DOUBT": 5,
        "HANDED_OVER": 6,
        "PARKED": 7,
        "BUG": 70,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }


@pytest.mark.parametrize(
    ("outcome", "left", "doubt", "code"),
    [
        ("resolved", 0, 0, 0),
        ("diagnosed", 0, 0, 0),
        ("failed", 0, 0, 3),
        ("cancelled", 0, 0, 3),
        ("failed", 1, 0, 4),
        ("cancelled", 2, 0, 4),
        ("failed", 1, 1, 5),
        ("resolved", 0, 1, 5),
        ("handed over", 0, 0, 6),
        ("escalated", 3, 0, 6),
    ],
)
def test_what_a_run_came_to_is_one_number(outcome: str, left: int, doubt: int, code: int) -> None:
    """Doubt outranks everything: whoever reads the code must look before doing anything again."""
    assert exit_codes.of_run(outcome, left, doubt) == code
