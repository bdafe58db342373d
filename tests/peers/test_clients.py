"""Clients that their vendors wrote, or others: they ask the simulated company for what our adapters ask it for.

The same thing is done twice, in two companies that are alike: by our operations, and by a client of somebody else's.
What the client says to the vendor ours says too, in the same words; what it is told, our operations are told.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from rbengine.conformance.bench import Bench
from rbengine.contract.values import Json, Row, Value
from rbengine.rehearsal.company.company import _BASES
from rbengine.rehearsal.company.settings import SETTINGS
from support.every_call import CALLS, HOOK, arranged
from support.fronts import Asked, Fronts, served
from support.live import LiveBench, live
from support.outcomes import row_of, rows_of, value_of
from support.peer_installed import python_with, statuspage
from support.peer_prism import KEYS

pytestmark = pytest.mark.peers

SCRIPTS = Path(__file__).parent
NODE_SCRIPT = SCRIPTS / "statuspage.js"
APP = SETTINGS["meta.app"]
OF_STATUSPAGE = {**KEYS, "status.key": "k"}


class Said(NamedTuple):
    """One request, in a form that does not depend on how it was written."""

    method: str
    path: str
    content: Mapping[str, Any]


@pytest.fixture(scope="module")
def fronts() -> Iterator[Fronts]:
    """The company's vendors, each at a port of this machine."""
    with served() as made:
        yield made


@pytest.fixture
def bench(fronts: Fronts) -> Iterator[LiveBench]:
    """Our adapters, and a company of their own."""
    with live({**SETTINGS, **OF_STATUSPAGE, **fronts.settings()}) as connections:
        made = LiveBench(connections)
        arranged(made)
        listen(fronts, made)
        yield made


@pytest.fixture
def another() -> Bench:
    """A company that is alike, for the client."""
    made = Bench()
    arranged(made)
    return made


def listen(fronts: Fronts, bench: Bench) -> None:
    """From now on that company answers."""
    fronts.company = bench.company
    fronts.asked.clear()


