"""Supabase's manners: tokens, limits, secrets, and questions to the logs."""

from datetime import timedelta

import httpx
import pytest
from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError
from support.peers import START, SimulatedPeer


@pytest.fixture
def peer() -> SimulatedPeer:
    """A project with one function."""
    made = SimulatedPeer()
    made.arrange("supabase.function", slug="sync")
    made.company.begin()
    return made


def base(peer: SimulatedPeer) -> str:
    """The project's path."""
    return f"/v1/projects/{peer.setting('supabase.project')}"


def test_every_answer_counts_down_the_minute(peer: SimulatedPeer) -> None:
    """120 requests; the next one is too many until the minute is over."""
    client = peer.http("supabase")
    left = []
    for _ in range(121):
        answer = client.get(f"{base(peer)}/functions")
        left.append(int(answer.headers["x-ratelimit-remaining"]))
        peer.company.take_latency()
    assert left == [*range(119, -1, -1), 0]
    assert answer.status_code == 429
    peer.pass_time(timedelta(minutes=1))
    assert client.get(f"{base(peer)}/functions").status_code == 200


def test_a_function_was_deployed_long_before_the_run() -> None:
    """Otherwise every rehearsal would show a fresh deployment as its cause."""
    peer = SimulatedPeer()
    peer.company.deploy(["sync"])
    made = peer.company.supabase.functions["sync"]
    assert made["updated_at"] == int((START - timedelta(days=30)).timestamp() * 1000)
    peer.company.begin()
    peer.company.supabase.deploy("sync")
    assert made["updated_at"] == int(START.timestamp() * 1000)
    assert made["version"] == 2


def test_a_request_without_token_is_unauthorized(peer: SimulatedPeer) -> None:
    """On the platform, and for a function that asks for one."""
    transport = peer.company.transport()
    bare = httpx.Client(transport=transport, base_url="https://api.supabase.com")
    assert bare.get(f"{base(peer)}/functions").status_code == 401
    host = f"https://{peer.setting('supabase.project')}.supabase.co"
    answer = httpx.Client(transport=transport).post(f"{host}/functions/v1/sync")
    assert answer.status_code == 401
    assert answer.headers["sb-error-code"] == "UNAUTHORIZED_NO_AUTH_HEADER"
    peer.arrange("supabase.function", slug="open", verify_jwt=False)
    answer = httpx.Client(transport=transport).post(f"{host}/functions/v1/open", json={})
    assert answer.status_code == 200


def test_another_project_does_not_exist(peer: SimulatedPeer) -> None:
    """A wrong reference is told."""
    assert (
        peer.http("supabase").get("/v1/projects/anotherprojectbbbbbb/functions").status_code == 404
    )


def test_secrets_come_back_as_digests_only(peer: SimulatedPeer) -> None:
    """SHA-256; the value is for the functions, and comes out nowhere."""
    client = peer.http("supabase")
    made = client.post(f"{base(peer)}/secrets", json=[{"name": "TOKEN", "value": "s3cret"}])
    assert (made.status_code, made.content) == (201, b"")
    found = client.get(f"{base(peer)}/secrets").json()
    assert found[0]["value"] == ("1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0")
    assert "s3cret" not in str(dict(peer.company.supabase.objects()))
    assert client.request("DELETE", f"{base(peer)}/secrets", json=["TOKEN"]).status_code == 200
    assert client.get(f"{base(peer)}/secrets").json() == []


def test_a_reserved_name_is_no_secret(peer: SimulatedPeer) -> None:
    """Nothing of the list is kept then."""
    content = [{"name": "GOOD", "value": "x"}, {"name": "SUPABASE_URL", "value": "x"}]
    assert peer.http("supabase").post(f"{base(peer)}/secrets", json=content).status_code == 400
    assert peer.company.supabase.secrets == {}


def test_health_tells_each_service_asked_for(peer: SimulatedPeer) -> None:
    """One parameter a service; none or an unknown one is refused."""
    peer.arrange("supabase.health", service="auth", status="UNHEALTHY")
    client = peer.http("supabase")
    found = client.get(f"{base(peer)}/health?services=db&services=auth").json()
    assert [(one["name"], one["status"]) for one in found] == [
        ("db", "ACTIVE_HEALTHY"),
        ("auth", "UNHEALTHY"),
    ]
    assert client.get(f"{base(peer)}/health").status_code == 400
    assert client.get(f"{base(peer)}/health?services=auth,db").status_code == 400


@pytest.mark.parametrize(
    "sql", ["select * from logs", "select 1; drop table logs", "select id from function_logs"]
)
def test_another_question_to_the_logs_stops_the_rehearsal(peer: SimulatedPeer, sql: str) -> None:
    """An answer that was guessed would be believed."""
    times = {
        "iso_timestamp_start": (START - timedelta(hours=1)).isoformat(),
        "iso_timestamp_end": START.isoformat(),
    }
    with pytest.raises(CannotBeSimulatedError, match="question to the logs"):
        peer.http("supabase").get(
            f"{base(peer)}/analytics/endpoints/logs.all", params={"sql": sql, **times}
        )


def test_a_functions_lines_and_its_failure_are_in_its_logs(peer: SimulatedPeer) -> None:
    """What it wrote, that it failed, and the request at the edge."""
    peer.answer = Answer(status=500, body={}, logs=("before it broke",))
    answer = peer.http("supabase_project").post("/functions/v1/sync", json={})
    assert answer.headers["sb-error-code"] == "EDGE_FUNCTION_ERROR"
    assert [
        (one.source, one.level, one.message.split(" |")[0]) for one in peer.company.supabase.logs
    ] == [
        ("function_logs", "info", "before it broke"),
        ("function_logs", "error", "answered 500"),
        ("function_edge_logs", "error", "POST"),
    ]
