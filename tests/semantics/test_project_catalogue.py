"""The catalogue of policies', scenarios', apps' and projects' codes tells the truth."""

import pytest
from rbengine.diagnostics.catalogue import Entry
from rbengine.facts.adapters import event_subject
from rbengine.semantics.problems import app, calendar, policy, project, scenarios
from rbengine.semantics.project_catalogue import CATALOGUE, around, sample_path
from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from support.described import OneTable

PROBLEMS = [
    one
    for module in (app, calendar, policy, project, scenarios)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, policy.Problem) and hasattr(one, "code")
]


class Shops(OneTable):
    """A schema in which `shops` is not what the samples speak of."""

    def table(self, name: str) -> None:
        assert name


def codes(entry: Entry, text: str) -> list[str]:
    """Codes of the sample's file, in its small project."""
    path = sample_path(entry)
    made = Workspace(
        {**around(entry), path: text},
        signature_of=signature_of,
        describer=Shops(),
        event_subject=event_subject,
    )
    return [one.code for one in made.problems(path)]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_the_wrong_sample_earns_its_code_and_the_right_one_none(entry: Entry) -> None:
    """A page that explains a mistake is worth nothing when its example makes another one."""
    assert codes(entry, entry.right) == []
    assert codes(entry, entry.wrong) == [entry.code]


def test_every_code_is_catalogued_once() -> None:
    """A code that nobody can explain is noise. E663 needs a table, which the samples' project has not."""
    declared = sorted({one.code for one in PROBLEMS} - {"E663"})
    assert sorted(entry.code for entry in CATALOGUE) == declared


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_messages_keep_the_grammar_of_messages(entry: Entry) -> None:
    """Lower-case start, one line, no final stop."""
    path = sample_path(entry)
    made = Workspace(
        {**around(entry), path: entry.wrong},
        signature_of=signature_of,
        describer=Shops(),
        event_subject=event_subject,
    )
    (problem,) = made.problems(path)
    for text in (problem.message, problem.primary.text, problem.why or "", problem.help or ""):
        assert "\n" not in text
        assert not text.endswith(".")
        assert not text[:1].isupper()
