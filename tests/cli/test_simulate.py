"""`rbengine simulate`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cli.conftest import SCENARIOS, Command


def test_a_playbook_is_a_line_and_the_sum_follows(rbengine: Command) -> None:
    """The same bytes each time: durations are virtual."""
    done = rbengine("simulate")
    rows = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert rows[0].startswith("RB-901  Somebody looks")
    assert "2 rehearsals  ok" in rows[0]
    assert any(row.startswith("2 rehearsals, 2 ok · ") for row in rows)
    assert rbengine("simulate", "playbooks/") == done
    assert rbengine("simulate", "playbooks/scenarios/rb901.rb") == done


def test_a_miss_shows_what_was_expected_and_what_was_found(
    project: Path, rbengine: Command
) -> None:
    """On the line of the expectation, and the exit code says so."""
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(SCENARIOS.replace("expect not found", "expect found", 1))
    done = rbengine("simulate")
    rows = done.out.splitlines()
    assert done.code == 1
    assert "2 rehearsals  1 miss" in rows[0]
    assert '        "not too many"  playbooks/scenarios/rb901.rb:10' in rows
    assert any(row.strip().startswith("expected") for row in rows)
    assert any(row.strip().startswith("found") for row in rows)
    assert any(row.startswith("2 rehearsals, 1 ok, 1 miss · ") for row in rows)


def test_clean_playbooks_come_before_those_that_missed(project: Path, rbengine: Command) -> None:
    """What is wrong stands at the end, where the eye is."""
    folder = project / "playbooks"
    text = (folder / "rb901.rb").read_text()
    (folder / "rb902.rb").write_text(text.replace("RB-901", "RB-902"))
    (folder / "scenarios" / "rb902.rb").write_text(SCENARIOS.replace("RB-901", "RB-902"))
    (folder / "scenarios" / "rb901.rb").write_text(
        SCENARIOS.replace("expect not found", "expect found", 1)
    )
    rows = rbengine("simulate").out.splitlines()
    starts = [row.split()[0] for row in rows if row.startswith("RB-")]
    assert starts == ["RB-902", "RB-901"]


def test_a_filter_takes_scenarios_by_their_title(rbengine: Command) -> None:
    """Case does not matter."""
    assert "1 rehearsal  ok" in rbengine("simulate", "--filter", "TOO").out
    done = rbengine("simulate", "--filter", "nothing like it")
    assert done.code == 2
    assert "no scenario has `nothing like it`" in done.err


@pytest.mark.parametrize("arguments", [["nowhere.rb"], ["rb902"], ["--sed"]])
def test_bad_input_is_told(rbengine: Command, arguments: list[str]) -> None:
    """Exit code 2, nothing was rehearsed."""
    done = rbengine("simulate", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")


def test_a_playbook_with_errors_is_not_rehearsed(project: Path, rbengine: Command) -> None:
    """Its problems are drawn instead."""
    playbook = project / "playbooks" / "rb901.rb"
    playbook.write_text(playbook.read_text().replace("found > limit", "fund > limit"))
    done = rbengine("simulate")
    assert done.code == 1
    assert "playbooks/rb901.rb:17:5" in done.out


def test_a_project_without_scenarios_says_where_they_belong(
    project: Path, rbengine: Command
) -> None:
    """Zero rehearsals must not look like success."""
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    done = rbengine("simulate")
    assert done.code == 2
    assert "there are no scenarios" in done.err


# More than one process -----------------------------------------------------------------------------------------------


def test_several_processes_give_the_bytes_of_one(project: Path, rbengine: Command) -> None:
    """Results stand in written order whoever played them, files and screen alike."""
    many = "".join(
        f'\nscenario "number {number}" in many\n  expect not found too_many\n'
        for number in range(1, 8)
    )
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(SCENARIOS + many.replace("expect not", "expect", 1))
    told = []
    for jobs in ("1", "2", "5"):
        done = rbengine("simulate", "--jobs", jobs, "--junit", "j.xml", "--coverage-file", "c.json")
        told.append((done, Path("j.xml").read_bytes(), Path("c.json").read_bytes()))
    assert told[0] == told[1] == told[2]
    assert '"number 1"  playbooks/scenarios/rb901.rb:' in told[0][0].out
    assert "9 rehearsals, 8 ok, 1 miss" in told[0][0].out


def test_a_seed_is_told_and_repeats(rbengine: Command) -> None:
    """Whoever sees a failure needs the number to see it again; the usual one is not worth a word."""
    usual, other = rbengine("simulate"), rbengine("simulate", "--seed", "7")
    assert "seed" not in usual.out
    assert " · seed 7" in other.out
    assert rbengine("simulate", "--seed", "7") == other


@pytest.mark.parametrize(
    "arguments",
    [
        ["--jobs", "0"], ["--jobs", "two"], ["--seed", "-1"], ["--fail-under", "101"],
        ["--fail-under", "much"], ["--coverage", "pdf"], ["--junit", "nowhere/j.xml"],
    ],
)  # fmt: skip
def test_numbers_and_forms_that_make_no_sense_are_told(
    rbengine: Command, arguments: list[str]
) -> None:
    """Exit code 2, with the text that was wrong."""
    done = rbengine("simulate", *arguments)
    assert done.code == 2
    assert arguments[1] in done.err


# Files for machines --------------------------------------------------------------------------------------------------


def test_results_as_junit(project: Path, rbengine: Command) -> None:
    """A case for each scenario, a miss as a failure with the whole diagnostic, time that is virtual."""
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    text = SCENARIOS.replace("expect not found", "expect found", 1)
    scenarios.write_text(text.replace('"not too many"', '"not <too> many & \\"more\\""'))
    assert rbengine("simulate", "--junit", "j.xml").code == 1
    suites = ElementTree.parse("j.xml").getroot()
    (suite,) = suites
    assert suite.attrib["name"] == "RB-901 Somebody looks"
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("2", "1")
    missed, fine = suite.findall("testcase")
    assert missed.attrib["file"] == "playbooks/scenarios/rb901.rb"
    assert missed.attrib["line"] == "9"
    assert "<too> many &" in missed.attrib["name"]
    assert missed.attrib["time"] == "0.000"
    (failure,) = missed
    assert failure.attrib["type"] == "E801"
    assert failure.attrib["message"].startswith("expected found too_many, found not found")
    assert failure.text is not None
    assert "--> playbooks/scenarios/rb901.rb:10:" in failure.text
    assert "= note: found     not found too_many" in failure.text
    assert len(fine) == 0


def test_coverage_as_json_names_who_passed_each_point(rbengine: Command) -> None:
    """A tool can tell which scenario to look at."""
    done = rbengine("simulate", "--coverage", "json")
    assert done.out.splitlines()[-1] == "coverage: coverage.json"
    told = json.loads(Path("coverage.json").read_text())
    (playbook,) = told["playbooks"]
    ways = {one["what"]: one["passed_by"] for one in playbook["decisions"]}
    assert ways["`found > limit` of too_many fails"] == ["not too many", "all is well"]
    assert ways["`found > limit` of too_many holds"] == []
    assert told["passed"] == sum(bool(titles) for titles in ways.values())
    assert told["points"] == len(ways)
    line = next(one["line"] for one in playbook["decisions"] if "holds" in one["what"])
    assert line == 16


def test_coverage_as_text_lists_all_that_is_missing(rbengine: Command) -> None:
    """With its place and in words."""
    done = rbengine("simulate", "--coverage", "text")
    assert "  playbooks/rb901.rb:16  `found > limit` of too_many holds" in done.out
    assert "not covered, " not in done.out
    assert "coverage 50.0 % · 3/6 points · 3 not covered" in done.out
    rbengine("simulate", "--coverage-file", "c.txt")
    assert Path("c.txt").read_text().splitlines()[0].startswith("RB-901  playbooks/rb901.rb")


def test_coverage_as_a_page_stands_alone(rbengine: Command) -> None:
    """Nothing is loaded from anywhere; the text is there, and what is not covered is marked in words."""
    rbengine("simulate", "--coverage-file", "c.html")
    page = Path("c.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    for outside in ("http:", "https:", "src=", "<link", "<script", "@import", "url("):
        assert outside not in page
    assert "50.0 % of decision points" in page
    assert "found &gt; limit" in page
    assert "!! not covered" in page
    assert 'name="viewport"' in page


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("50.0%", 0), ("50.01", 1), ("100", 1)])
def test_too_little_coverage_fails(rbengine: Command, least: str, code: int) -> None:
    """Exit code 1, and the row says by how much; nothing is rounded in anybody's favour."""
    done = rbengine("simulate", "--fail-under", least)
    assert done.code == code
    assert ("under" in done.out.splitlines()[-1]) is bool(code)


def test_a_bar_moves_on_a_terminal_only(rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log keeps every byte that is written to it."""
    piped = rbengine("simulate")
    assert "\r" not in piped.out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    seen = rbengine("simulate").out
    assert "[==========          ] 1/2  RB-901" in seen
    assert "[====================] 2/2  RB-901" in seen
