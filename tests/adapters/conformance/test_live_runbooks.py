"""Whole runbooks, live: real sockets, a real PostgreSQL 15 with pg_cron, a real mail server; the rehearsal's journal.

The vendors are the company's, each behind Prism's proxy with the vendor's own description: it refuses what does not
fit. The two journals are the same in kind, order, operation, arguments and decision, but
for what `LEFT_OUT` lists.
"""

import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.contract.codec import to_line
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.facts.adapters import signature_of, signatures
from rbengine.facts.project import find_project
from rbengine.host.driver import Turn
from rbengine.host.live.binding import Binding
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.runs import LiveRuns
from rbengine.host.live.scene import LiveBackends
from rbengine.host.memory_store import MemoryStore
from rbengine.host.postgres_adapter import database_on
from rbengine.host.recorded.requests import asked
from rbengine.host.secrets import SecretBox
from rbengine.plan.program import Plan
from rbengine.rehearsal.app import repeatable_functions
from rbengine.rehearsal.session import RehearsalSession
from rbengine.rehearsal.stage import tiers_of
from rbengine.report.screen import Screen
from rbengine.runtime.commands import Command, Finish, NotifyRequest, Perform, Show
from rbengine.runtime.events import Answered, Approved, Declined, Event, Gave
from rbengine.runtime.notices import FindingJudged
from rbengine.syntax.nodes import scenarios as tree
from rbengine_adapters.postgres.marker import marker_ddl
from support.fronts import Fronts
from support.live_company import (
    Attending,
    LiveCompany,
    MailboxesHere,
    SharedDatabase,
    SkippingClock,
)
from support.live_world import LiveRehearsal
from support.peer_imap import PASSWORD as MAILBOX_PASSWORD
from support.peer_imap import ImapServer, imap_server
from support.peer_postgres import OWNER, RealPostgres
from support.peer_prism import DESCRIPTIONS
from support.peer_prism import Judged as Judge
from support.postgres import SCHEMA

pytestmark = pytest.mark.peers

PROJECT = Path(__file__).parents[3]
LEFT_OUT = (
    (r"INC-\d{4}-\d\d-\d\d-\d{3}", "INC"),  # of another day
    (r"RUN-\d{4}-\d\d-\d\d-\d{3}", "RUN"),
    (
        r'"(approved|digest|plan)":"[0-9a-f]{64}"',
        r'"\1":"…"',
    ),  # made of old values, times among them
)
"""What differs between two runs of one runbook: ids and times. Latencies and answers of providers are not compared."""

JUDGED = ("resend", "stripe", "supabase", "twilio", "twilio_monitor", "twilio_lookups")
"""Providers with a description of all that is asked of them here; that of Supabase's own host knows logins alone."""

MAILBOXES = ("inbox@acme.test", "shop@acme.test")


class Done(NamedTuple):
    """What a live run left: its journal, and the text of every mail."""

    lines: Sequence[str]
    mails: Sequence[str]


class Vendors(NamedTuple):
    fronts: Fronts
    addresses: Mapping[str, str]


class Case(NamedTuple):
    runbook: str
    scenario: str
    changed: str
    """A question to the database after it, and below what it says."""
    then: tuple[object, ...]


