"""The vendors are ours, the company is the project's."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rbengine.rehearsal.company.company import Company

ROOT = Path(__file__).parents[3]

MODULES = sorted(
    path
    for folder in ("engine/rbengine/rehearsal/company", "adapters/rbengine_adapters")
    for path in (ROOT / folder).rglob("*.py")
)

WORDS = (
    "businesses",
    "conversations",
    "email_accounts",
    "credit_ledger",
    "incident_freezes",
    "subscription_tier",
    "credit_balance",
    "is_frozen",
    "frozen_reason",
    "check-subscription",
    "stripe-webhook",
    "email-sync",
    "oauth-refresh-tokens",
    "starter",
    "price_starter",
    "price_pro",
)


@pytest.mark.parametrize("word", WORDS)
def test_no_simulator_and_no_adapter_names_a_table_function_or_tier(word: str) -> None:
    """It would be right for one company and wrong for the next."""
    naming = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    assert MODULES
    assert [str(path) for path in MODULES if naming.search(path.read_text(encoding="utf-8"))] == []


def test_a_company_is_made_without_an_http_library() -> None:
    """It is loaded when the first request is made, not when a world is read."""
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from rbengine.rehearsal.company.builders import builders\n"
        "from rbengine.rehearsal.company.company import Company\n"
        "company = Company(lambda: datetime(2026, 1, 1, tzinfo=UTC))\n"
        "builders()['stripe.customer'].apply(company, {'id': 'cus_1'})\n"
        "print('httpx' in sys.modules, 'pydantic' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert found.stdout.split() == ["False", "False"]


def test_new_vendors_hold_nothing() -> None:
    """They are made when the first of them is asked: that must not look as if the run had changed anything."""
    company = Company(lambda: datetime(2026, 3, 2, tzinfo=UTC))
    before = company.snapshot()
    assert company.vendors
    assert company.snapshot() == before
