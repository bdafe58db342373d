"""`rbengine docs build`: the site, in a real browser."""

import re
from pathlib import Path

import pytest
from cli.conftest import Command
from support.browser import asked

WIDTHS = (360, 1200)
FITS = "(page) => page.documentElement.scrollWidth <= page.documentElement.clientWidth"
TEXT = "(page) => page.body.innerText"
FOUND = """(page) => {
  const box = page.getElementById("search");
  box.value = "nobody KNOWS"; box.dispatchEvent(new Event("input"));
  const shown = [...page.querySelectorAll("tbody tr")].filter((row) => !row.hidden).length;
  box.value = "xyzzy"; box.dispatchEvent(new Event("input"));
  return [shown, [...page.querySelectorAll("tbody tr")].filter((row) => !row.hidden).length];
}"""


@pytest.fixture
def site(project: Path, rbengine: Command) -> Path:
    """The site of a small project, in which a title tries to act."""
    playbook = project / "playbooks" / "rb901.rb"
    text = playbook.read_text("utf-8").replace(
        '"Somebody looks"', '"Somebody <script>looks</script>"'
    )
    playbook.write_text(text, "utf-8")
    done = rbengine("docs", "build")
    assert (done.code, done.err) == (0, "")
    return project / "site"


def pages(site: Path) -> list[str]:
    return sorted(one.relative_to(site).as_posix() for one in site.rglob("*.html"))


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_a_phone_and_a_screen(site: Path, width: int) -> None:
    """What is wider scrolls by itself: nobody pushes a page about with a thumb at three in the morning."""
    every = pages(site)
    assert dict(zip(every, asked(site, every, FITS, width), strict=True)) == dict.fromkeys(
        every, True
    )


def test_the_page_of_a_runbook_says_all_of_it(site: Path) -> None:
    """Its symptoms, findings, steps and text; what stands in a title is text."""
    (told,) = asked(site, ["runbooks/rb901.html"], TEXT, WIDTHS[1])
    for said in (
        "Somebody <script>looks</script>",
        "Nobody knows",
        "There are too many",
        "found > limit",
    ):
        assert said in told


def test_the_index_is_searched_by_words(site: Path) -> None:
    """In the page itself: a site on a disk has no server to ask."""
    assert asked(site, ["index.html"], FOUND, WIDTHS[0]) == [[1, 0]]


def test_pages_lead_to_pages_that_are_there_and_load_nothing_from_elsewhere(site: Path) -> None:
    """Also in the language's pages, which are written for another reader."""
    broken, foreign = [], []
    for name in pages(site):
        text = (site / name).read_text("utf-8")
        foreign += re.findall(r'(?:src|<link[^>]*href)="(https?:[^"]*)"', text)
        for link in re.findall(r'<a [^>]*href="([^"#]+)', text):
            if (
                not link.startswith(("http", "mailto:"))
                and not ((site / name).parent / link).is_file()
            ):
                broken.append(f"{name}: {link}")
    assert (broken, foreign) == ([], [])


def test_a_second_build_leaves_no_page_of_a_runbook_that_is_gone(
    site: Path, project: Path, rbengine: Command
) -> None:
    """And a folder that holds something else is left alone."""
    (project / "playbooks" / "rb901.rb").unlink()
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    assert rbengine("docs", "build").code == 0
    assert not (site / "runbooks" / "rb901.html").exists()
    (project / "mine").mkdir()
    (project / "mine" / "thesis.txt").write_text("years of work", "utf-8")
    refused = rbengine("docs", "build", "-o", "mine")
    assert (refused.code, "did not write" in refused.err) == (2, True)
    assert (project / "mine" / "thesis.txt").is_file()