CASES = (
    Case(
        "rb001", "the webhook was lost",
        "SELECT is_frozen, frozen_reason FROM businesses", (False, None),
    ),
    Case(
        "rb007", "the job is missing",
        "SELECT jobname, schedule, active FROM cron.job", ("sync-emails", "*/5 * * * *", True),
    ),
    Case(
        "rb011", "webhook missed",
        "SELECT subscription_tier, subscription_status FROM businesses", ("starter", "active"),
    ),
    Case(
        "rb011", "the engineer takes the copied tier back",
        "SELECT subscription_tier, subscription_status FROM businesses", ("free", "inactive"),
    ),
    Case(
        "rb012", "webhook missed",
        "SELECT credit_balance FROM businesses", (520,),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """The project."""
    before = Path.cwd()
    os.chdir(PROJECT)
    try:
        with Ground(find_project(PROJECT), Output(io.StringIO())) as made:
            yield made
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def company(postgres_15: RealPostgres, cron_on_15: LiveRehearsal) -> Iterator[LiveRehearsal]:
    """The company's schema in the one database that has pg_cron."""
    name = cron_on_15.world.name
    with postgres_15.connect(name, "postgres") as admin:
        admin.execute(f'GRANT CREATE ON DATABASE "{name}" TO {OWNER}'.encode())
        admin.execute(f"ALTER SCHEMA public OWNER TO {OWNER}".encode())
    with postgres_15.connect(name) as owner:
        own = re.sub(r"^CREATE (SCHEMA cron;|TABLE cron\..*?^\);)$", "", SCHEMA, flags=re.M | re.S)
        owner.execute(own.encode())
        owner.execute(marker_ddl().encode())
    made = LiveRehearsal(postgres_15, name, postgres_15.dsn(name), arranger="postgres")
    yield made
    made.database.close()
    made.world.connection.close()


@pytest.fixture(scope="module")
def mail_server() -> Iterator[ImapServer]:
    """dovecot, with the company's mailboxes."""
    with imap_server(MAILBOXES) as made:
        yield made


@pytest.fixture(scope="module")
def vendors(fronts: Fronts, prism: Mapping[str, Judge]) -> Vendors:
    """Where each vendor is asked: through its judge, where its description is at hand."""
    judges = {one.provider: prism[one.file].proxy for one in DESCRIPTIONS if one.provider in JUDGED}
    return Vendors(fronts, fronts.settings(judges))


@pytest.mark.parametrize("case", CASES, ids=lambda one: f"{one.runbook} {one.scenario}")
def test_a_runbook_runs_live_as_it_was_rehearsed(
    case: Case,
    ground: Ground,
    company: LiveRehearsal,
    postgres_15: RealPostgres,
    mail_server: ImapServer,
    vendors: Vendors,
) -> None:
    """Rows are really changed, and really undone."""
    path = f"playbooks/{case.runbook}.rb"
    plan = ground.plan(path)
    assert plan is not None
    scenario = scenario_of(ground, path, case.scenario)
    rehearsed: list[tuple[Event, Sequence[Command]]] = []
    ground.session().execute(
        path, scenario=scenario, observer=lambda turn: rehearsed.append((turn.event, turn.commands))
    )
    live: list[tuple[Event, Sequence[Command]]] = []
    done = run_live(
        ground,
        company,
        postgres_15.dsn(company.world.name),
        mail_server,
        vendors,
        plan,
        path,
        scenario,
        live,
    )
    then, now = story(rehearsed), story(live)
    assert now == then, "\n".join([*refusals(live), *unified_diff(then, now, "rehearsed", "live")])
    assert [one for one in done.lines if "canary" in one] == []
    cursor = company.world.connection.cursor()
    assert cursor.execute(case.changed.encode()).fetchall() == [case.then]


def refusals(turns: Sequence[tuple[Event, Sequence[Command]]]) -> list[str]:
    """What calls were refused with: a judge says why."""
    outcomes = [getattr(event, "outcome", None) for event, _ in turns]
    return [one.text for one in outcomes if isinstance(one, Refused | Unsettled)]


def run_live(
    ground: Ground,
    database: LiveRehearsal,
    dsn: str,
    mail_server: ImapServer,
    vendors: Vendors,
    plan: Plan,
    path: str,
    scenario: tree.Scenario,
    turns: list[tuple[Event, Sequence[Command]]],
    before: Callable[[LiveCompany], None] = lambda _: None,
) -> "Done":
    """Run it to its end; every turn is kept in `turns`. `before` it begins somebody may change the company."""
    database.reset()
    database.world.connection.execute(b"ALTER SEQUENCE cron.jobid_seq RESTART")
    session: RehearsalSession = ground.session()
    session._database = SharedDatabase(database, OWNER)  # type: ignore[assignment]
    clock = SkippingClock()
    company = LiveCompany(session, path, scenario, clock)
    before(company)
    found = ground.workspace.app()
    app = None if found is None else found[0]
    vendors.fronts.company = company  # type: ignore[assignment]
    profile = profile_of(company, vendors.addresses, dsn, tiers_of(app))
    sessions = LiveSessions(profile, run=plan.id)
    with closing(sessions):
        connections = MailboxesHere(profile, signatures(), lambda: sessions)
        with closing(connections):
            connections.imap_port = mail_server.port
            backends = LiveBackends(
                plan=plan,
                profile=profile,
                signature=signature_of,
                connections=connections,
                database=lambda: database_on(sessions, plan.policy.sql_functions),
                asides={},
                secrets=SecretBox(b"key"),
                repeatable=partial(is_repeatable, repeatable_functions(app)),
                before={},
            )

            def observe(turn: Turn) -> None:
                turns.append((turn.event, turn.commands))

            store = MemoryStore()
            kept = LiveRuns(store, clock).begin(
                backends,
                Binding(path=path, profile=profile.name, backends={}),
                {},
                inputs=company.stage.setting.values,
                began=None,
                operator=company.stage.operator,
                presence=Attending(company),
                observer=observe,
            )
    assert kept.parked == ""
    return Done(lines=tuple(store.read(kept.run)), mails=company.mails)


def profile_of(
    company: LiveCompany, addresses: Mapping[str, str], dsn: str, tiers: Mapping[str, str]
) -> LiveProfile:
    """The served company, as settings say it."""
    settings = {
        **company.stage.company.settings(),
        **addresses,
        **{f"imap.password.{one}": MAILBOX_PASSWORD for one in MAILBOXES},
        "postgres.dsn": dsn,
        "stripe.key": "sk_test_canary_of_stripe",
        "stripe.tiers": json.dumps(dict(tiers)),
        "email.key": "re_canary_of_resend",
        "supabase.access_token": "sbp_canary_of_supabase",
        "supabase.service_key": "service_canary_of_supabase",
    }
    return LiveProfile(
        name="here",
        settings=settings,
        secrets=frozenset(name for name, value in settings.items() if "canary" in value),
        hosts=frozenset({"127.0.0.1"}),
        channels={name: tuple(ways) for name, ways in company.stage.setting.channels.items()},
    )


def is_repeatable(functions: frozenset[str], _: str, arguments: Datum) -> bool:
    """Whether it invokes one of these functions."""
    given = arguments.value
    return isinstance(given, Row) and given.get("function") in functions


NASTY = "{{ 7*7 }}'; DROP TABLE businesses; -- \x1b[31m<b>"


def test_a_customers_name_is_data_wherever_it_goes(
    ground: Ground,
    company: LiveRehearsal,
    postgres_15: RealPostgres,
    mail_server: ImapServer,
    vendors: Vendors,
) -> None:
    """Through SQL, a template, a provider's form, a mail and the screen: nothing is evaluated, nothing is obeyed."""
    path = "playbooks/rb001.rb"
    plan = ground.plan(path)
    assert plan is not None
    scenario = scenario_of(ground, path, "the webhook was lost")
    live: list[tuple[Event, Sequence[Command]]] = []
    there = postgres_15.dsn(company.world.name)

    def rename(_: LiveCompany) -> None:
        company.world.execute(
            f"UPDATE businesses SET name = '{NASTY.replace(chr(39), chr(39) * 2)}'"
        )

    done = run_live(
        ground, company, there, mail_server, vendors, plan, path, scenario, live, rename
    )
    assert story(live)[-1] == "resolved"
    hello = [one.partition(",")[0] for one in done.mails if one.startswith("Hello")]
    assert hello == [f"Hello {NASTY}"]
    assert company.world.execute("SELECT name FROM businesses").rows[0]["name"] == NASTY
    screen = Screen(plan, width=100)
    rows = [row for event, commands in live for row in screen.lines(event, commands)]
    assert any("DROP TABLE" in row for row in rows)
    assert [row for row in rows if "\x1b" in row] == []


def scenario_of(ground: Ground, path: str, title: str) -> tree.Scenario:
    """The scenario of that title."""
    found = ground.workspace.scenarios_for(path)
    assert found is not None
    return next(
        one for one in found[0].parts if isinstance(one, tree.Scenario) and one.title.plain == title
    )


def story(turns: Sequence[tuple[Event, Sequence[Command]]]) -> list[str]:
    """What was asked, decided and answered, in order; what polling repeats stands there once."""
    told: list[str] = []
    for event, commands in turns:
        if isinstance(event, Answered):
            told.append(f"answered by {event.person.role}: {decision(event)}")
        for command in commands:
            match command:
                case Perform(request=NotifyRequest(contact=contact, about=about)):
                    told.append(f"tell {contact} of {about}")
                case Perform(request=request):
                    told.append(without_what_differs(asked(request, event.at).text))
                case Show(notice=FindingJudged(name=name, verdict=verdict)):
                    told.append(f"{name} {verdict}")
                case Finish(outcome=outcome):
                    told.append(outcome)
                case _:
                    continue
    return without_repeats(told)


def decision(event: Answered) -> str:
    """Yes, no or what was given."""
    match event.answer:
        case Approved():
            return "yes"
        case Declined(reason=reason):
            return f"no {reason}"
        case Gave(values=values):
            return to_line(values)


def without_what_differs(text: str) -> str:
    """`LEFT_OUT` left out."""
    for pattern, instead in LEFT_OUT:
        text = re.sub(pattern, instead, text)
    return text


def without_repeats(told: Sequence[str]) -> list[str]:
    """Rounds of polling after each other as one round: how many there are is a matter of time."""
    kept: list[str] = []
    for one in told:
        kept.append(one)
        for size in range(1, len(kept) // 2 + 1):
            if kept[-size:] == kept[-2 * size : -size]:
                del kept[-size:]
                break
    return kept
