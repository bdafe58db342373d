"""`not covered` in scenarios, as `simulate` and `check` tell of it."""

import json
from pathlib import Path

from cli.conftest import SCENARIOS, Command

REASON = "an hour is never reached: the diagnosis counts three letters"
ACCOUNTED = f"""
not covered "{REASON}"
  `found > limit` of too_many holds
  escalation after 1h to lead came
"""


def scenarios(project: Path, more: str) -> None:
    (project / "playbooks" / "scenarios" / "rb901.rb").write_text(SCENARIOS + more)


def test_what_is_accounted_for_counts_and_is_listed_with_its_reason(
    project: Path, rbengine: Command
) -> None:
    """It is not covered, and nobody need look at it again."""
    scenarios(project, ACCOUNTED)
    done = rbengine("simulate", "--coverage", "text", "--fail-under", "83")
    assert done.code == 0
    assert "5/6 points" in done.out.splitlines()[0]
    assert f"  accounted for: {REASON}" in done.out
    assert "    playbooks/rb901.rb:16  `found > limit` of too_many holds" in done.out
    assert "coverage 83.3 % · 5/6 points, 2 accounted for · 1 not covered" in done.out


def test_programs_and_pages_tell_passed_points_from_accounted_ones(
    project: Path, rbengine: Command
) -> None:
    """Both are fine, and they are not the same."""
    scenarios(project, ACCOUNTED)
    rbengine("simulate", "--coverage-file", "c.json")
    told = json.loads(Path("c.json").read_text())
    assert (told["passed"], told["accounted_for"], told["points"]) == (3, 2, 6)
    reasons = {
        one["what"]: one["not_covered"]
        for one in told["playbooks"][0]["decisions"]
        if not one["passed_by"]
    }
    assert reasons == {
        "`found > limit` of too_many holds": REASON,
        "escalation after 1h to lead came": REASON,
        "MTTR 5m ran out": None,
    }
    rbengine("simulate", "--coverage-file", "c.html")
    page = Path("c.html").read_text()
    assert f"not covered: {REASON}" in page
    assert "2 accounted for" in page
    assert page.count("!! not covered") == 1


def test_a_name_that_no_point_has_is_an_error_of_the_file(project: Path, rbengine: Command) -> None:
    """`check` finds it without a rehearsal, and `simulate` begins none; the first answer is kept like any other."""
    scenarios(project, '\nnot covered "why"\n  `found > limit` of too_mony holds\n')
    for _ in range(2):
        checked = rbengine("check")
        assert checked.code == 1
        assert "error[E815]: the runbook has no such decision point" in checked.out
    played = rbengine("simulate")
    assert played.code == 1
    assert "E815" in played.out
    assert "rehearsals" not in played.out


def test_a_runbook_that_changes_takes_the_name_along(project: Path, rbengine: Command) -> None:
    """The file with the reason is judged again when the other one is written."""
    scenarios(project, ACCOUNTED)
    assert rbengine("check").code == 0
    runbook = project / "playbooks" / "rb901.rb"
    runbook.write_text(runbook.read_text().replace("found > limit", "found >= limit"))
    assert "E815" in rbengine("check").out


def test_a_point_that_is_covered_all_the_same_fails(project: Path, rbengine: Command) -> None:
    """Also where only some scenarios were played: one is enough to show it."""
    scenarios(project, '\nnot covered "why"\n  MTTR 5m kept\n')
    done = rbengine("simulate", "--filter", "too many")
    assert done.code == 1
    assert "1 rehearsal, 1 ok" in done.out
    assert "error[E816]: a scenario covers this point" in done.out
