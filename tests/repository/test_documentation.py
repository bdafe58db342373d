"""Every page can be found from one: a page that nothing leads to is written for nobody."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def leads_to(page: Path) -> set[str]:
    """What the links of the page name, as they are written."""
    return set(re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")))


def test_the_first_page_leads_to_every_other() -> None:
    """Those about the language have an index of their own."""
    docs = ROOT / "docs"
    assert {one.name for one in docs.glob("*.md")} - {"README.md"} <= leads_to(docs / "README.md")
    language = docs / "language"
    pages = {one.name for one in language.glob("*.md")} - {"index.md"}
    assert pages <= leads_to(language / "index.md")


def test_every_example_is_listed() -> None:
    """And every link on a page of the examples leads somewhere."""
    examples = ROOT / "examples"
    folders = {one.name for one in examples.iterdir() if one.is_dir() and any(one.iterdir())}
    listed = {one.partition("/")[0] for one in leads_to(examples / "README.md")}
    assert folders == listed
    for page in examples.rglob("README.md"):
        for target in leads_to(page):
            assert "://" in target or (page.parent / target).exists(), f"{page}: {target}"


def test_the_readme_leads_to_both() -> None:
    """It is where everybody begins."""
    assert {"docs/README.md", "examples/README.md"} <= leads_to(ROOT / "README.md")
