"""Functions of the company's own program of which somebody says that they only read."""

from rbengine.workspace import Workspace
from support.described import OneTable
from support.signatures import SIGNATURES

BOOK = """\
runbook RB-001 "Shop"
severity P2
mttr 30m
use reports
diagnose
  step "Look"
    shop.run(name: "look")
    found = call look_around()
  finding odd "Odd"
    found is empty
resolve odd
  note "odd"
otherwise
  escalate "none"
"""
LIBRARY = """\
library reports "Reports"

procedure look_around() gives list of text
  shop.run(name: "look")
  give ["a"]
"""
OBSERVED = LIBRARY + '\nfunction "look" observes\n'
APP = 'app "The shop"\n\nfunction "look"() {effect}\n  answer 200\n'


def problems(library: str, app: str | None = None) -> list[tuple[str, str]]:
    """Codes of all files, each with the file."""
    texts = {"rb001.rb": BOOK, "reports.rb": library}
    if app is not None:
        texts["app.rb"] = app
    made = Workspace(texts, signature_of=SIGNATURES.get, describer=OneTable())
    return [(path, one.code) for path in made.files for one in made.problems(path)]


def test_a_function_that_a_library_says_only_reads_is_called_anywhere() -> None:
    """In the library itself, and in whatever uses it; without that word it is a change."""
    assert problems(OBSERVED) == []
    assert ("rb001.rb", "E301") in problems(LIBRARY)
    assert ("reports.rb", "E303") in problems(LIBRARY)


def test_an_app_may_say_so_as_well() -> None:
    """Either is enough."""
    assert problems(OBSERVED, APP.format(effect="observes")) == []
    assert problems(LIBRARY, APP.format(effect="observes")) == []


def test_the_app_knows_better() -> None:
    """What it changes is no reading, whatever a library says; and the library is told."""
    found = problems(OBSERVED, APP.format(effect="changes"))
    assert ("reports.rb", "E674") in found
    assert ("rb001.rb", "E301") in found
