"""The texts of messages."""

import pytest
from rbengine.contract.values import Row
from rbengine.plan.program import MessageSpec
from rbengine.runtime.messages import render


@pytest.mark.parametrize(
    ("body", "absent", "there"),
    [
        ('{{ a.x | default("none") }}', "none", "v"),
        ("{% if a.x is present %}yes{% else %}no{% endif %}", "no", "yes"),
        ("{% if a.x is absent %}no{% else %}{{ a.x }}{% endif %}", "no", "v"),
        ("{% if a.x %}{{ a.x }}{% endif %}", "", "v"),
    ],
)
def test_every_test_that_the_checker_accepts_works(body: str, absent: str, there: str) -> None:
    """What was checked must not fail when it is sent."""
    message = MessageSpec(name="m", parameters=("a",), subject="s", body=body)
    assert render(message, [Row({"x": None})])["text"] == absent
    assert render(message, [Row({"x": "v"})])["text"] == there
