"""The tasks of a calendar as runbooks."""

import pytest
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Calendar
from rbengine.workspace import Workspace
from rbengine.workspace.maintenance import rhythms
from rbengine.workspace.paths import scenarios_path
from support.golden import ROOT

FOLDER = ROOT / "playbooks"
PATH = "playbooks/calendar.rb"


def test_a_task_is_a_runbook_with_the_same_lines() -> None:
    """Comments, blank lines and raw blocks too; what follows the task is not its own."""
    text = (
        'calendar "C"\n\nuse shelf\n\n'
        "weekly on monday at 10:00 for a or b\n"
        '  task "One"  # first\n'
        "    x = query all\n      SELECT 1 AS one\n\n      -- and\n\n    # last\n\n"
        '  task "Two"\n\n'
        'daily at 09:00 for a\n  task "Three"\n    note "3"\n'
    )
    source = SourceFile("c.rb", text)
    workspace = Workspace({"c.rb": text}, signature_of=lambda _: None, describer=None)  # type: ignore[arg-type]  # nothing is described
    tree = workspace.tree("c.rb")
    assert isinstance(tree, Calendar)
    weekly, daily = rhythms(tree, source, "P3")
    assert (weekly.title, weekly.by) == ("weekly on monday at 10:00", ("a", "b"))
    assert [(one.code, one.label) for one in (*weekly.tasks, *daily.tasks)] == [
        ("WEEKLY-1", "One"),
        ("WEEKLY-2", "Two"),
        ("DAILY-1", "Three"),
    ]
    assert weekly.tasks[1].runbook == ""
    assert weekly.tasks[0].runbook == (
        'runbook WEEKLY-1 "One"\n\nseverity P3\nmttr 7d\nuse shelf\n\n'
        'diagnose\n  step "It is due"\n    note "the calendar says so"\n\n'
        'otherwise\n  step "One"\n'
        "    x = query all\n      SELECT 1 AS one\n\n      -- and\n\n    # last\n"
    )


@pytest.mark.parametrize("severity", ["", "P3"])
def test_a_policy_without_severities_needs_none(severity: str) -> None:
    """Then its runs have no clocks."""
    text = 'calendar "C"\n\ndaily at 09:00 for a\n  task "One"\n    note "1"\n'
    workspace = Workspace({"c.rb": text}, signature_of=lambda _: None, describer=None)  # type: ignore[arg-type]  # nothing is described
    tree = workspace.tree("c.rb")
    assert isinstance(tree, Calendar)
    ((task,),) = (one.tasks for one in rhythms(tree, SourceFile("c.rb", text), severity))
    assert ("severity" in task.runbook) is bool(severity)


def test_no_shipped_file_stands_where_a_task_would() -> None:
    """The runbook of a task is laid beside the others while it runs."""
    for kind in ("daily", "weekly", "monthly"):
        assert not list(FOLDER.glob(f"{kind}-*.rb"))
    assert scenarios_path("playbooks/daily-1.rb") == "playbooks/scenarios/daily-1.rb"
