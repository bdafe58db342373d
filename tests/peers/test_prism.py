"""Prism, which we did not write, judges every request by the vendor's own description: alone, and before the company.

As a mock server it answers with the vendor's examples, which the adapters must understand. As a proxy it also judges
what the simulated company answers.
"""

from collections.abc import Iterator, Mapping

import httpx
import pytest
from rbengine.contract.outcomes import Succeeded
from rbengine.rehearsal.company.settings import SETTINGS
from support.every_call import CALLS, arranged
from support.fronts import Fronts, served
from support.live import LiveBench, live
from support.peer_prism import (
    DESCRIPTIONS,
    NOT_JUDGED,
    NOT_MOCKED,
    Description,
    Judged,
    adapter_of,
    prism_running,
)

pytestmark = pytest.mark.peers

KEYS = {
    "stripe.key": "sk_test_1", "email.key": "re_1", "meta.token": "t", "supabase.access_token": "t",
    "twilio.key": "SK1", "twilio.secret": "s", "supabase.secret.VERIFY": "right",
    "supabase.probe_email": "a@b.test", "supabase.probe_password": "p", "supabase.service_key": "k",
}  # fmt: skip

EACH = [(one, f"{adapter_of(one)}.{name}") for one in DESCRIPTIONS for name in one.operations]


@pytest.fixture(scope="module")
def fronts() -> Iterator[Fronts]:
    """The company behind the judge."""
    with served() as made:
        yield made


@pytest.fixture(scope="module")
def places(
    fronts: Fronts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Judged]]:
    """One Prism for all descriptions."""
    with prism_running(fronts, tmp_path_factory.mktemp("prism")) as made:
        yield made


def succeeds(description: Description, operation: str, port: int, fronts: Fronts) -> None:
    """The call, with its vendor at that port."""
    given = {**SETTINGS, **KEYS, **fronts.settings({description.provider: port})}
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
    description: Description, operation: str, places: Mapping[str, Judged], fronts: Fronts
) -> None:
    """A request that is not as described gets a refusal instead."""
    succeeds(description, operation, places[description.file].mock, fronts)


@pytest.mark.parametrize(
    ("description", "operation"),
    [one for one in EACH if one[1] not in NOT_JUDGED],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_simulated_company_answers_as_described(
    description: Description, operation: str, places: Mapping[str, Judged], fronts: Fronts
) -> None:
    """Each request and each answer between the adapter and the company."""
    succeeds(description, operation, places[description.file].proxy, fronts)


def test_the_judge_judges(places: Mapping[str, Judged]) -> None:
    """One that passed everything would prove nothing."""
    description = "twilio_api_v2010.json"
    url = f"http://127.0.0.1:{places[description].proxy}/2010-04-01/Accounts/odd/Balance.json"
    answer = httpx.get(url, auth=("a", "b"), trust_env=False)
    assert answer.status_code == 422
    assert "prism" in answer.text
