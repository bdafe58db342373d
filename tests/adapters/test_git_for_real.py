"""What the real program says of a server that fails is what the table knows."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from rbengine.contract.outcomes import Outcome
from support.live import LiveBench, live
from support.outcomes import kind_of
from support.talking import Conversation, Saying, answer, talking

Ask = Callable[[str], Outcome]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The company's own."""
    return trustme.CA()


@pytest.fixture
def ask(authority: trustme.CA, tmp_path: Path) -> Iterator[Ask]:
    """The log of a checkout whose `origin` is there; git trusts the authority."""
    file = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(file))
    checkout = tmp_path / "app"
    for words in (
        ["init", "-q", str(checkout)],
        ["-C", str(checkout), "config", "http.sslCAInfo", str(file)],
        ["-C", str(checkout), "config", "credential.helper", ""],
        ["-C", str(checkout), "remote", "add", "origin", "https://nobody.invalid/x.git"],
    ):
        subprocess.run(["git", *words], check=True)

    with live({"git.checkout.app": str(checkout)}) as connections:
        bench = LiveBench(connections)

        def asked(url: str) -> Outcome:
            words = ["git", "-C", str(checkout), "remote", "set-url", "origin", url]
            subprocess.run(words, check=True)
            return bench.within(1, "git.log", repository="app", since=bench.now)

        yield asked


def served(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    """A server known by that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "unauthorized"), (403, "unauthorized"), (404, "not_found"), (429, "rate_limited"), (500, "unavailable")],
)  # fmt: skip
def test_what_a_server_answers_is_a_kind(
    authority: trustme.CA, ask: Ask, status: int, kind: str
) -> None:
    """git words each in its own way; nobody is asked for a password."""
    headers = {"www-authenticate": 'Basic realm="x"'} if status == 401 else {}
    with talking(Saying(answer(status, headers=headers)), served(authority)) as server:
        assert kind_of(ask(f"https://localhost:{server.port}/x.git")) == kind


def test_a_server_that_is_not_who_it_says_is_unavailable(authority: trustme.CA, ask: Ask) -> None:
    """Nothing was sent."""
    with talking(Saying(answer()), served(authority, "elsewhere.test")) as server:
        assert kind_of(ask(f"https://localhost:{server.port}/x.git")) == "unavailable"


def test_a_server_that_is_not_there_is_unavailable(ask: Ask) -> None:
    """Nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert kind_of(ask(f"https://127.0.0.1:{port}/x.git")) == "unavailable"


def test_a_server_that_says_nothing_times_out(authority: trustme.CA, ask: Ask) -> None:
    """The program is ended with what it started."""

    def silent(conversation: Conversation) -> None:
        conversation.request()
        conversation.request()

    with talking(silent, served(authority)) as server:
        assert kind_of(ask(f"https://localhost:{server.port}/x.git")) == "timeout"


def test_a_server_that_speaks_another_language_is_unavailable(
    authority: trustme.CA, ask: Ask
) -> None:
    """A page is no repository."""
    page = answer(content=b"<html>", headers={"content-type": "text/html"})
    with talking(Saying(page), served(authority)) as server:
        outcome = ask(f"https://localhost:{server.port}/x.git")
    assert kind_of(outcome) in ("unavailable", "not_found")


@pytest.mark.parametrize(
    "url", ["ssh://127.0.0.1:1/x.git", "http://127.0.0.1:1/x.git", "/nowhere/x.git"]
)
def test_other_ways_fail_with_a_kind(ask: Ask, url: str) -> None:
    """A port where nobody listens, a way that is not allowed, a folder that is not there."""
    assert kind_of(ask(url)) in ("unavailable", "not_found")
