"""`docs/peers.md`: which program from another hand proves each operation, by the suites (`make peers-page`)."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from rbengine.facts.adapters import adapter_names, signature_of
from support.golden import ROOT
from support.peer_cache import POSTGRES
from support.peer_prism import DESCRIPTIONS, NOT_MOCKED, adapter_of

PAGE = ROOT / "docs" / "peers.md"
_SUITES = ROOT / "tests" / "adapters" / "conformance"

DATABASE = "PostgreSQL 15"
OTHERS = "PostgreSQL 14, 16, 17"
PRISM = "Prism"

_CLIENT = (
    "{}: asks the simulated company for the same, in the same words as we do, and is told the same"
)

PEERS: Mapping[str, tuple[str, str]] = {
    DATABASE: ("Debian's, with pg_cron; a server of the suite's own", "`apt install postgresql-15 postgresql-15-cron`"),
    OTHERS: (
        f"{', '.join(one.partition('-')[0] for one in POSTGRES.values())}: "
        "the database's own suites are run on each, like on 15 and on 18, the one that rehearsals have",
        "`make peers`",
    ),
    "pgbouncer": ("between our sessions and that server", "`apt install pgbouncer`"),
    "aiosmtpd": (
        "a submission server that asks for a login, and refuses what it is told to",
        "with the tests' packages",
    ),
    "dovecot": ("mailboxes over IMAP", "`apt install dovecot-imapd`"),
    "git": ("the program, with a bare repository as `origin`", "`apt install git`"),
    PRISM: (
        "the vendors' own descriptions: as a mock server it answers with their examples, as a proxy it judges "
        "each request and what the simulated company answers",
        "`make peers`, with Node; the descriptions stand beside the project (`RBENGINE_OPENAPI`)",
    ),
    "nginx": ("a web server, by TLS", "`apt install nginx`"),
    "pywa": (
        "a webhook for WhatsApp, by a library that others make theirs with; nginx stands before it", "`make peers`",
    ),
    "node exporter": (
        "the program that tells a machine's metrics; nginx stands before it", "`apt install prometheus-node-exporter`",
    ),
    "Deno": ("runs functions; without the gateway that stands before a project's", "`make peers`"),
    "facebook-business": (_CLIENT.format("Meta's own library"), "`make peers`"),
    "storage3": (_CLIENT.format("Supabase's own client of Storage"), "`make peers`"),
    "supabase-functions": (_CLIENT.format("Supabase's own client of functions"), "`make peers`"),
    "atlassian-statuspage": (_CLIENT.format("a client made from Statuspage's own description"), "`make peers`"),
    "statuspage.io": (_CLIENT.format("a client of status pages"), "`make peers`, with Node"),
    "recordings": ("what Supabase recorded of its own service for its own client's tests", "beside the descriptions"),
    "localstripe": ("a Stripe of somebody else's, of an older version", "`make peers`"),
    "realtime": (
        "the vendor's client for Python, which joins the simulated Realtime as our probe does",
        "`make peers`",
    ),
}  # fmt: skip
"""Each with what it is, and where it comes from."""

_SUITE_OF = {
    "git_peer": "git",
    "imap_peer": "dovecot",
    "pg_cron": DATABASE,
    "real_database": DATABASE,
    "realtime_peer": "realtime",
    "smtp_peer": "aiosmtpd",
}
"""The fixture that a conformance suite names in `LIVE`, to the program behind it."""

JUDGED = "prism_peer"
"""The same, for the suites of vendors whose descriptions judge them."""

LOCALSTRIPE = ("stripe.customer",)
"""What it knows in today's shape."""

SESSIONS = ("postgres.cancel", "postgres.terminate")
"""What is done to sessions of others, which are real clients there and rows of a world in the suite."""

_OF_CLIENTS = "its requests are the same, and what it is told"
_PAGES = "those of Statuspage's form; Meta's own page is read by nobody else"

ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "http.get": {"nginx": "answers, redirections, refusals, slow and large ones, certificates"},
    **{
        f"http.{one}": {"pywa": "with the right secrets and with wrong ones"}
        for one in ("handshake", "notify_signed", "notify_unsigned")
    },
    **{f"meta.{one}": {"facebook-business": _OF_CLIENTS} for one in ("app_subscriptions", "subscribe_app")},
    **{f"status.{one}": {"atlassian-statuspage": _OF_CLIENTS} for one in ("published", "publish", "update")},
    "status.component": {"statuspage.io": f"{_OF_CLIENTS}; {_PAGES}"},
    "supabase.buckets": {"storage3": _OF_CLIENTS, "recordings": "the answer is understood"},
    "supabase.limit_uploads": {"storage3": _OF_CLIENTS},
    "supabase.remove_files": {"storage3": _OF_CLIENTS, "recordings": "the request is the same, the answer understood"},
    "supabase.invoke": {
        "supabase-functions": _OF_CLIENTS,
        "Deno": "functions that answer, refuse, break and hang",
    },
    "supabase.metrics": {"node exporter": "its whole text, by a key"},
}  # fmt: skip
"""What suites of their own prove, in `tests/peers`."""

