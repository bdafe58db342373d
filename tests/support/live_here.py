"""A runbook run live on this machine: its vendors behind their judges, and everything else the real program."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import httpx
from msgspec.structs import replace
from rbengine.cli.ground import Ground
from rbengine.contract.adapter import Finished, Stream
from rbengine.contract.values import Datum, Row, Value
from rbengine.facts.adapters import signature_of, signatures
from rbengine.host.driver import Turn
from rbengine.host.live.binding import Binding
from rbengine.host.live.connections import LiveConnections
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.runs import LiveRuns
from rbengine.host.live.scene import LiveBackends
from rbengine.host.memory_store import MemoryStore
from rbengine.host.postgres_adapter import database_on
from rbengine.host.secrets import SecretBox
from rbengine.plan.program import Plan
from rbengine.rehearsal.app import repeatable_functions
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.session import RehearsalSession
from rbengine.rehearsal.stage import tiers_of
from rbengine.runtime.commands import Command
from rbengine.runtime.events import Event
from rbengine.syntax.nodes import scenarios as tree
from support.fronts import WEB, Fronts
from support.live_company import Attending, LiveCompany, SharedDatabase, SkippingClock
from support.live_world import LiveRehearsal
from support.peer_imap import PASSWORD as MAILBOX_PASSWORD
from support.peer_imap import ImapServer
from support.peer_postgres import OWNER
from support.peer_realtime import RealtimeServer
from support.peer_smtp import PASSWORD as SUBMISSION_PASSWORD
from support.peer_smtp import USER, SmtpServer

UNDESCRIBED = "/v2/"
"""Where the paths begin that the description of Stripe leaves out."""

Turns = list[tuple[Event, Sequence[Command]]]
"""All of a run, in order."""

_CANARIES = {
    "email.key": "re_canary_of_resend",
    "meta.app_secret": "canary_of_meta",
    "meta.token": "canary_of_whatsapp",
    "status.key": "canary_of_statuspage",
    "stripe.key": "sk_test_canary_of_stripe",
    "supabase.access_token": "sbp_canary_of_supabase",
    "supabase.service_key": "service_canary_of_supabase",
    "twilio.key": "SKcanary",
    "twilio.secret": "canary_of_twilio",
}
_OF_THE_WORLD = (
    "git.checkout.",
    "supabase.logs",
    "supabase.probe_",
    "supabase.secret.",
)
"""Settings that depend on it."""


class Here(NamedTuple):
    """What runs on this machine."""

    database: LiveRehearsal
    dsn: str
    imap: ImapServer
    smtp: SmtpServer
    realtime: RealtimeServer
    fronts: Fronts
    addresses: Mapping[str, str]
    """Of the vendors, or of who judges them."""
    authorities: str
    """The file of whoever vouches for the company's pages."""


class Done(NamedTuple):
    """What a live run left: its journal, the text of every mail, and what was asked for of the company."""

    lines: Sequence[str]
    mails: Sequence[str]
    seen: object


def run_live(
    ground: Ground,
    here: Here,
    plan: Plan,
    path: str,
    scenario: tree.Scenario,
    turns: Turns,
    before: Callable[[LiveCompany], None] = lambda _: None,
    look: Callable[[Company], object] = lambda _: None,
    inputs: Mapping[str, Value] = MappingProxyType({}),
) -> Done:
    """Run it to its end; every turn is kept in `turns`. `before` it begins somebody may change the company; `look` is
    what is to be seen of it afterwards. `inputs` go before those of the world."""
    here.database.reset()
    here.database.world.connection.execute(b"ALTER SEQUENCE cron.jobid_seq RESTART")
    session: RehearsalSession = ground.session()
    session._database = SharedDatabase(here.database, OWNER)  # type: ignore[assignment]
    with session:  # what its worlds have in folders goes with it
        return _run(ground, session, here, plan, path, scenario, turns, before, look, inputs)


def _run(
    ground: Ground,
    session: RehearsalSession,
    here: Here,
    plan: Plan,
    path: str,
    scenario: tree.Scenario,
    turns: Turns,
    before: Callable[[LiveCompany], None],
    look: Callable[[Company], object],
    inputs: Mapping[str, Value],
) -> Done:
    clock = SkippingClock()
    company = LiveCompany(session, path, scenario, clock)
    _arrange(here, company)
    before(company)
    found = ground.workspace.app()
    app = None if found is None else found[0]
    profile = profile_of(company, here, tiers_of(app))
    sessions = LiveSessions(profile, run=plan.id)
    store = MemoryStore()
    with (
        closing(sessions),
        closing(ConnectionsHere(profile, sessions, here, company)) as connections,
    ):
        backends = LiveBackends(
            plan=plan,
            profile=profile,
            signature=signature_of,
            connections=connections,
            database=lambda: database_on(sessions, plan.policy.sql_functions),
            asides={},
            secrets=SecretBox(b"key"),
            repeatable=partial(_is_repeatable, repeatable_functions(app)),
            before={},
        )

        def observe(turn: Turn) -> None:
            turns.append((turn.event, turn.commands))

        kept = LiveRuns(store, clock).begin(
            backends,
            Binding(path=path, profile=profile.name, backends={}),
            {},
            inputs={**company.stage.setting.values, **inputs},
            began=None,
            operator=company.stage.operator,
            presence=Attending(company),
            observer=observe,
        )
    assert kept.parked == ""
    sent = [str(mail.get_content()) for _, mail in here.smtp.taken]
    return Done(tuple(store.read(kept.run)), [*company.mails, *sent], look(company.stage.company))


