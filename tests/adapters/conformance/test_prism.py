"""Prism, which we did not write, judges every request by the vendor's own description: alone, and before the company.

As a mock server it answers with the vendor's examples, which the adapters must understand. As a proxy it also judges
what the simulated company answers.
"""

from collections.abc import Mapping

import httpx
import pytest
from rbengine.conformance.bench import TIMEOUT
from rbengine.contract.adapter import Locates, Whereabouts
from rbengine.contract.outcomes import Succeeded
from rbengine.host.live.connections import LiveConnections
from rbengine.rehearsal.company.settings import SETTINGS
from support.every_call import CALLS, arranged
from support.fronts import Fronts
from support.live import LiveBench, live
from support.peer_prism import (
    ACCOUNT,
    DESCRIPTIONS,
    KEYS,
    NOT_MOCKED,
    Description,
    Judged,
    adapter_of,
)

pytestmark = pytest.mark.peers

OF_A_USER = {
    "supabase.probe_email": "a@b.test",
    "supabase.probe_password": "p",
    "supabase.secret.VERIFY": "right",
}

EACH = [(one, f"{adapter_of(one)}.{name}") for one in DESCRIPTIONS for name in one.operations]


def succeeds(description: Description, operation: str, port: int, fronts: Fronts) -> None:
    """The call, with its vendor at that port."""
    given = {**SETTINGS, **KEYS, **OF_A_USER, **fronts.settings({description.provider: port})}
    with live(given) as connections:
        bench = LiveBench(connections)
        arranged(bench)
        fronts.company = bench.company
        outcome = bench.call(operation, **CALLS[operation])
    assert isinstance(outcome, Succeeded), outcome


@pytest.mark.parametrize(
    ("description", "operation"),
    [one for one in EACH if one[1] not in NOT_MOCKED],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_vendors_examples_are_understood(
    description: Description, operation: str, prism: Mapping[str, Judged], fronts: Fronts
) -> None:
    """A request that is not as described gets a refusal instead."""
    succeeds(description, operation, prism[description.file].mock, fronts)


@pytest.mark.parametrize(
    ("description", "operation"),
    EACH,
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_simulated_company_answers_as_described(
    description: Description, operation: str, prism: Mapping[str, Judged], fronts: Fronts
) -> None:
    """Each request and each answer between the adapter and the company."""
    succeeds(description, operation, prism[description.file].proxy, fronts)


@pytest.mark.parametrize("name", ["email", "meta", "stripe", "supabase", "twilio"])
def test_where_we_are_is_asked_as_described(
    name: str, judged_ways: Mapping[str, LiveConnections], fronts: Fronts
) -> None:
    """Before the first call of a run, and by `rbengine doctor`."""
    bench = LiveBench(judged_ways[""])
    fronts.company = bench.company
    adapter = bench.adapter(name)
    assert isinstance(adapter, Locates)
    found = adapter.locate(TIMEOUT)
    assert isinstance(found, Whereabouts), found
    assert all(SETTINGS.get(one, value) == value for one, value in found.facts.items())


def test_whose_key_it_is_is_described_elsewhere(prism: Mapping[str, Judged]) -> None:
    """In another description of Stripe's: it is the judge who answers."""
    url = f"http://127.0.0.1:{prism['stripe_v1.2023-08-16.json'].proxy}{ACCOUNT}"
    assert httpx.post(url, auth=("a", ""), trust_env=False).status_code == 405


def test_the_judge_judges(prism: Mapping[str, Judged]) -> None:
    """One that passed everything would prove nothing."""
    description = "twilio_api_v2010.json"
    url = f"http://127.0.0.1:{prism[description].proxy}/2010-04-01/Accounts/odd/Balance.json"
    answer = httpx.get(url, auth=("a", "b"), trust_env=False)
    assert answer.status_code == 422
    assert "prism" in answer.text