UNPROVEN: Mapping[str, str] = {
    "stripe.ping_webhook_endpoint": (
        "Stripe's second API stands in no description that can be had here, and localstripe does not have it; the "
        "request is made by the vendor's own library"
    ),
}
"""What nothing proves, and why."""

_HEAD = """\
# Programs from other hands

The adapters are tried against programs that we did not write. `make peers` installs what no package of the system has,
and runs the suites: each program is started on a free port of this machine and ended again. One that is missing is
skipped by its name; in CI as root nothing may be missing. Made by `make peers-page` from the suites themselves.

The same suites run against the simulated company in every test run; where it and a peer differed, the difference is a
case of the suite by now.
"""

_NOBODY = """\
These are tried against the simulated company alone, over real sockets too.
"""

_WHERE = """\
Where we are, as `rbengine doctor` and the first call of a run ask it, is proven too: of the vendors by Prism (Stripe's
`/v1/account` by a second description of it), of the database by every PostgreSQL above.

## Whole runbooks

All fifteen run whole and live, from the first question to the last proof, by `test_live_runbooks.py`: over real
sockets, on PostgreSQL 15 with pg_cron, with dovecot, aiosmtpd and git, and with the simulated company's vendors, those
whose description is whole (Stripe, Supabase's platform, Resend, Twilio) behind Prism, which judges each request and
answer. The run is compared with the rehearsal of the same scenario: what was asked, with which arguments, what was
found, planned, approved and refused, in which order. Left out are ids of incident and run, moments, digests that are
made of those or by a run's own key, and commits' numbers; how long an answer took and what a provider writes in it are
not looked at. Then the rows, the vendors and the repository are looked at. RB-004 is not compared, for what it reads is
what a server says of itself: a client's real statement is cancelled, and its session lives.
"""


def proofs() -> dict[str, dict[str, str]]:
    """Operation to the peers that prove it, each with how."""
    found: dict[str, dict[str, str]] = {one: {} for one in _operations()}
    for suite in sorted(_SUITES.glob("test_*.py")):
        tree = ast.parse(suite.read_text("utf-8"))
        fixture = _live(tree)
        if fixture is not None and fixture != JUDGED:
            for operation in _called(tree, set(found)):
                found[operation][_SUITE_OF[fixture]] = f"its conformance suite, `{suite.name}`"
    for description in DESCRIPTIONS:
        for name in description.operations:
            operation = f"{adapter_of(description)}.{name}"
            mocked = NOT_MOCKED.get(operation)
            how = "its requests and the company's answers judged; "
            how += "the vendor's examples" if mocked is None else f"no examples: {mocked}"
            found[operation][PRISM] = how
    for operation in LOCALSTRIPE:
        found[operation]["localstripe"] = "the customers it holds"
    for operation in SESSIONS:
        found[operation][DATABASE] = "clients of its own, `test_postgres_sessions.py`"
    for operation, peers in ELSEWHERE.items():
        found[operation] |= peers
    for peers in found.values():
        if DATABASE in peers and "test_cron.py" not in peers[DATABASE]:
            peers[OTHERS] = peers[DATABASE]
    return found


def unproven(found: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The operations without any."""
    return [operation for operation, peers in found.items() if not peers]


def text() -> str:
    """The page."""
    found = proofs()
    rows = [_HEAD, "| program | is | comes |", "|---|---|---|"]
    rows += [f"| {name} | {what} | {whence} |" for name, (what, whence) in PEERS.items()]
    rows += ["", "## Proven", "", "| operation | by | how |", "|---|---|---|"]
    for operation, peers in found.items():
        rows += [f"| `{operation}` | {peer} | {how} |" for peer, how in peers.items()]
    rows += ["", _WHERE.rstrip(), "", "## Not proven", "", _NOBODY]
    rows += [f"- `{operation}`: {UNPROVEN[operation]}" for operation in unproven(found)]
    return "\n".join(rows) + "\n"


def _operations() -> Iterator[str]:
    for name in adapter_names():
        signature = signature_of(name)
        if signature is not None and signature.factory.startswith("rbengine_adapters."):
            yield from (one.full_name for one in signature.operations)


def _live(tree: ast.Module) -> str | None:
    """The fixture that a suite names in `LIVE`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "LIVE" for one in node.targets
        ):
            found: str = ast.literal_eval(node.value)
            return found
    return None


def _called(tree: ast.Module, operations: set[str]) -> list[str]:
    """The operations that are named where a peer is given."""
    named = {
        node.value
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        and any(one.arg == "peer" or one.arg.endswith("_peer") for one in function.args.args)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return sorted(named & operations)


if __name__ == "__main__":
    Path(PAGE).write_text(text(), "utf-8")
