"""Rules about the repository itself."""

import ast
import re
from pathlib import Path

import rbengine

ROOT = Path(__file__).parents[2]
SOURCES = ("engine", "grammar", "adapters", "tests")
LONGEST = 500
"""Lines. Nine modules in ten of the codebases we admire stay near or under 400; at 500 one is split."""

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def python_files() -> list[Path]:
    """Every module we wrote, sorted; made ones say so in their first words."""
    return sorted(
        path
        for source in SOURCES
        for path in (ROOT / source).rglob("*.py")
        if not path.read_text(encoding="utf-8").startswith('"""Made from ')
    )


def test_no_module_has_outgrown_its_subject() -> None:
    """Every module can still be read in one sitting."""
    sizes = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in python_files()
    }
    assert {path: size for path, size in sizes.items() if size > LONGEST} == {}


def test_modules_are_named_for_a_subject() -> None:
    """A module called `utils` has no subject, so everything ends up in it."""
    assert [path.name for path in python_files() if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_what_it_is() -> None:
    """The first thing a reader sees is a sentence of purpose."""
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_the_version_is_in_the_changelog() -> None:
    """A release that the changelog does not know was never told to anybody."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(rbengine.__version__)}\b", changelog, re.MULTILINE)


def test_links_between_pages_lead_somewhere() -> None:
    """A link to a page that is not there sends a reader away at the worst moment."""
    broken = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
