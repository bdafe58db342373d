"""What people see of every shipped playbook: accepted once, compared from then on."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from rbengine.cli.checking import problems_of, sum_up
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.facts.project import find_project
from rbengine.host.journal import events_of
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.explore import explore
from rbengine.rehearsal.explore.situations import news
from rbengine.rehearsal.result import Rehearsal
from rbengine.report.screen import Screen
from rbengine.runtime.fold import fold
from rbengine.syntax.nodes.scenarios import Scenario
from rbengine.workspace.paths import scenarios_path
from support.golden import LONGEST, ROOT, Goldens
from support.journal_text import JournalText

HERE = Path(__file__).parent
TEST = "tests/playbooks/test_goldens.py"

RUNBOOKS = [
    path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "playbooks").glob("*.rb"))
    if re.search(r"\A(#.*\n|\n)*runbook ", path.read_text(encoding="utf-8"))
]

SCREENS = {
    "RB-001": (
        "the webhook was lost",
        "the customer pays and the webhook unfreezes",
        "frozen by a cancellation",
    ),
    "RB-002": (
        "the provider of sms recovers",
        "sending is slowed down",
        "a key is replaced",
        "the commit is taken back",
        "the payload is wrong",
    ),
    "RB-003": (
        "the app secret was reset",
        "some messages do not come back",
        "switched off",
        "connections are used up",
    ),
    "RB-004": (
        "the session is terminated",
        "an index is added",
        "a larger machine",
        "the machine does not come back, it is taken back",
    ),
    "RB-005": (
        "a new endpoint takes the place of the old one",
        "somebody reads the secret in the dashboard",
        "a crash loses the secret, and everything is taken back",
        "the endpoint leads elsewhere",
    ),
    "RB-006": (
        "only sending stops",
        "the loss is over",
        "nothing is lost",
        "nobody answers",
    ),
    "RB-007": (
        "the job is missing",
        "a password was changed",
        "the servers cannot be reached",
        "the scheduled job is taken back",
    ),
    "RB-008": (
        "the sending is slowed down",
        "numbers are looked up and their owner is told once",
        "Twilio does not answer",
        "nobody approves the new pause",
    ),
    "RB-009": (
        "credits are used up",
        "the functions have an old token",
        "Twilio's voice recovers",
        "nobody takes the test call, and it is taken back",
    ),
    "RB-010": (
        "Supabase is down, and comes back",
        "nobody knows whether the database was restarted",
        "the deploy is rolled back",
        "Auth fails, and nobody knows why",
    ),
    "RB-011": (
        "webhook missed",
        "cancelled in Stripe",
        "Stripe is down for hours",
        "nobody answers",
        "the row moves between plan and approval",
        "the answer of check-subscription is lost",
        "somebody sets the row back while we wait",
    ),
    "RB-012": (
        "webhook missed",
        "charged too much, money is given back",
        "six purchases are missing",
        "credits were added by hand",
    ),
    "RB-013": (
        "stuck",
        "a table that is not published",
        "an outage ends, and connections are stuck",
        "it is the browser",
    ),
    "RB-014": (
        "a deploy broke it",
        "the push gives no answer",
        "idle sessions hold the connections",
        "a provider is down",
    ),
    "RB-015": (
        "uploads stop, and old files go",
        "Supabase upgrades the plan a while later",
        "uploads cannot be let in again: not_found",
    ),
}
"""Scenarios whose screen differs from all others by more than a line. Of every one there is the journal, unless it
polls for so long that nobody would read it; then there is the screen, which says each thing once."""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """The shipped playbooks, on one server."""
    with Ground(find_project(ROOT), Output(width=80, plain=True)) as ground:
        yield ground


Rehearse = Callable[[str], Sequence[tuple[Scenario, Rehearsal]]]


@pytest.fixture(scope="module")
def rehearse(ground: Ground) -> Rehearse:
    """Plays every scenario of one playbook, once."""
    session = ground.session()

    @cache
    def play(path: str) -> Sequence[tuple[Scenario, Rehearsal]]:
        return [(one, session.rehearse(path, one)) for one in session.scenarios(path)]

    return play


def folder_of(path: str) -> Path:
    return HERE / Path(path).stem


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def screen_of(plan: Plan, rehearsal: Rehearsal) -> str:
    screen = Screen(plan, width=80)
    rows = [row for turn in rehearsal.turns for row in screen.lines(turn.event, turn.commands)]
    return "\n".join([*rows, *screen.closing()])


def journal_of(plan: Plan, rehearsal: Rehearsal) -> str:
    journal = JournalText(plan)
    return "\n".join(
        row for turn in rehearsal.turns for row in journal.lines(turn.event, turn.commands)
    )


def problems_text(ground: Ground, path: str) -> str:
    files = [path, scenarios_path(path)]
    problems = problems_of(ground, files)
    if not problems:
        return "no problems"
    return "\n".join([*ground.drawn(problems), "", sum_up(files, (), problems)])


@pytest.mark.parametrize("path", RUNBOOKS)
def test_what_people_see_is_what_was_accepted(
    path: str, ground: Ground, rehearse: Rehearse, goldens: Goldens
) -> None:
    """Problems, journals and screens; a playbook without goldens, or a golden that nothing reads, fails too."""
    plan = ground.workspace.plan(path)
    expected = {"problems.txt": problems_text(ground, path)}
    screens = SCREENS.get(plan.id, ())
    titles = set()
    for scenario, rehearsal in rehearse(path):
        title = scenario.title.plain
        titles.add(title)
        journal = journal_of(plan, rehearsal)
        if journal.count("\n") < LONGEST:
            expected[f"scenarios/{slug(title)}/journal.txt"] = journal
        if title in screens:
            expected[f"scenarios/{slug(title)}/screen.txt"] = screen_of(plan, rehearsal)
    goldens.check_folder(folder_of(path), expected, TEST)
    assert set(screens) - titles == set()
    assert warnings_of(ground, path, [one for _, one in rehearse(path)]) == []


def warnings_of(ground: Ground, path: str, rehearsals: Sequence[Rehearsal]) -> list[str]:
    """What exploring finds that no scenario has thought of; asked here, where every scenario has been played."""
    session = ground.session()
    found = news(
        explore(ground.workspace.plan(path), ground.workspace.analysis(path), paths=400),
        session.points(path),
        rehearsals,
        session.accounts(path).reasons,
    )
    return [f"{one.file}:{one.line} {one.text}" for one in found.remarks if one.level != "note"]


def test_every_folder_has_a_playbook() -> None:
    """A folder whose playbook is no more is left over."""
    folders = {one.name for one in HERE.iterdir() if one.is_dir() and one.name != "__pycache__"}
    assert folders - {folder_of(path).name for path in RUNBOOKS} == set()


def test_a_stored_journal_gives_the_screen_that_was_seen(
    ground: Ground, rehearse: Rehearse
) -> None:
    """The screen is made of the fold and of nothing else, so an audit sees what the engineer saw."""
    path = "playbooks/rb011.rb"
    plan = ground.workspace.plan(path)
    for _, rehearsal in rehearse(path):
        screen = Screen(plan, width=80)
        folded = fold(plan, events_of(rehearsal.lines))
        rows = [row for event, commands, _ in folded for row in screen.lines(event, commands)]
        assert "\n".join([*rows, *screen.closing()]) == screen_of(plan, rehearsal)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["exec", "rb011"], ["exec", "rb011", "--json"], ["simulate", "rb011"]]
)
def test_two_processes_give_the_same_bytes(command: list[str]) -> None:
    """Nothing that differs from one process to the next may reach a screen."""
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "rbengine", *command],
            cwd=ROOT, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
