"""Suggestions come only where a slip is likely."""

import pytest
from rbengine.diagnostics import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "offered", "found"),
    [
        ("latest_subscripton", ["latest_subscription", "list_invoices"], "latest_subscription"),
        ("subscription_teir", ["subscription_tier", "subscription_status"], "subscription_tier"),
        ("statsu", ["status"], "status"),
        ("Status", ["status"], "status"),
        ("x", ["completely_different"], None),
        ("abc", ["xyz"], None),
        ("ab", ["ac", "aa"], "aa"),
    ],
)
def test_only_near_words_are_suggested(word: str, offered: list[str], found: str | None) -> None:
    """A far suggestion sends the reader the wrong way; ties go by the alphabet."""
    assert nearest(word, offered) == found


def test_the_help_names_the_word() -> None:
    """The same words stand in help and fix."""
    assert did_you_mean("statsu", ["status"]) == "did you mean `status`?"
    assert did_you_mean("zzzzzz", ["status"]) is None
