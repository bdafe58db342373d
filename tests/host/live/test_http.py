"""What HTTP of a live run does on the wire: where it goes, what it trusts, how long and how much it takes."""

import socket
import ssl
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from rbengine.contract.adapter import NotAllowedError
from rbengine.contract.operations import HttpProvider
from support.live import live
from support.talking import Saying, answer, talking

KLAXON = HttpProvider(
    name="klaxon",
    url="https://{klaxon.team}.klaxon.test/v1",
    headers=(("Authorization", "Bearer {klaxon.token}"), ("X-Team", "{klaxon.absent}")),
)
PAGE = HttpProvider(name="page", url="https://status.test")
SETTINGS = {"klaxon.team": "ops", "klaxon.token": "token-of-the-team"}


def here(port: int) -> dict[str, str]:
    """Settings for a provider at a port of this machine."""
    return {**SETTINGS, "klaxon.url": f"http://127.0.0.1:{port}/v1"}


def refusal(error: httpx.TransportError) -> NotAllowedError:
    """Why nothing was sent."""
    assert isinstance(error, httpx.ConnectError)
    assert isinstance(error.__cause__, NotAllowedError)
    return error.__cause__


def failed(port: int, path: str = "/x", seconds: float = 2.0) -> httpx.TransportError:
    """How a request to that port fails."""
    with (
        live(here(port), providers=(KLAXON,)) as connections,
        pytest.raises(httpx.TransportError) as caught,
    ):
        connections.http("klaxon").get(path, timeout=seconds)
    return caught.value


def test_a_provider_is_sent_what_its_signature_says() -> None:
    """Its headers with the settings in them; one whose setting is absent is left out; who we are."""
    saying = Saying(answer(content={"a": 1}))
    with talking(saying) as server, live(here(server.port), providers=(KLAXON,)) as connections:
        client = connections.http("klaxon")
        assert client is connections.http("klaxon")
        assert client.get("/x", params={"q": "1"}).json() == {"a": 1}
    assert saying.lines == ["GET /v1/x?q=1 HTTP/1.1"]
    sent = saying.asked[0].decode("ascii").lower()
    assert "authorization: bearer token-of-the-team" in sent
    assert "user-agent: rbengine/" in sent
    assert "x-team" not in sent
    assert "python" not in sent


def test_user_and_password_are_sent_as_basic() -> None:
    """Where the signature says so."""
    saying = Saying(answer())
    settings = {"twilio.key": "SK1", "twilio.secret": "s"}
    with talking(saying) as server:
        url = {"twilio.url": f"http://127.0.0.1:{server.port}"}
        with live({**settings, **url}) as connections:
            connections.http("twilio").get("/x")
    assert b"Basic U0sxOnM=" in saying.asked[0]


@pytest.mark.parametrize("path", ["https://elsewhere.test/x", "http://127.0.0.1:1/x"])
def test_no_request_leaves_a_providers_host(path: str) -> None:
    """Its credentials would go with it."""
    with talking(Saying(answer())) as server:
        assert "is not where this provider is asked" in str(refusal(failed(server.port, path)))
        assert server.connections == 0


def test_a_host_that_nobody_listed_is_not_even_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up tells somebody else what was asked for."""
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *one, **_: asked.append(one))
    with live({}) as connections, pytest.raises(httpx.ConnectError) as caught:
        connections.http("web").get("https://elsewhere.test/x")
    assert "elsewhere.test" in str(refusal(caught.value))
    assert asked == []


def leads_to(*addresses: str) -> Callable[..., list[Any]]:
    """A resolver that gives these addresses, one at each look-up, and the last for ever."""
    left = list(addresses)
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: int, **named: int) -> list[Any]:
        if host in addresses:  # it was looked at, and is connected to
            return real(host, port, *rest, **named)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    return look_up


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "::ffff:10.0.0.1"]
)
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Whatever the name is."""
    monkeypatch.setattr(socket, "getaddrinfo", leads_to(address))
    with (
        live(SETTINGS, hosts=(), providers=(KLAXON,)) as connections,
        pytest.raises(httpx.ConnectError) as caught,
    ):
        connections.http("klaxon").get("/x")
    assert "no public address" in str(refusal(caught.value))


