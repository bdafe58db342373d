"""`rbengine report` and `exec --report`: what a run did, for those who were not there, in a real browser."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.cli.main import main
from support.browser import asked, pictured
from support.golden import ROOT, Goldens
from support.pixels import pixels

RUN = "RUN-2026-11-23-001"
NASTY = "<script>alert(1)</script> {{ 7*7 }} | **bold** `x`"

PLAYBOOK = """\
runbook RB-903 "Nobody answers"

severity P3
mttr     20m

input name: text   "Who it is about"

symptoms
  - Nobody knows

diagnose
  step "Look"
    lost = ["a", "b", "c"]

  finding some_lost "Some are lost: {{ name }}"
    count(lost) > 2

resolve some_lost
  step "Let people decide about {{ name }}"
    escalate "{{ name }} is lost" to lead
      impact "{{ count(lost) }} customers of {{ name }}"
      next "look at {{ name }}"
    approve "Shall somebody look at {{ name }}?" by on_call

otherwise
  note "All is well"

prevent
  - Watch the number
"""

SCENARIOS = f"""\
scenarios for RB-903

world silent "Nobody is there"
  name = "{NASTY.replace("{{", chr(92) + "{" + chr(92) + "{")}"
  contact on_call email "on.call@example.test"
  person on_call never answers
"""

FITS = "(page) => page.documentElement.scrollWidth <= page.documentElement.clientWidth"
TEXT = "(page) => page.body.innerText"
LOADED = """(page) => [
  page.querySelectorAll("script, link, img, iframe, object, embed").length,
  page.defaultView.performance.getEntriesByType("resource").length,
]"""
PICTURE = """(page) => {
  const bars = [...page.querySelectorAll("figure.timeline .bar-people")].map((one) => one.getBBox());
  const marks = [...page.querySelectorAll("figure.timeline path")].map((one) => one.getBBox());
  const grid = [...page.querySelectorAll("figure.timeline .grid")].map((one) => one.getBBox().x);
  const labels = [...page.querySelectorAll("figure.timeline text.quiet")].map((one) => one.textContent);
  return [bars.map((one) => [one.x, one.width]), marks.length, grid, labels];
}"""

WHITE, AMBER, RED = (255, 255, 255), (138, 90, 0), (168, 32, 26)


@pytest.fixture
def reported(project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, in a project whose customer has an evil name, with a kept run."""
    (project / "playbooks" / "rb903.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb903.rb").write_text(SCENARIOS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    done = rbengine("exec", "rb903", "--durable", "--scripted")
    assert done.code == 3, done.out + done.err
    return rbengine


def page_of(reported: Command, *more: str) -> str:
    done = reported("report", RUN, "--html", "run.html", *more)
    assert (done.code, done.err, done.out) == (0, "", "wrote run.html\n")
    return Path("run.html").read_text("utf-8")


def markdown_of(reported: Command, *more: str) -> str:
    done = reported("report", "001", *more)
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("more", [(), ("--review",)])
def test_the_page_fits_a_phone_and_loads_nothing(
    reported: Command, project: Path, width: int, more: tuple[str, ...]
) -> None:
    """One file, sent by mail, read in a train."""
    text = page_of(reported, *more)
    assert asked(project, ["run.html"], FITS, width) == [True]
    assert asked(project, ["run.html"], LOADED, width) == [[0, 0]]
    assert re.findall(r"""(?:src|href)=|url\(|@import""", text) == []


def test_a_value_is_text_whatever_it_looks_like(reported: Command, project: Path) -> None:
    """Customers choose their names; neither a browser nor a template acts on them."""
    page = page_of(reported)
    assert "<script" not in page
    (shown,) = asked(project, ["run.html"], TEXT, 1200)
    assert f"Some are lost: {NASTY}" in shown
    markdown = markdown_of(reported)
    assert "<script" not in re.sub(r"```.*?```", "", markdown.replace(r"\<", ""), flags=re.DOTALL)
    assert (
        r"Some are lost: \<script\>alert(1)\</script\> \{{ 7\*7 }} \| \*\*bold\*\* \`x\`"
        in markdown
    )
    page_of(reported, "--review")
    (review,) = asked(project, ["run.html"], TEXT, 1200)
    assert f"Some are lost: {NASTY}" in review


def test_what_only_people_know_is_an_empty_marked_field(reported: Command) -> None:
    """A number that was made up costs more than a gap."""
    markdown = markdown_of(reported)
    for question in ("What did it cost?", "Who?", "When?", "Why did it happen?"):
        assert f"[to fill in: {question}" in markdown
    assert r"- 3 customers of \<script\>" in markdown
    review = markdown_of(reported, "--review")
    assert re.findall(r"^- ([^:*]*): \*\*\[to fill in", review, re.MULTILINE) == [
        "Technical cause", "Contributing factors", "Why it wasn't caught earlier", "Messages lost/delayed",
        "Revenue impact", "Reputational damage", "What went well", "What could be improved",
        "Process changes needed",
    ]  # fmt: skip
    assert "- What we'll do to prevent recurrence: Watch the number\n" in review


def test_the_report_tells_escalations_clocks_and_silence(reported: Command) -> None:
    """With the letter that was sent, in the form of its template."""
    markdown = markdown_of(reported)
    assert "| MTTR 20m |" in markdown
    assert "breached: over" in markdown
    assert "nobody answered in time" in markdown
    assert "| nobody |" in markdown
    assert "INCIDENT ESCALATION\n\nIncident ID: INC-2026-11-23-001\nSeverity: P3\n" in markdown
    assert markdown.startswith("> **SIMULATED: nothing real was read or changed**")
    assert markdown.rstrip().endswith("> **SIMULATED: nothing real was read or changed**")


def test_the_head_of_the_report_is_the_head_of_the_journal(reported: Command) -> None:
    """Who has the report can tell later whether the journal is still the same."""
    found = re.search(r"^- head: ([0-9a-f]{64})$", markdown_of(reported), re.MULTILINE)
    assert found is not None
    assert reported("audit", RUN, "--head", found[1]).code == 0


def test_the_timeline_is_drawn_to_scale(reported: Command, project: Path) -> None:
    """The question stood open for the 30 minutes of an approval: six times the five between two lines of the grid."""
    page_of(reported)
    ((bars, marks, grid, labels),) = asked(project, ["run.html"], PICTURE, 1200)
    steps = [right - left for left, right in pairwise(grid)]
    assert max(steps) - min(steps) < 0.5
    assert labels[:3] == ["0", "5m", "10m"]
    ((_, wide),) = bars
    assert wide == pytest.approx(6 * steps[0], rel=0.02)
    assert marks >= 3


def test_a_browser_draws_the_page(reported: Command, project: Path) -> None:
    """Banner, outcome and the bar of the breach are there in their colours; the page is not blank."""
    page_of(reported)
    shown = pixels(pictured(project / "run.html", project / "run.png", 1000, 1400))
    assert (shown.width, shown.height) == (1000, 1400)
    assert shown.at(900, 34) == AMBER
    assert 0.5 < shown.share(WHITE, near=4) < 0.98
    assert shown.share(RED) > 0.002
    assert shown.share(AMBER) > 0.01


def test_a_run_that_is_not_kept_is_reported_as_it_ends(reported: Command, project: Path) -> None:
    """The file's name says what it becomes; the screen stays what it was."""
    for name, begin in (("a.md", "> **SIMULATED"), ("a.html", "<!DOCTYPE html>")):
        done = reported("exec", "rb903", "--report", name)
        assert (done.code, done.err) == (3, f"wrote {name}\n")
        assert done.out.splitlines()[-1] == "SIMULATED: nothing real was read or changed"
        assert (project / name).read_text("utf-8").startswith(begin)


@pytest.mark.parametrize(
    ("file", "said"),
    [("a.pdf", "a report is Markdown or HTML"), ("nowhere/a.md", "there is no folder `nowhere`")],
)
def test_a_report_that_cannot_be_is_refused_before_the_run(
    reported: Command, file: str, said: str
) -> None:
    """Not after an hour of incident."""
    done = reported("exec", "rb903", "--report", file)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_projects_own_templates_are_taken_and_tried(reported: Command, project: Path) -> None:
    """What is wrong with one is told with its place, and before anybody depends on it."""
    settings = project / "rbengine.toml"
    settings.write_text('[templates]\nescalation = "letter.txt"\nreview = "review.md"\n')
    (project / "letter.txt").write_text("Come: {{ incident }}, {{ reason }}")
    (project / "review.md").write_text("# Ours: {{ incident }}\n\n**[to fill in: So what?]**\n")
    assert markdown_of(reported, "--review").startswith("# Ours: INC-2026-11-23-001")
    assert "Come: INC-2026-11-23-001, " in markdown_of(reported)
    (project / "review.md").write_text("\n{% for %}")
    done = reported("report", "001", "--review")
    assert (done.code, "review.md:2" in done.err) == (2, True)
    (project / "letter.txt").write_text("{{ revenue }}")
    done = reported("exec", "rb903")
    assert (done.code, "'revenue' is undefined" in done.err) == (2, True)
    settings.write_text('[templates]\nletter = "letter.txt"\n')
    assert "there is no setting `letter`" in reported("exec", "rb903").out


def test_the_report_of_rb_011(
    goldens: Goldens,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rows before and after, findings with their values, decisions: as a reader gets them."""
    monkeypatch.chdir(ROOT)
    assert main(["exec", "rb011", "--report", str(tmp_path / "run.md")]) == 0
    capsys.readouterr()
    text = (tmp_path / "run.md").read_text("utf-8")
    # Digests say that something else was edited; what a reader sees is compared.
    text = re.sub(r"\b[0-9a-f]{64}\b", "…", text)
    goldens.check(ROOT / "tests/cli/goldens/report.md", text, "tests/cli/test_report.py")


def test_a_run_that_waits_is_reported_as_open(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes over at six reads what happened so far, and for whom it waits."""
    (project / "playbooks" / "rb903.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb903.rb").write_text(SCENARIOS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    assert rbengine("exec", "rb903", "--durable").code == 7
    open_now = rbengine("report", "001")
    assert "**OPEN** " in open_now.out
    assert "| running |" in open_now.out
    assert "on_call asked: Shall somebody look at" in open_now.out
    assert rbengine("cancel", "001", "false alarm").code in (3, 7)
    cancelled = rbengine("report", "001").out
    assert "| the run | cancelled | " in cancelled
    assert "false alarm" in cancelled


def test_a_secret_is_shown_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """RB-005 makes a signing secret; nobody reads it in the report."""
    monkeypatch.chdir(ROOT)
    for name in ("run.md", "run.html"):
        assert main(["exec", "rb005", "--report", str(tmp_path / name)]) == 0
    capsys.readouterr()
    markdown, page = ((tmp_path / name).read_text("utf-8") for name in ("run.md", "run.html"))
    assert r"\<secret: signing secret of we_" in markdown
    assert "&lt;secret: signing secret of we_" in page
    assert "whsec_" not in markdown + page
