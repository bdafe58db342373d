"""`rbengine graph`."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from cli.conftest import Command

SVG = "{http://www.w3.org/2000/svg}"


def test_the_way_of_a_runbook_is_drawn_as_mermaid(rbengine: Command) -> None:
    """For pages that draw it themselves."""
    assert rbengine("graph", "rb901").out.splitlines() == [
        "flowchart TD",
        '  diagnose["diagnose<br/>Count"]',
        '  f1{{"There are too many<br/>too_many"}}',
        '  r1["Say so"]',
        '  f0{{"otherwise<br/>every finding was judged, none holds"}}',
        '  r0["Say that all is well"]',
        "  diagnose --> f1",
        "  f1 --> r1",
        "  diagnose --> f0",
        "  f0 --> r0",
    ]


def test_a_picture_is_one_file_that_asks_for_nothing(project: Path, rbengine: Command) -> None:
    """It is opened from a ticket, a page, or a disk; what stands in a title is text there too."""
    playbook = project / "playbooks" / "rb901.rb"
    text = playbook.read_text("utf-8").replace("There are too many", "a < b & <script>")
    playbook.write_text(text, "utf-8")
    done = rbengine("graph", "rb901", "--format", "svg", "-o", "way.svg")
    assert (done.code, done.out) == (0, "playbooks/rb901.rb: way.svg\n")
    root = ElementTree.fromstring((project / "way.svg").read_text("utf-8"))
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert "a < b & <script>" in texts
    assert [one.tag for one in root.iter() if one.tag == f"{SVG}script"] == []
    assert {
        name for one in root.iter() for name in one.attrib if "href" in name or name == "src"
    } == set()


def test_texts_stay_inside_their_boxes(rbengine: Command) -> None:
    """A long label goes on in the next row, and the box grows."""
    root = ElementTree.fromstring(rbengine("graph", "rb901", "--format", "svg").out)
    boxes = [
        tuple(float(one.attrib[name]) for name in ("x", "y", "width", "height"))
        for one in root.iter(f"{SVG}rect")
        if "x" in one.attrib
    ]
    for one in root.iter(f"{SVG}text"):
        if one.get("class") == "h":
            continue
        x, y, length = float(one.attrib["x"]), float(one.attrib["y"]), 7.3 * len(one.text or "")
        assert any(
            left <= x and x + length <= left + wide and top <= y <= top + high
            for left, top, wide, high in boxes
        ), one.text


@pytest.mark.parametrize("asked", ["rb999", "playbooks/policy.rb"])
def test_what_is_no_runbook_is_told(rbengine: Command, asked: str) -> None:
    """With what may have been meant."""
    done = rbengine("graph", asked)
    assert (done.code, done.out) == (2, "")
    assert asked in done.err


def test_a_runbook_is_shown_as_a_page(rbengine: Command) -> None:
    """What it is about, what it may find, what is done then; nothing is run."""
    assert rbengine("show", "rb901", "--width", "80").out.splitlines() == [
        "RB-901  Somebody looks                                              P3 · MTTR 5m",
        "        playbooks/rb901.rb",
        "        limit: int  How many are too many",
        "        note_for: text  Who is told",
        "",
        " symptoms",
        "        - Nobody knows",
        "",
        " diagnose",
        "        Count",
        '        finding too_many  "There are too many"',
        "          found > limit",
        "",
        ' resolve too_many  "There are too many"',
        "        Say so",
        "          notes     … is more than …, …",
        "",
        " otherwise",
        "        Say that all is well",
        "          notes     … is within …",
        "",
        " at worst                                                      machine    people",
        "        too_many                                                    0s        0s",
        "        otherwise                                                   0s        0s",
    ]
