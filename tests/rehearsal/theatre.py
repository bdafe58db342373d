"""A small company with one runbook, to play any scenario in."""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

from rbengine.diagnostics import Diagnostic
from rbengine.facts.adapters import event_subject, signature_of
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from rbengine.plan.program import Plan
from rbengine.rehearsal.backends import SignatureOf
from rbengine.rehearsal.company.builders import builders
from rbengine.rehearsal.excerpt import excerpt
from rbengine.rehearsal.result import Rehearsal
from rbengine.rehearsal.session import RehearsalSession
from rbengine.workspace import Workspace

RUNBOOK = "playbooks/rb900.rb"
SCENARIOS = "playbooks/scenarios/rb900.rb"

SCHEMA = """
CREATE TABLE members (
  id       uuid PRIMARY KEY,
  email    text NOT NULL,
  customer text UNIQUE,
  level    text NOT NULL DEFAULT 'none' CHECK (level IN ('none', 'gold')),
  seen_at  timestamptz
);
CREATE TABLE visits (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  member_id uuid NOT NULL REFERENCES members,
  made_at   timestamptz NOT NULL DEFAULT now()
);
"""

POLICY = """policy "Club"

timezone "Europe/Rome"

contact lead    "Lead"    from settings
role    on_call "On call" from settings

severity P2 "Medium"
  escalate after 2h to lead
  changes need approval by on_call
"""

APP = """app "Club"

tier of stripe price
  "price_gold" is "gold"

function "refresh"(member: uuid) changes, repeatable after 1s
  sql
    UPDATE members SET seen_at = now() WHERE id = :member
  answer {member: member}

on stripe event "customer.subscription.created" after 2s
  sql
    UPDATE members SET level = :event.tier WHERE customer = :event.customer
  answer 200
"""

PLAYBOOK = """runbook RB-900 "A member paid and is not let in"

severity P2
mttr     20m

input member: uuid   "Who paid"

symptoms
  - A member paid and is not let in

diagnose
  step "Read the member"
    account = query one
      SELECT id, email, customer, level FROM members WHERE id = :member
    check account.customer is present
      else "Never a customer"
  step "Read Stripe", timeout 20s, retry 3 times every 5s
    subscription = stripe.latest_subscription(customer: account.customer)

  finding paid "Paid, and not let in"
    subscription is present
    subscription.status is "active"
    subscription.tier is present
    subscription.tier is not account.level

resolve paid
  step "Let in"
    change "Give the level"
      sql
        UPDATE members SET level = :subscription.tier
        WHERE id = :member AND level = :account.level
      expect 1 row
  step "Tell the program"
    change "Refresh the program"
      supabase.invoke(function: "refresh", body: {member: member})
      irreversible "the program only looks again"

otherwise
  escalate "Stripe and the club agree"
  stop handed over "Nothing to do"

verify
  within 2m checking every 10s
    until no finding holds

recover
  step "Tell the member"
    if paid
      email.send(to: account.email, message: welcome(account))

message welcome(account: members) "You are in"
  Welcome, you are {{ account.level }} now.
"""

WORLD = """scenarios for RB-900

world waiting "A member waits at the door" default
  member = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table members
    | id      | email           | customer |
    | :member | member@club.test | cus_1    |
  stripe.subscription(id: "sub_1", customer: "cus_1", price: "price_gold", status: "active")
  contact lead email "lead@club.test"
  contact on_call email "on.call@club.test"
  person on_call approves after 90s
"""

USUAL = """
  expect found paid
  expect changed "Give the level"
  expect changed "Refresh the program"
  expect sent email to "member@club.test" with "Welcome"
  expect resolved within 10m
  expect no escalation
"""
"""What happens when nothing goes wrong."""


_kept: dict[str, RehearsalSession] = {}
"""By their schema, those whose databases are played on one after the other."""


def close_kept() -> None:
    """Drop the databases. The server is still up."""
    while _kept:
        _kept.popitem()[1].close()


