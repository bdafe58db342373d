"""What people see of every shipped playbook: accepted once, compared from then on."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.cli.checking import problems_of, sum_up
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.facts.project import find_project
from rbengine.host.journal import events_of
from rbengine.plan.program import Plan
from rbengine.rehearsal.result import Rehearsal
from rbengine.report.journal_text import JournalText
from rbengine.report.screen import Screen
from rbengine.runtime.fold import fold
from rbengine.syntax.nodes.scenarios import Scenario
from rbengine.workspace.paths import scenarios_path
from support.golden import LONGEST, ROOT, Goldens

HERE = Path(__file__).parent
TEST = "tests/playbooks/test_goldens.py"

SCREENS = {
    "RB-011": (
        "webhook missed",
        "cancelled in Stripe",
        "Stripe is down for hours",
        "nobody answers",
        "the row moves between plan and approval",
        "the answer of check-subscription is lost",
        "somebody sets the row back while we wait",
    ),
}
"""Scenarios whose screen differs from all others by more than a line. Of every one there is the journal, unless it
polls for so long that nobody would read it; then there is the screen, which says each thing once."""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """The shipped playbooks, on one server."""
    with Ground(find_project(ROOT), Output(width=80, plain=True)) as ground:
        yield ground


@pytest.fixture(scope="module")
def rehearsals(ground: Ground) -> dict[str, list[tuple[Scenario, Rehearsal]]]:
    """Every scenario of every playbook, played once."""
    session = ground.session()
    return {
        path: [(one, session.rehearse(path, one)) for one in session.scenarios(path)]
        for path in ground.workspace.runbooks
    }


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


def test_what_people_see_is_what_was_accepted(
    ground: Ground, rehearsals: dict[str, list[tuple[Scenario, Rehearsal]]], goldens: Goldens
) -> None:
    """Problems, journals and screens of every playbook; a golden that nothing reads fails too."""
    for path, played in rehearsals.items():
        plan = ground.workspace.plan(path)
        expected = {"problems.txt": problems_text(ground, path)}
        for scenario, rehearsal in played:
            title = scenario.title.plain
            journal = journal_of(plan, rehearsal)
            if journal.count("\n") < LONGEST:
                expected[f"scenarios/{slug(title)}/journal.txt"] = journal
            if title in SCREENS[plan.id]:
                expected[f"scenarios/{slug(title)}/screen.txt"] = screen_of(plan, rehearsal)
        goldens.check_folder(folder_of(path), expected, TEST)


def test_every_folder_has_a_playbook_and_every_title_a_scenario(
    ground: Ground, rehearsals: dict[str, list[tuple[Scenario, Rehearsal]]]
) -> None:
    """A folder without a playbook, or a screen of a scenario that is no more, is left over."""
    folders = {one.name for one in HERE.iterdir() if one.is_dir() and one.name != "__pycache__"}
    assert folders == {folder_of(path).name for path in rehearsals}
    titles = {
        ground.workspace.plan(path).id: {one.title.plain for one, _ in played}
        for path, played in rehearsals.items()
    }
    assert {name: set(chosen) - titles[name] for name, chosen in SCREENS.items()} == {
        name: set() for name in SCREENS
    }


@pytest.mark.xfail(
    strict=True,
    reason="missing: a journal line keeps the order of a record's fields (the codec sorts them)",
)
def test_a_stored_journal_gives_the_screen_that_was_seen(
    ground: Ground, rehearsals: dict[str, list[tuple[Scenario, Rehearsal]]]
) -> None:
    """The screen is made of the fold and of nothing else, so an audit sees what the engineer saw."""
    for path, played in rehearsals.items():
        plan = ground.workspace.plan(path)
        for _, rehearsal in played:
            screen = Screen(plan, width=80)
            folded = fold(plan, events_of(rehearsal.lines))
            rows = [row for event, commands, _ in folded for row in screen.lines(event, commands)]
            assert "\n".join([*rows, *screen.closing()]) == screen_of(plan, rehearsal)


@pytest.mark.slow
@pytest.mark.parametrize("command", [["exec", "rb011"], ["exec", "rb011", "--json"], ["simulate"]])
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
