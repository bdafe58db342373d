"""A runbook in outline: what stands in it, in the order it runs."""

from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.workspace.outline import Act, Outline, outline

TEXT = """\
runbook RB-900 "Disk full"

severity P1
mttr     immediate
alerts   DiskFull
owner    lead

input host: text "Which one"

symptoms
  - Writes fail, covers RB-900/symptoms/1

diagnose
  step "Look"
    full = query value
      SELECT used FROM disks JOIN hosts ON hosts.id = disks.host
    check full is present
      else "Nobody counts"
  finding crowded "Too much is kept"
    full > 90
    either
      host is "a"
      host is "b"

resolve crowded
  all or nothing
    step "Delete"
      change "Drop old rows"
        sql
          DELETE FROM logs WHERE old
        expect any number of rows
  step "Wait"
    within 10m checking every 30s
      full_now = query value
        SELECT used FROM disks
      until full_now < 80

otherwise
  escalate "Somebody else, {{ host }}"
  stop handed over "Not the disk"

prevent
  - Watch it
"""


def read(text: str) -> Outline:
    source = SourceFile("rb900.rb", text)
    tree = parse(source).tree
    assert isinstance(tree, Runbook)
    return outline(source, tree)


def test_the_head_is_a_card() -> None:
    """What one looks for it by."""
    card = read(TEXT).card
    assert (card.id, card.title, card.severity, card.immediate) == (
        "RB-900",
        "Disk full",
        "P1",
        True,
    )
    assert (card.symptoms, card.alerts, card.findings) == (
        ("Writes fail",),
        ("DiskFull",),
        ("Too much is kept",),
    )


def test_every_step_says_what_it_does() -> None:
    """A change is one thing, whatever it is made of; steps of `all or nothing` are steps."""
    found = {
        (one.kind, one.finding): [(step.label, step.acts) for step in one.steps]
        for one in read(TEXT).sections
    }
    assert found == {
        ("diagnose", ""): [
            ("Look", (Act("reads", "disks, hosts"), Act("checks", "full is present")))
        ],
        ("resolve", "crowded"): [
            ("Delete", (Act("changes", "Drop old rows"),)),
            (
                "Wait",
                (
                    Act("waits", "up to 10m, looking every 30s, until full_now < 80"),
                    Act("reads", "disks"),
                ),
            ),
        ],
        ("otherwise", ""): [
            (
                "",
                (
                    Act("escalates", "Somebody else, {{…}}"),
                    Act("stops", "handed over: Not the disk"),
                ),
            )
        ],
    }


def test_a_finding_shows_its_lines() -> None:
    """As they are written; those of an `either` together."""
    (finding,) = read(TEXT).findings
    assert finding.lines == ("full > 90", ('host is "a"', 'host is "b"'))


def test_a_section_that_hands_over_says_so() -> None:
    """Nothing is proven behind it."""
    assert {one.kind: one.hands_over for one in read(TEXT).sections} == {
        "diagnose": False,
        "resolve": False,
        "otherwise": True,
    }


def test_a_runbook_with_errors_has_an_outline_too() -> None:
    """What can be read is there: nobody waits for a missing word at three in the morning."""
    broken = read(TEXT.replace("check full is present", "check full is is present"))
    assert [one.kind for one in broken.sections] == ["diagnose", "resolve", "otherwise"]