class Theatre:
    """Plays scenarios of the small company; its texts may be replaced."""

    def __init__(self, server: Server, **texts: str) -> None:
        self._server = server
        self._open = ExitStack()
        self._texts = {"playbook": PLAYBOOK, "policy": POLICY, "app": APP, "world": WORLD} | texts
        schema = self._texts.pop("schema", SCHEMA)
        self._schema = schema
        self._describer = PostgresDescriber(server, schema, "schema.sql")
        self._open.callback(self._describer.close)
        self.plan: Plan | None = None
        self.text = ""
        """The scenarios file that was played last."""

    def __enter__(self) -> "Theatre":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def session(
        self,
        scenarios: str = "",
        *,
        seed: int = 0,
        server: Callable[[], Server] | None = None,
        signatures: SignatureOf = signature_of,
    ) -> RehearsalSession:
        """A session over the texts, `scenarios` behind the world."""
        self.text = f"{self._texts['world']}\n{scenarios}"
        workspace = self._workspace()
        self.plan = workspace.plan(RUNBOOK)
        session = self._new_session(workspace, seed=seed, server=server, signatures=signatures)
        self._open.callback(session.close)
        return session

    def _new_session(
        self,
        workspace: Workspace,
        *,
        seed: int = 0,
        server: Callable[[], Server] | None = None,
        signatures: SignatureOf = signature_of,
    ) -> RehearsalSession:
        return RehearsalSession(
            workspace,
            signature_of=signatures,
            schema_sql=self._schema,
            server=server or (lambda: self._server),
            seed=seed,
            engine="test",
        )

    def _lent(self, scenarios: str) -> RehearsalSession:
        """The same on the database of earlier plays: to make one takes longer than the play."""
        if self._schema not in _kept:
            _kept[self._schema] = self._new_session(self._workspace())
        self.text = f"{self._texts['world']}\n{scenarios}"
        workspace = self._workspace()
        self.plan = workspace.plan(RUNBOOK)
        return _kept[self._schema].over(workspace)

    def play(self, scenario: str) -> Rehearsal:
        """The rehearsal of one scenario: its lines, without its title."""
        lines = "\n".join(
            f"  {one.strip()}" if one.strip() else "" for one in _unindented(scenario)
        )
        text = f'scenario "this one" in waiting\n{lines}\n'
        return self.play_as_written(text)

    def play_as_written(self, scenarios: str) -> Rehearsal:
        """The rehearsal of the first of `scenarios`."""
        session = self._lent(scenarios)
        return session.rehearse(RUNBOOK, session.scenarios(RUNBOOK)[0])

    def problems(self, scenarios: str) -> tuple[Diagnostic, ...]:
        """What is wrong when the first of `scenarios` is rehearsed: its misses, and what their file accounts for."""
        session = self._lent(scenarios)
        rehearsal = session.rehearse(RUNBOOK, session.scenarios(RUNBOOK)[0])
        accounts = session.accounts(RUNBOOK)
        passed = rehearsal.coverage.passed
        return (*rehearsal.misses, *accounts.problems, *accounts.covered(passed))

    def _workspace(self) -> Workspace:
        return Workspace(
            {
                RUNBOOK: self._texts["playbook"],
                SCENARIOS: self.text,
                "playbooks/policy.rb": self._texts["policy"],
                "playbooks/app.rb": self._texts["app"],
            },
            signature_of=signature_of,
            describer=self._describer,
            builders={name: one.operation for name, one in builders().items()},
            event_subject=event_subject,
        )


def _unindented(text: str) -> list[str]:
    return text.strip("\n").split("\n")


def told(rehearsal: Rehearsal) -> str:
    """Misses and the journal's last lines, for a test that fails."""
    misses = [f"{one.code} {one.message}" for one in rehearsal.misses]
    return "\n".join([*misses, *excerpt(rehearsal.turns, rehearsal.began, None)])


def codes(rehearsal: Rehearsal) -> list[str]:
    """The codes of what missed."""
    return [one.code for one in rehearsal.misses]
