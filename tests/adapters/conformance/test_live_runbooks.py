"""Whole runbooks, live: real sockets, PostgreSQL 15 with pg_cron, mail servers and git; the rehearsal's journal.

The vendors are the company's, each behind Prism's proxy with the vendor's own description: it refuses what does not
fit. The two journals are the same in kind, order, operation, arguments and decision, but
for what `LEFT_OUT` lists.
"""

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.contract.codec import to_line
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.facts.project import find_project
from rbengine.host.recorded.requests import asked
from rbengine.rehearsal.company.company import Company
from rbengine.report.screen import Screen
from rbengine.runtime.commands import Command, Finish, NotifyRequest, Perform, Show
from rbengine.runtime.events import Answered, Approved, Declined, Event, Gave
from rbengine.runtime.notices import FindingJudged
from rbengine.syntax.nodes import scenarios as tree
from rbengine_adapters.postgres.marker import marker_ddl
from support.fronts import Fronts
from support.live_company import LiveCompany
from support.live_here import Here, Turns, run_live
from support.live_world import LiveRehearsal
from support.peer_imap import imap_server
from support.peer_postgres import OWNER, READER, RealPostgres
from support.peer_prism import DESCRIPTIONS
from support.peer_prism import Judged as Judge
from support.peer_realtime import realtime_server
from support.peer_smtp import smtp_server
from support.postgres import SCHEMA

pytestmark = [
    pytest.mark.peers,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]