def test_what_is_connected_to_is_what_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, secure: Callable[[str], ssl.SSLContext], authorities: str
) -> None:
    """A name may lead elsewhere at its second look-up: each is checked, and none goes to what was not looked at."""
    saying = Saying(answer(headers={"connection": "close"}))
    with talking(saying, secure("ops.klaxon.test")) as server:
        url = f"https://ops.klaxon.test:{server.port}/v1"
        settings = {**SETTINGS, "klaxon.url": url, "http.authorities": authorities}
        with live(settings, providers=(KLAXON,)) as connections:
            monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1", "10.0.0.1"))
            assert connections.http("klaxon").get("/x").status_code == 200
            with pytest.raises(httpx.ConnectError) as caught:
                connections.http("klaxon").get("/x")
    assert "10.0.0.1" in str(refusal(caught.value))
    assert server.connections == 1


@pytest.mark.parametrize("name", ["ops.klaxon.test", "somebody.else.test"])
def test_a_certificate_must_be_the_hosts(
    monkeypatch: pytest.MonkeyPatch,
    secure: Callable[[str], ssl.SSLContext],
    authorities: str,
    name: str,
) -> None:
    """Checked against the name that was asked for, not the address that was connected to."""
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1"))
    with talking(Saying(answer()), secure(name)) as server:
        url = f"https://ops.klaxon.test:{server.port}"
        settings = {**SETTINGS, "klaxon.url": url, "http.authorities": authorities}
        with live(settings, providers=(KLAXON,)) as connections:
            if name == "ops.klaxon.test":
                assert connections.http("klaxon").get("/x").status_code == 200
            else:
                with pytest.raises(httpx.ConnectError, match="certificate"):
                    connections.http("klaxon").get("/x")


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name may have several, and the first may be out of reach."""
    saying = Saying(answer())
    with socket.socket() as deaf, talking(saying) as server:
        deaf.bind(("127.0.0.2", server.port))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:  # its queue is full: whoever comes now hears nothing
            one.setblocking(False)
            one.connect_ex(("127.0.0.2", server.port))
        real = socket.getaddrinfo

        def both(host: str, port: int, *rest: int, **named: int) -> list[Any]:
            if host != "two.test":
                return real(host, port, *rest, **named)
            one = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            return [(*one, ("127.0.0.2", port)), (*one, ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", both)
        given = {**SETTINGS, "klaxon.url": f"http://two.test:{server.port}"}
        with live(given, hosts=("127.0.0.0/8",), providers=(KLAXON,)) as connections:
            assert connections.http("klaxon").get("/x", timeout=1).status_code == 200
        for one in waiting:
            one.close()


def test_the_name_that_is_asked_for_is_told(
    monkeypatch: pytest.MonkeyPatch, secure: Callable[[str], ssl.SSLContext], authorities: str
) -> None:
    """Before anything else: a server with many names must know which certificate is meant."""
    told: list[str | None] = []
    context = secure("ops.klaxon.test")
    context.sni_callback = lambda _, name, __: told.append(name)
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1"))
    with talking(Saying(answer()), context) as server:
        url = f"https://ops.klaxon.test:{server.port}"
        settings = {**SETTINGS, "klaxon.url": url, "http.authorities": authorities}
        with live(settings, providers=(KLAXON,)) as connections:
            connections.http("klaxon").get("/x")
    assert told == ["ops.klaxon.test"]


def test_an_unknown_authority_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, secure: Callable[[str], ssl.SSLContext]
) -> None:
    """There is no way to switch that off."""
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1"))
    monkeypatch.setenv("SSL_CERT_FILE", "/nothing")
    with talking(Saying(answer()), secure("ops.klaxon.test")) as server:
        settings = {**SETTINGS, "klaxon.url": f"https://ops.klaxon.test:{server.port}"}
        refused = pytest.raises(httpx.ConnectError, match="certificate")
        with live(settings, providers=(KLAXON,)) as connections, refused:
            connections.http("klaxon").get("/x")


def test_what_leaves_this_machine_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where somebody has listed the host."""
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("10.0.0.1"))
    settings = {**SETTINGS, "klaxon.url": "http://klaxon.internal"}
    with (
        live(settings, hosts=("10.0.0.0/8",), providers=(KLAXON,)) as connections,
        pytest.raises(httpx.ConnectError) as caught,
    ):
        connections.http("klaxon").get("/x")
    assert "over TLS only" in str(refusal(caught.value))