class ConnectionsHere(LiveConnections):
    """As a live host makes them; what the company calls by its own names is on this machine."""

    def __init__(
        self, profile: LiveProfile, sessions: LiveSessions, here: Here, company: LiveCompany
    ) -> None:
        super().__init__(profile, signatures(), lambda: sessions)
        settings = {**profile.settings, **here.fronts.settings()}
        self._past = LiveConnections(
            replace(profile, settings=settings), signatures(), lambda: sessions
        )
        self._here = here
        self._ports = {"imap": here.imap.port, "smtp": here.smtp.port}
        self._company = company

    def http(self, provider: str) -> httpx.Client:
        """What nobody describes is asked of the company itself; its pages have names that only it knows."""
        client = super().http(provider)
        if provider == "stripe":
            past = self._past.http(provider)
            return _led(
                client, lambda path: past if path.startswith(UNDESCRIBED) else client, past.base_url
            )
        if provider == "web":
            pages = httpx.URL(f"https://localhost:{self._here.fronts.port(WEB)}")
            return _led(client, lambda _: client, pages)
        return client

    def close(self) -> None:
        """Let go of every connection."""
        self._past.close()
        super().close()

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:
        """The mail servers have ports of their own here."""
        here = self._ports.get(provider)
        if here is None:
            return super().stream(provider, host, port, timeout)
        return super().stream(provider, "127.0.0.1", here, timeout)

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """The program; whoever looks at what is pushed sees it."""
        run = partial(
            super().program,
            name,
            arguments,
            folder=folder,
            environment=environment,
            timeout=timeout,
        )
        return self._company.pushes(folder, run) if arguments[0] == "push" else run()

    def setting(self, name: str) -> str:
        """Of the profile, which knows the world's too. A mailbox that nobody described is there, and empty."""
        mailbox = name.removeprefix("imap.password.")
        if mailbox != name:
            found = self._company.stage.company.imap.mailboxes.get(mailbox)
            return (
                "canary-that-is-wrong" if found is not None and found.locked else MAILBOX_PASSWORD
            )
        if name.startswith(_OF_THE_WORLD) and name not in self._profile.settings:
            found = self._company.stage.company.setting(name)
            if found is not None:
                return found
        return super().setting(name)


def _led(
    client: httpx.Client, by: Callable[[str], httpx.Client], elsewhere: httpx.URL
) -> httpx.Client:
    """A client whose requests go by the client that `by` gives for their path; what it is not the base of goes
    `elsewhere`, under its own name."""

    def lead(request: httpx.Request) -> httpx.Response:
        chosen = by(request.url.path)
        if request.url.host != chosen.base_url.host or request.url.port != chosen.base_url.port:
            request.headers["host"] = request.url.host
            request.url = request.url.copy_with(
                scheme=elsewhere.scheme, host=elsewhere.host, port=elsewhere.port
            )
        return chosen._transport.handle_request(request)

    return httpx.Client(
        transport=httpx.MockTransport(lead),
        base_url=client.base_url,
        headers=client.headers,
        auth=client.auth,
    )


def profile_of(company: LiveCompany, here: Here, tiers: Mapping[str, str]) -> LiveProfile:
    """The served company, as settings say it."""
    settings = {
        **company.stage.company.settings(),
        **here.addresses,
        **_CANARIES,
        "http.authorities": here.authorities,
        "postgres.dsn": here.dsn,
        "realtime.url": f"ws://127.0.0.1:{here.realtime.port}",
        "smtp.password": SUBMISSION_PASSWORD,
        "smtp.user": USER,
        "stripe.tiers": json.dumps(dict(tiers)),
    }
    return LiveProfile(
        name="here",
        settings=settings,
        secrets=frozenset(name for name, value in settings.items() if "canary" in value),
        hosts=frozenset({"127.0.0.1", "localhost"}),
        channels={name: tuple(ways) for name, ways in company.stage.setting.channels.items()},
    )


def _arrange(here: Here, company: LiveCompany) -> None:
    """Let the programs be as the world says of the company's servers."""
    made = company.stage.company
    here.fronts.company = company  # type: ignore[assignment]  # it answers as one
    here.realtime.company = made
    here.smtp.forget()
    here.smtp.locked = made.smtp.locked
    here.smtp.refused.update(made.smtp.refused)
    here.imap.forget()
    for name, mailbox in made.imap.mailboxes.items():
        here.imap.open(name)
        for mail in mailbox.mails:
            lines = [
                f"From: {mail.sender}",
                f"Subject: {mail.subject}",
                f"Message-ID: {mail.message_id}",
            ]
            here.imap.arrives(name, "\r\n".join([*lines, "", "Hello", ""]).encode(), mail.at)


def _is_repeatable(functions: frozenset[str], _: str, arguments: Datum) -> bool:
    """Whether it invokes one of these functions."""
    given = arguments.value
    return isinstance(given, Row) and given.get("function") in functions
