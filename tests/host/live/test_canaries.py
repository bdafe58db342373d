"""Secrets of a profile that come back: whoever repeats them, nobody reads them."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from rbengine.conformance.bench import TIMEOUT
from rbengine.contract.adapter import Locates
from rbengine.contract.codec import to_line
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Json, Row, Value
from rbengine.host.live.hidden import INSTEAD, Hidden
from rbengine.rehearsal.company.settings import SETTINGS
from support.live import LiveBench, live
from support.talking import Conversation, Talk, Talker, answer, talking

SECRETS = {
    "stripe.key": "sk_test_canary+of/stripe",
    "email.key": "re_canary of e-mail",
    "twilio.secret": "canary-of-twilio",
    "meta.token": "canary|of|meta",
    "supabase.access_token": "canary-of-the-platform",
    "supabase.service_key": "canary-of-the-project",
    "supabase.public_key": "canary-of-browsers",
    "supabase.secret.TOKEN": "canary-of-a-webhook",
    "smtp.password": 'canary "of\\smtp',
    "imap.password.a@b.test": "canary-of-a-mailbox",
    "status.key": "canary-of-the-page",
    "supabase.secret.LINES": "canary of a\nkey in lines é",
}


def settings(base: str, port: int) -> dict[str, str]:
    """A profile with all of them."""
    names = ("stripe", "resend", "twilio", "meta", "supabase", "supabase_project", "statuspage")
    urls = {f"{one}.url": base for one in names}
    where = {"smtp.host": "127.0.0.1", "smtp.port": str(port), "twilio.key": "SK1"}
    return {**SETTINGS, **where, **SECRETS, **urls}


def everything_heard(conversation: Conversation) -> str:
    """What a request said, on one line."""
    return conversation.request().decode("latin-1").replace("\r\n", " ~ ")


def repeats(status: int) -> Talk:
    """A vendor that repeats the whole request in its error, in a header and in the reason."""

    def talk(conversation: Conversation) -> None:
        heard = everything_heard(conversation)
        error = {"message": heard, "code": "x", "type": "x", "name": "x", "statusCode": heard}
        body = {"error": error, "message": heard, "code": 20003, "name": "validation_error"}
        conversation.say(answer(status, body, {"x-heard": heard, "connection": "close"}))

    return talk


@contextmanager
def bench(talk: Talk) -> Iterator[tuple[LiveBench, Talker]]:
    """Adapters whose every provider is that."""
    with (
        talking(talk) as server,
        live(
            settings(f"http://127.0.0.1:{server.port}", server.port), secrets=SECRETS
        ) as connections,
    ):
        yield LiveBench(connections), server


def assert_clean(text: str) -> None:
    """None of them is in it, in whatever form it was sent."""
    assert "canary" not in text
    assert (
        "Y2FuYXJ5" not in text
    )  # Base64 of one, in each of the three ways in which its bytes can lie
    assert "NhbmFye" not in text
    assert "jYW5hcn" not in text


MESSAGE = Row({"subject": "s", "text": "t"})
CALLS: dict[str, dict[str, Value]] = {
    "stripe.customer": {"customer": "cus_1"},
    "email.domains": {},
    "email.send": {"to": "a@b.test", "message": MESSAGE},
    "twilio.balance": {},
    "meta.phone_health": {},
    "supabase.functions": {},
    "supabase.auth_health": {},
    "supabase.invoke": {"function": "f"},
    "supabase.metrics": {},
    "status.published": {},
}


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 500])
@pytest.mark.parametrize("operation", CALLS)
def test_an_error_that_repeats_the_request_is_cleaned(operation: str, status: int) -> None:
    """As it goes into the journal, and what an adapter says of it."""
    with bench(repeats(status)) as (made, _):
        outcome = made.within(2, operation, **CALLS[operation])
    assert not isinstance(outcome, Succeeded)
    assert_clean(outcome.text)


def test_an_answer_that_repeats_the_request_is_cleaned() -> None:
    """A web page that shows what it was sent is a value in the journal."""
    with bench(repeats(200)) as (made, _):
        outcome = made.within(2, "supabase.invoke", function="f")
    assert isinstance(outcome, Succeeded)
    assert INSTEAD in repr(outcome)
    assert_clean(repr(outcome.value.value))


def test_a_redirection_that_repeats_the_request_is_not_shown() -> None:
    """Its address is nowhere."""

    def talk(conversation: Conversation) -> None:
        heard = everything_heard(conversation).replace(" ", "+")
        conversation.say(answer(302, headers={"location": f"https://evil.test/?{heard}"}))

    with bench(talk) as (made, _):
        assert_clean(str(made.within(2, "stripe.customer", customer="cus_1")))


def test_no_exception_of_the_client_holds_one() -> None:
    """Nor what it was caused by."""

    def talk(conversation: Conversation) -> None:
        conversation.say(
            b"HTTP/1.1 200 " + everything_heard(conversation).encode() + b"\r\n a\0b: c\r\n\r\n"
        )

    with talking(talk) as server:
        given = settings(f"http://127.0.0.1:{server.port}", server.port)
        with (
            live(given, secrets=SECRETS) as connections,
            pytest.raises(httpx.TransportError) as caught,
        ):
            connections.http("stripe").get("/x")
    error: BaseException | None = caught.value
    while error is not None:
        assert_clean(str(error))
        error = error.__cause__ or error.__context__


def test_a_failed_handshake_says_nothing_of_them(secure: Callable[[str], ssl.SSLContext]) -> None:
    """Nothing was sent."""
    with talking(lambda _: None, secure("canary.test")) as server:
        given = settings(f"https://127.0.0.1:{server.port}", server.port)
        with live(given, secrets=SECRETS) as connections:
            outcome = LiveBench(connections).within(2, "stripe.customer", customer="cus_1")
    assert isinstance(outcome, Refused)
    assert "certificate" in outcome.text
    assert_clean(outcome.text.replace("canary.test", ""))


def smtp(conversation: Conversation) -> None:
    """A mail server that repeats every line in an error, but for those that lead to the login."""
    conversation.say(b"220 here\r\n")
    while line := conversation.line():
        if line.startswith(b"ehlo"):
            conversation.say(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n")
        elif line.startswith(b"AUTH"):
            conversation.say(b"454 4.7.9 temporarily no: " + line + b"\r\n")
        else:
            conversation.say(b"550 what: " + line + b"\r\n")


def imap(conversation: Conversation) -> None:
    """The same for a mailbox."""
    conversation.say(b"* OK [CAPABILITY IMAP4rev1] here\r\n")
    while line := conversation.line():
        tag, _, rest = line.partition(b" ")
        conversation.say(tag + b" NO [UNAVAILABLE] what: " + rest + b"\r\n")


def test_a_mail_server_that_repeats_the_login_is_cleaned() -> None:
    """Base64 included, and where the code says that it is no matter of the login."""
    with bench(smtp) as (made, _):
        outcome = made.within(2, "smtp.probe")
    assert isinstance(outcome, Refused)
    assert_clean(outcome.text)


def test_a_mailbox_that_repeats_the_login_is_cleaned() -> None:
    """`probe` gives what the server says as a value."""
    with bench(imap) as (made, server):
        mailbox = Row({"email": "a@b.test", "host": "127.0.0.1", "port": server.port})
        outcome = made.within(2, "imap.probe", mailboxes=(mailbox,))
    assert isinstance(outcome, Succeeded)
    assert_clean(repr(outcome.value.value))


def test_git_that_repeats_an_address_is_cleaned(tmp_path: Path) -> None:
    """A token may stand in a remote's address."""
    token = "canary-of-a-remote"
    for words in (
        ["init", "-q"],
        ["remote", "add", "origin", f"https://me:{token}@127.0.0.1:1/x.git"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    given = {"git.checkout.app": str(tmp_path), "git.token": token}
    with live(given, secrets=["git.token"]) as connections:
        bench = LiveBench(connections)
        outcome = bench.within(5, "git.log", repository="app", since=bench.now)
        git = bench.adapter("git")
        assert isinstance(git, Locates)
        where = git.locate(TIMEOUT)
    assert isinstance(outcome, Refused)
    assert_clean(outcome.text)
    assert_clean(str(where))


def every_form(secret: str) -> Outcome:
    """A value that holds it everywhere."""
    return Succeeded(Datum(Row({"a": (secret, Json({secret: [secret, 1]})), "b": None})))


@pytest.mark.parametrize("secret", SECRETS.values())
def test_a_value_is_cleaned_wherever_a_text_stands_in_it(secret: str) -> None:
    """In a list, in JSON, in the name of a field; and in the line of the journal made of it."""
    hidden = Hidden([secret])
    assert_clean(repr(hidden.outcome(every_form(secret))))
    assert_clean(hidden.text(to_line(every_form(secret))))


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://me:can%61ry-1@db.internal/app",
        "host=db.internal password=canary-1 dbname=app",
        "host=db.internal password='canary-1' dbname=app",
        "http://me:canary-1@proxy.internal:3128",
    ],
)
def test_a_password_is_a_secret_by_itself(dsn: str) -> None:
    """Whoever repeats it repeats no more of the address than that."""
    assert Hidden([dsn]).text("FATAL: no canary-1 here") == f"FATAL: no {INSTEAD} here"


def test_other_texts_stay_as_they_are() -> None:
    """Also where a secret is too short to be found: every text would hold it."""
    for secrets in ([], ["", "abc"]):
        assert Hidden(secrets).text("abc in a text") == "abc in a text"