def test_the_environments_proxy_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can set it could read everything."""
    saying = Saying(answer())
    with talking(saying) as server, talking(Saying(answer(502))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with live(here(server.port), providers=(KLAXON,)) as connections:
            assert connections.http("klaxon").get("/x").status_code == 200
    assert proxy.connections == 0


def test_the_profiles_proxy_is_used_and_may_refuse() -> None:
    """407 is the proxy's answer: the provider was never sent anything."""
    saying = Saying(answer(407))
    with talking(saying) as proxy:
        settings = {**SETTINGS, "http.proxy": f"http://user:pass@127.0.0.1:{proxy.port}"}
        with live(settings, providers=(KLAXON,)) as connections, pytest.raises(httpx.ProxyError):
            connections.http("klaxon").get("/x")
    assert saying.lines == ["CONNECT ops.klaxon.test:443 HTTP/1.1"]
    assert b"Basic dXNlcjpwYXNz" in saying.asked[0]
    assert b"token-of-the-team" not in saying.asked[0]


def to(place: str, status: int = 302) -> bytes:
    """A redirection."""
    return answer(status, headers={"location": place})


def test_a_read_without_credentials_is_led_on() -> None:
    """A status page may have moved; a host that nobody has listed is not gone to, wherever it was said."""
    saying = Saying(to("/b"), to("/c", 308), answer(content={"x": 1}))
    with talking(saying) as server:
        settings = {"page.url": f"http://127.0.0.1:{server.port}"}
        with live(settings, providers=(PAGE,)) as connections:
            assert connections.http("page").get("/a").json() == {"x": 1}
    assert saying.lines == [f"GET /{one} HTTP/1.1" for one in "abc"]


@pytest.mark.parametrize(
    "place",
    ["http://169.254.169.254/latest", "https://evil.test/", "ftp://127.0.0.1/", "file:///etc"],
)
def test_nobody_is_led_to_where_nobody_listed(place: str) -> None:
    """Each hop is looked at like the first."""
    with talking(Saying(to(place))) as server:
        settings = {"page.url": f"http://127.0.0.1:{server.port}"}
        with (
            live(settings, providers=(PAGE,)) as connections,
            pytest.raises(httpx.ConnectError) as caught,
        ):
            connections.http("page").get("/a")
    assert refusal(caught.value)


def test_what_a_listed_host_answers_is_the_answer() -> None:
    """Whoever asks a webhook wants to know what it says itself."""
    saying = Saying(to("/b"))
    with talking(saying) as server, live({}) as connections:
        url = f"http://127.0.0.1:{server.port}/a"
        assert connections.http("web").get(url).status_code == 302
    assert len(saying.asked) == 1


def test_a_circle_ends() -> None:
    """With the redirection as the answer."""
    saying = Saying(to("/a"))
    with talking(saying) as server:
        settings = {"page.url": f"http://127.0.0.1:{server.port}"}
        with live(settings, providers=(PAGE,)) as connections:
            assert connections.http("page").get("/a").status_code == 302
    assert len(saying.asked) == 4


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_credentials_are_led_nowhere(method: str) -> None:
    """The redirection is the answer, and the adapter's own table says what it means."""
    saying = Saying(to("/b"))
    with talking(saying) as server, live(here(server.port), providers=(KLAXON,)) as connections:
        assert connections.http("klaxon").request(method, "/a").status_code == 302
    assert len(saying.asked) == 1


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"klaxon.token": "token-of-the-team"}, "klaxon.team"),
        ({**SETTINGS, "klaxon.team": "ops.evil.com/"}, "klaxon.team"),
        ({**SETTINGS, "klaxon.token": "two\r\nlines"}, "klaxon.token"),
        ({**SETTINGS, "klaxon.token": ""}, "klaxon.token"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: dict[str, str], names: str) -> None:
    """And its value is not repeated."""
    with (
        live(settings, providers=(KLAXON,)) as connections,
        pytest.raises(LookupError, match=f"`{names}`") as caught,
    ):
        connections.http("klaxon")
    assert "lines" not in str(caught.value).replace("line breaks", "")
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("name", ["klaxon.url", "http.proxy"])
@pytest.mark.parametrize("value", ["", "api.test", "https://", "ftp://api.test", "https://a\nb"])
def test_an_address_that_is_none_is_named(name: str, value: str) -> None:
    """The text says which setting it is."""
    refused = pytest.raises(LookupError, match=f"`{name}`")
    with live({**SETTINGS, name: value}, providers=(KLAXON,)) as connections, refused:
        connections.http("klaxon")


def test_a_provider_of_no_adapter_is_unknown() -> None:
    """There is nowhere to go."""
    with live({}) as connections, pytest.raises(LookupError, match="`nobody`"):
        connections.http("nobody")
