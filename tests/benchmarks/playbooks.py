"""Different playbooks of about 100 lines, as dense as `playbooks/rb011.rb`, all from their number."""

from pathlib import Path

SCHEMA = """\
CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  customer text,
  tier text NOT NULL CHECK (tier IN ('free', 'starter', 'pro')),
  status text NOT NULL CHECK (status IN ('active', 'trialing', 'past_due', 'canceled')),
  frozen boolean NOT NULL DEFAULT false,
  frozen_reason text,
  credits integer NOT NULL DEFAULT 0,
  seen_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  name text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'failed', 'done')),
  error text,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
"""

POLICY = """\
policy "Benchmarks"

contact tech_lead "Tech Lead" email "lead@acme.test"
role on_call "On-call engineer" from settings

severity P2 "Medium"
  escalate after 30m to tech_lead
  changes need approval by on_call

severity P3 "Long"
  escalate after 365d to tech_lead
  changes need approval by on_call
"""

_SUBJECTS = ("mailbox", "invoice", "webhook", "import", "export", "session", "upload", "report")
_COLUMNS = ("credits", "seen_at", "updated_at", "frozen_reason", "customer")


def playbook(number: int) -> str:
    """Playbook `number`: its names, statements and texts are its own."""
    return _header(number) + _finding_sections(number, 0, 1) + _tail(number)


def long_playbook(number: int, lines: int) -> str:
    """One playbook of at least `lines` lines: as many findings, each with its resolve, as that takes."""
    one = _finding_sections(number, 0, 1).count("\n")
    rest = (_header(number) + _tail(number)).count("\n")
    findings = max(1, -(-(lines - rest) // one))
    # So many steps take their time, and so do so many approvals: that is not what is measured here.
    header = _header(number).replace("mttr     2h", "mttr     365d").replace("P2", "P3")
    return header + _finding_sections(number, 0, findings) + _tail(number)


def write_project(folder: Path, count: int) -> list[Path]:
    """A project of `count` playbooks below `folder`, with its schema, policy and settings."""
    playbooks = folder / "playbooks"
    playbooks.mkdir(parents=True)
    (folder / "rbengine.toml").write_text("", encoding="utf-8")
    (playbooks / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    (playbooks / "policy.rb").write_text(POLICY, encoding="utf-8")
    made = []
    for number in range(1, count + 1):
        path = playbooks / f"rb{number:05}.rb"
        path.write_text(playbook(number), encoding="utf-8")
        made.append(path)
    return made


def _header(number: int) -> str:
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return f"""\
runbook RB-{number:05} "The {subject} of an account is stuck, case {number}"

severity P2
mttr     2h
alerts   {subject.title()}Stuck{number}, {subject.title()}Late{number}
tags     {subject}, case{number}
owner    tech_lead

input account: uuid          "Account that noticed case {number}"
input since: duration = {number % 47 + 1}h   "How far back to look"

symptoms
  - The {subject} of case {number} does not move
  - Support has been asked {number % 7 + 2} times, covers RB-{number:05}/symptoms/2

"""


def _finding_sections(number: int, first: int, count: int) -> str:
    diagnose = "".join(_look(number, one) for one in range(first, first + count))
    resolves = "".join(_resolve(number, one) for one in range(first, first + count))
    return f"diagnose\n{diagnose}\n{resolves}"


def _look(number: int, one: int) -> str:
    subject = _SUBJECTS[(number + one) % len(_SUBJECTS)]
    column = _COLUMNS[(number + one) % len(_COLUMNS)]
    return f"""\
  step "Look at the account, {one}", covers RB-{number:05}/diagnose/{one}.1
    row_{one} = query one
      SELECT id, name, email, customer, tier, status, frozen, {column} AS seen_{one},
             credits + {number} AS due
      FROM accounts
      WHERE id = :account AND credits < {number + 100}
    check row_{one}.customer is present
      else "Case {number} has no customer at {one}: nothing to compare"

  # The provider knows statuses that the database has no word for.
  step "Ask the provider, {one}", timeout 20s, retry 3 times every 5s
    subscription_{one} = stripe.latest_subscription(customer: row_{one}.customer)

  step "Read the jobs, {one}", covers RB-{number:05}/diagnose/{one}.2
    stuck_{one} = query all at most 20 rows
      SELECT id, name, state, error, attempts
      FROM jobs
      WHERE account_id = :account AND state = 'failed' AND name = '{subject}-{number}' AND created_at > now() - :since
      ORDER BY created_at

  finding drifted_{one} "The {subject} drifted, case {number}"
    subscription_{one} is present
    subscription_{one}.status in ["active", "trialing", "past_due"]
    either
      subscription_{one}.status is not row_{one}.status
      count(stuck_{one}) > {number % 5 + 1}

  finding stopped_{one} "The {subject} stopped, case {number}"
    subscription_{one} is present
    subscription_{one}.status in ["canceled", "unpaid", "paused", "incomplete", "incomplete_expired"]
    row_{one}.status in ["active", "trialing", "past_due"]

"""


def _resolve(number: int, one: int) -> str:
    return f"""\
resolve drifted_{one}
  step "Put it right", covers RB-{number:05}/resolve/{one}.1
    change "Count case {number} as active"
      sql
        UPDATE accounts
        SET status = 'active',
            frozen = false,
            frozen_reason = 'case {number}',
            updated_at = now()
        WHERE id = :account
          AND customer = :row_{one}.customer
          AND status = :row_{one}.status
      expect 1 row
      may drift updated_at
    on failure conflict
      note "Case {number} is no longer what was diagnosed: somebody was faster"
  step "Queue the jobs again", covers RB-{number:05}/resolve/{one}.2
    if stuck_{one} is not empty
      note "{{{{ count(stuck_{one}) }}}} jobs of {{{{ row_{one}.name }}}} had failed"

resolve stopped_{one}
  step "Freeze the account, {one}"
    change "Freeze case {number}"
      sql
        UPDATE accounts SET frozen = true, status = 'canceled' WHERE id = :account AND NOT frozen
      expect 1 row

"""


def _tail(number: int) -> str:
    return f"""\
otherwise
  escalate "Nothing is left to do for case {number}"
    impact "{{{{ row_0.name }}}} sees {{{{ row_0.tier }}}}, {{{{ row_0.status }}}}"
    next   "Look at the session of case {number}"
  stop handed over "The fault of case {number} is elsewhere"

verify
  within 5m checking every 15s
    until no finding holds

recover
  step "Tell the customer"
    if stopped_0
      email.send(to: row_0.email, message: stopped_message(row_0))

prevent
  - Watch the rate of case {number}
  - Add a test for case {number}, covers RB-{number:05}/prevent/2

message stopped_message(account: accounts) "Case {number} has ended"
  Hello {{{{ account.name }}}},

  case {number} has ended and your account is now {{{{ account.tier }}}}.
  If that is wrong, please answer this mail.
"""
