"""Functions are called in the program that runs them: what they answer, and what it answers for them."""

from collections.abc import Iterator

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Json
from rbengine.rehearsal.company.settings import SETTINGS
from support.live import LiveBench, live
from support.outcomes import kind_of, row_of
from support.peer_functions import functions_running

pytestmark = pytest.mark.peers

KEY = "service-canary"


@pytest.fixture(scope="module")
def deno(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Its port."""
    with functions_running(tmp_path_factory.mktemp("deno")) as port:
        yield port


@pytest.fixture
def bench(deno: int) -> Iterator[LiveBench]:
    """Our adapter, at a project that has them."""
    given = {"supabase_project.url": f"http://127.0.0.1:{deno}", "supabase.service_key": KEY}
    with live({**SETTINGS, **given}, secrets=["supabase.service_key"]) as connections:
        yield LiveBench(connections)


def test_a_function_gets_what_it_is_sent_and_whose_key_it_is(bench: LiveBench) -> None:
    """It may repeat the key: nobody reads it."""
    body = Json({"since": "2026-01-05T14:02:00Z", "name": "{{ 7*7 }}'; é"})
    done = bench.call("supabase.invoke", function="sync", body=body)
    assert "canary" not in str(bench.within(5, "supabase.invoke", function="sync", body=body))
    found = row_of(done)
    assert isinstance(found["body"], Json)
    assert found["body"].content["given"] == body.content


def test_the_same_call_again_has_the_same_key(bench: LiveBench) -> None:
    """So one that keeps keys does nothing twice."""
    first, again = (
        row_of(bench.call("supabase.invoke", function="once", body=Json({"n": one})))
        for one in (1, 2)
    )
    other = row_of(bench.call("supabase.invoke", "key-2", function="once", body=Json({"n": 3})))
    assert first == again
    assert (first["status"], first["body"]) == (201, Json({"number": 1, "given": {"n": 1}}))
    assert other["body"] == Json({"number": 2, "given": {"n": 3}})


@pytest.mark.parametrize(
    ("function", "status", "body"),
    [
        ("says", 200, "sent to “42” people"),
        ("nothing", 204, None),
        ("streams", 200, {"a": [1, 2.5, "é"]}),
    ],
)
def test_what_it_answers_is_the_result(
    bench: LiveBench, function: str, status: int, body: object
) -> None:
    """JSON as a rule, and many say plain text."""
    found = row_of(bench.call("supabase.invoke", function=function))
    assert found["status"] == status
    assert isinstance(found["body"], Json)
    assert found["body"].content == body


def test_what_it_refuses_it_refuses(bench: LiveBench) -> None:
    """By its status."""
    assert kind_of(bench.call("supabase.invoke", function="taken")) == "conflict"
    assert kind_of(bench.call("supabase.invoke", function="nowhere")) == "not_found"


@pytest.mark.parametrize("function", ["throws", "sleeps", "page"])
def test_what_it_did_before_is_not_known(bench: LiveBench, function: str) -> None:
    """One that breaks, one that never answers, and a page that somebody else put there."""
    outcome = bench.within(0.5, "supabase.invoke", function=function)
    assert isinstance(outcome, Unsettled)
    assert "canary" not in outcome.text