PROJECT = Path(__file__).parents[3]
LEFT_OUT = (
    (r"INC-\d{4}-\d\d-\d\d-\d{3}", "INC"),  # of another day
    (r"RUN-\d{4}-\d\d-\d\d-\d{3}", "RUN"),
    (
        r'"(approved|digest|plan)":"[0-9a-f]{64}"',
        r'"\1":"…"',
    ),  # made of old values, times among them
    (r'("\$secret":\["[^"]*",)"[0-9a-f]{64}"', r'\1"…"'),  # by a key of the run's own
    (r'"[0-9a-f]{40}"', '"…"'),  # made of its moment
    (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? CET", "then"),
)
"""What differs between two runs of one runbook: ids and times. Latencies and answers of providers are not compared."""

JUDGED = ("resend", "stripe", "supabase", "twilio", "twilio_monitor", "twilio_lookups")
"""Providers with a description of all that is asked of them here; that of Supabase's own host knows logins alone."""


class Case(NamedTuple):
    runbook: str
    scenario: str
    then: object
    """What is there when it is over: the rows that `sql` reads, or what `look` sees of the vendors and of git."""
    sql: str = ""
    look: Callable[[Company], object] | None = None


def newest_commit(company: Company) -> object:
    """At the real `origin`."""
    said = company.git.run(("log", "-1", "--format=%s", "main"), company.git.origin("app"))
    return said.stdout.decode().strip()


def told(company: Company) -> object:
    """On our own status page."""
    return [(one["name"], one["status"]) for one in company.status.incidents.values()]


def _nothing(_: Company) -> object:
    """Is looked at."""
    return None


CASES = (
    Case(
        "rb001", "the webhook was lost", [(False, None)],
        "SELECT is_frozen, frozen_reason FROM businesses",
    ),
    Case(
        "rb002", "the provider of sms recovers", [("Message delivery is delayed", "resolved")],
        look=told,
    ),
    Case(
        "rb002", "a key is replaced", "t",
        look=lambda company: company.supabase.held("TWILIO_AUTH_TOKEN"),
    ),
    Case(
        "rb003", "the app secret was reset", "meta-signs-with-this",
        look=lambda company: company.supabase.held("WHATSAPP_APP_SECRET"),
    ),
    Case(
        "rb005", "a new endpoint takes the place of the old one", ["disabled", "enabled"],
        look=lambda company: sorted(
            one["status"] for one in company.stripe.endpoints.table.values()
        ),
    ),
    Case(
        "rb006", "lost and still losing, everything stops", [(False, None), (True, "payment_failed")],
        "SELECT is_frozen, frozen_reason FROM businesses ORDER BY id",
    ),
    Case(
        "rb007", "the job is missing", [("sync-emails", "*/5 * * * *", True)],
        "SELECT jobname, schedule, active FROM cron.job",
    ),
    Case(
        "rb008", "numbers are looked up and their owner is told once", ["owner@acme.test"],
        look=lambda company: [one.to for one in company.mailbox if one.to.startswith("owner")],
    ),
    Case(
        "rb009", "credits are used up", [(True,), (False,), (False,)],
        "SELECT outbound_calls_blocked FROM businesses ORDER BY id",
    ),
    Case(
        "rb010", "the deploy is rolled back", 'Revert "Check tokens in a hook"',
        look=newest_commit,
    ),
    Case(
        "rb011", "webhook missed", [("starter", "active")],
        "SELECT subscription_tier, subscription_status FROM businesses",
    ),
    Case(
        "rb011", "the engineer takes the copied tier back", [("free", "inactive")],
        "SELECT subscription_tier, subscription_status FROM businesses",
    ),
    Case("rb012", "webhook missed", [(520,)], "SELECT credit_balance FROM businesses"),
    Case(
        "rb013", "a migration publishes the table while we wait", [(True,)],
        "SELECT true FROM pg_publication_tables WHERE (pubname, tablename) = ('supabase_realtime', 'messages')",
    ),
    Case("rb014", "a deploy broke it", 'Revert "Send SMS by the new route"', look=newest_commit),
    Case(
        "rb015", "uploads stop, and old files go", [("menu.png",), ("new.zip",)],
        "SELECT name FROM storage.objects ORDER BY name",
    ),
)  # fmt: skip
"""Of each runbook; that of RB-004 stands below, for it ends a real session."""


def test_no_runbook_is_left_out() -> None:
    """RB-004 has a test of its own."""
    runbooks = {one.stem for one in (PROJECT / "playbooks").glob("rb*.rb")}
    assert {case.runbook for case in CASES} == runbooks - {"rb004"}


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
def here(
    company: LiveRehearsal,
    postgres_15: RealPostgres,
    fronts: Fronts,
    prism: Mapping[str, Judge],
    authority: trustme.CA,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Here]:
    """Every program; each vendor is asked through its judge, where its description is at hand."""
    judges = {one.provider: prism[one.file].proxy for one in DESCRIPTIONS if one.provider in JUDGED}
    authorities = tmp_path_factory.mktemp("authority") / "company.pem"
    authority.cert_pem.write_to_path(str(authorities))
    with imap_server(()) as imap, smtp_server() as smtp, realtime_server() as realtime:
        yield Here(
            company,
            postgres_15.dsn(company.world.name),
            imap,
            smtp,
            realtime,
            fronts,
            fronts.settings(judges),
            str(authorities),
        )


@pytest.mark.parametrize("case", CASES, ids=lambda one: f"{one.runbook} {one.scenario}")
def test_a_runbook_runs_live_as_it_was_rehearsed(case: Case, ground: Ground, here: Here) -> None:
    """Rows are really changed, and really undone."""
    path = f"playbooks/{case.runbook}.rb"
    plan = ground.plan(path)
    assert plan is not None
    scenario = scenario_of(ground, path, case.scenario)
    rehearsed: Turns = []
    live: Turns = []
    with ground.session() as session:
        session.execute(
            path,
            scenario=scenario,
            observer=lambda turn: rehearsed.append((turn.event, turn.commands)),
        )
    done = run_live(ground, here, plan, path, scenario, live, look=case.look or _nothing)
    then, now = story(rehearsed), story(live)
    assert now == then, "\n".join([*refusals(live), *unified_diff(then, now, "rehearsed", "live")])
    assert [one for one in done.lines if "canary" in one] == []
    cursor = here.database.world.connection.cursor()
    rows = cursor.execute(case.sql.encode()).fetchall() if case.sql else done.seen
    assert rows == case.then


def refusals(turns: Sequence[tuple[Event, Sequence[Command]]]) -> list[str]:
    """What calls were refused with: a judge says why."""
    outcomes = [getattr(event, "outcome", None) for event, _ in turns]
    return [one.text for one in outcomes if isinstance(one, Refused | Unsettled)]


def test_a_statement_that_runs_too_long_is_really_cancelled(
    ground: Ground, here: Here, postgres_15: RealPostgres
) -> None:
    """RB-004 has what only a server can say of itself, so nothing is compared: a client's statement ends, not it."""
    path = "playbooks/rb004.rb"
    plan = ground.plan(path)
    assert plan is not None
    scenario = scenario_of(ground, path, "the statement is cancelled")
    admin = postgres_15.maintenance
    live: Turns = []
    with postgres_15.connect(here.database.world.name, READER) as client:
        client.pgconn.send_query(b"SELECT pg_sleep(60)")
        admin.execute(f"GRANT pg_monitor, pg_signal_backend TO {OWNER}")
        inputs = {"longer_than": timedelta(milliseconds=1)}
        run_live(ground, here, plan, path, scenario, live, inputs=inputs)
        admin.execute(f"REVOKE pg_monitor, pg_signal_backend FROM {OWNER}")
        ended = client.pgconn.get_result()
        assert ended is not None
        assert b"canceling statement due to user request" in ended.error_message
        assert client.pgconn.get_result() is None
        assert client.execute("SELECT 1").fetchone() == (1,)
    told_of = story(live)
    assert "long_running found" in told_of, told_of
    assert told_of[-1] == "resolved", [*refusals(live), *told_of]


NASTY = "{{ 7*7 }}'; DROP TABLE businesses; -- \x1b[31m<b>"


def test_a_customers_name_is_data_wherever_it_goes(ground: Ground, here: Here) -> None:
    """Through SQL, a template, a provider's form, a mail and the screen: nothing is evaluated, nothing is obeyed."""
    path = "playbooks/rb001.rb"
    plan = ground.plan(path)
    assert plan is not None
    scenario = scenario_of(ground, path, "the webhook was lost")
    live: Turns = []
    world = here.database.world

    def rename(_: LiveCompany) -> None:
        quoted = NASTY.replace(chr(39), chr(39) * 2)
        world.execute(f"UPDATE businesses SET name = '{quoted}'")

    done = run_live(ground, here, plan, path, scenario, live, rename)
    assert story(live)[-1] == "resolved"
    hello = [one.partition(",")[0] for one in done.mails if one.startswith("Hello")]
    assert hello == [f"Hello {NASTY}"]
    assert world.execute("SELECT name FROM businesses").rows[0]["name"] == NASTY
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
            told.append(without_what_differs(f"answered by {event.person.role}: {decision(event)}"))
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
