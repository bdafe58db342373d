"""The company's own words stand in `playbooks/` alone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = (
    "businesses",
    "subscription_tier",
    "frozen_reason",
    "credit_ledger",
    "check-subscription",
    "stripe-webhook",
    "price_starter",
    "alacarte",
)
CODE = sorted((ROOT / "engine").rglob("*.py")) + sorted((ROOT / "adapters").rglob("*.py"))


@pytest.mark.parametrize("word", WORDS)
def test_no_code_names_a_table_function_or_tier(word: str) -> None:
    """The engine serves any company; one that knows this one's tables would be wrong for the next."""
    naming = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in CODE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if naming.search(line)
    ]
    assert found == []