def told(fronts: Fronts, provider: str, client: str, given: Mapping[str, Any]) -> Any:
    """What a client in Python was told."""
    command = [str(python_with(f"a client of {client}")), str(SCRIPTS / "clients.py"), client]
    done = subprocess.run(
        [*command, address(fronts, provider)],
        input=json.dumps(given), capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def address(fronts: Fronts, provider: str) -> str:
    """Where that vendor is here."""
    return f"http://127.0.0.1:{fronts.port(urlsplit(_BASES[provider]).netloc)}"


def said(asked: Sequence[Asked]) -> list[Said]:
    """All of it, in order. How one says who one is is left out, and so is what the library adds to every request."""
    found = []
    for one in asked:
        text = one.content.decode()
        content = json.loads(text) if text.startswith("{") else dict(parse_qsl(text))
        found.append(Said(one.method, one.path.partition("?")[0], content))
    return found


def test_metas_own_library_subscribes_a_webhook(
    fronts: Fronts, bench: LiveBench, another: Bench
) -> None:
    """It writes the fields as a list, in a form; the vendor takes them as one text too."""
    value_of(bench.call("meta.subscribe_app", **CALLS["meta.subscribe_app"]))
    found = rows_of(bench.call("meta.app_subscriptions"))
    ours = said(fronts.asked)
    listen(fronts, another)
    subscribe = {
        "object": "whatsapp_business_account", "callback_url": HOOK, "fields": ["messages"], "verify_token": "right",
    }  # fmt: skip
    given = {"app": APP, "version": "v23.0", "subscribe": subscribe}
    (subscription,) = told(fronts, "meta", "meta", given)
    theirs = said(fronts.asked)
    assert [(one.method, one.path) for one in ours] == [(one.method, one.path) for one in theirs]
    assert json.loads(theirs[0].content["fields"]) == ours[0].content["fields"].split(",")
    assert {**theirs[0].content, "fields": ""} == {**ours[0].content, "fields": ""}
    names = tuple(one["name"] for one in subscription["fields"])
    assert [(one["callback_url"], one["active"], one["fields"]) for one in found] == [
        (subscription["callback_url"], subscription["active"], names)
    ]
    assert bench.state() == another.state()


def test_supabases_own_client_limits_a_bucket_and_removes_files(
    fronts: Fronts, bench: LiveBench, another: Bench
) -> None:
    """Ours looks at the bucket first, and leaves the rest of it as it was."""
    limited = row_of(
        bench.call("supabase.limit_uploads", bucket="files", largest_file_bytes=7_000_000)
    )
    gone = value_of(bench.call("supabase.remove_files", bucket="files", names=("a.txt", "b.txt")))
    found = rows_of(bench.call("supabase.buckets"))
    ours = said(fronts.asked)
    listen(fronts, another)
    given = {
        "key": "k", "bucket": "files", "remove": ["a.txt", "b.txt"],
        "change": {"public": False, "file_size_limit": 7_000_000, "allowed_mime_types": None},
    }  # fmt: skip
    answer = told(fronts, "supabase_project", "storage", given)
    look, *changes = ours
    assert look == Said("GET", "/storage/v1/bucket/files", {})
    assert changes == said(fronts.asked)
    assert answer["removed"] == ["a.txt"]
    assert gone == 1
    assert [[one["id"], one["public"], one["largest_file_bytes"]] for one in found] == answer[
        "buckets"
    ]
    assert found == [limited]


@pytest.mark.parametrize("body", [{}, {"batch": 7, "name": "it's “é”"}])
def test_supabases_own_client_calls_a_function(
    fronts: Fronts, bench: LiveBench, another: Bench, body: dict[str, Any]
) -> None:
    """By the same request."""
    done = row_of(bench.call("supabase.invoke", function="sync", body=Json(body)))
    ours = said(fronts.asked)
    listen(fronts, another)
    given = {"key": "k", "function": "sync", "body": body}
    assert Json(told(fronts, "supabase_project", "functions", given)) == done["body"]
    assert said(fronts.asked) == ours


def test_a_client_made_from_the_vendors_description_keeps_a_status_page(
    fronts: Fronts, bench: LiveBench, another: Bench
) -> None:
    """It knows every field by name and the stages by heart, ours too: the words that we send are given to it."""
    opened = row_of(bench.call("status.publish", **CALLS["status.publish"]))
    row_of(
        bench.call(
            "status.update", "key-2", incident=opened["id"], stage="monitoring", says="Better."
        )
    )
    found = rows_of(bench.call("status.published"))
    ours = said(fronts.asked)
    changes = [one for one in ours if one.method != "GET"]
    assert [one.method for one in changes] == ["POST", "PATCH"]
    publish, update = (one.content["incident"] for one in changes)
    listen(fronts, another)
    given = {"key": "k", "page": SETTINGS["status.page"], "publish": publish, "update": update}
    (incident,) = told(fronts, "statuspage", "statuspage", given)
    theirs = said(fronts.asked)
    added = {"deliver_notifications": True}  # what the vendor does where nothing is said
    assert [without(one, added) for one in theirs] == [*changes, ours[-1]]
    assert [(one["id"], one["title"], one["stage"], one["link"]) for one in found] == [
        (incident["id"], incident["title"], incident["stage"], incident["link"])
    ]
    assert incident["said"] == ["Better.", CALLS["status.publish"]["says"]]


def without(one: Said, added: Mapping[str, object]) -> Said:
    """It, without what a client adds to every incident."""
    incident = one.content.get("incident")
    if incident is None:
        return one
    assert added.items() <= incident.items()
    return one._replace(
        content={"incident": {name: it for name, it in incident.items() if name not in added}}
    )


@pytest.mark.parametrize("word", ["operational", "degraded_performance", "major_outage"])
def test_a_client_of_status_pages_reads_what_we_read(
    fronts: Fronts, bench: LiveBench, word: str
) -> None:
    """From the same place."""
    bench.arrange("status.component", page="stripe", name="Payments", status=word)
    given: dict[str, Value] = {"page": "stripe", "component": "Payments"}
    found = row_of(bench.call("status.component", **given))
    ours = said(fronts.asked)
    fronts.asked.clear()
    command = ["node", str(NODE_SCRIPT), str(statuspage()), address(fronts, "status_stripe")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    components = {one["name"]: one for one in json.loads(done.stdout)["components"]}
    assert components["Payments"]["status"] == found["says"] == word
    assert said(fronts.asked) == ours
    assert isinstance(found, Row)
