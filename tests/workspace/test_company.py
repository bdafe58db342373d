"""The company's own playbooks, checked and planned from the committed facts alone."""

from pathlib import Path

import pytest
from rbengine.contract.codec import from_line, to_line
from rbengine.contract.types import Enum, Optional, Record, Type
from rbengine.facts.adapters import event_subject, signature_of
from rbengine.facts.cache import CachedDescriber
from rbengine.facts.project import find_project
from rbengine.plan.program import Plan
from rbengine.rehearsal.company.builders import builders
from rbengine.semantics.sql_facts import Describer
from rbengine.syntax.nodes import Runbook, walk
from rbengine.syntax.nodes.expressions import (
    Compare,
    Expression,
    Field,
    ListLiteral,
    NameRef,
    TextLiteral,
)
from rbengine.syntax.nodes.runbook import Finding
from rbengine.workspace import Workspace

ROOT = Path(__file__).parents[2]
RB011 = "playbooks/rb011.rb"


def no_server() -> Describer:
    """The committed facts must be enough."""
    raise AssertionError("a statement is not in playbooks/schema.facts.json: run `rbengine check`")


@pytest.fixture(scope="module")
def company() -> Workspace:
    """Every file of the company's project."""
    project = find_project(ROOT)
    texts, unreadable = project.read()
    assert unreadable == {}
    assert project.schema is not None
    name, path = project.schema
    facts = ROOT / "playbooks" / "schema.facts.json"
    describer = CachedDescriber(facts, path.read_text(encoding="utf-8"), name, no_server)
    return Workspace(
        texts,
        signature_of=signature_of,
        describer=describer,
        builders={name: one.operation for name, one in builders().items()},
        event_subject=event_subject,
    )


def test_nothing_is_wrong_with_any_file(company: Workspace) -> None:
    """Warnings too: whoever reads one in the night must look at it."""
    found = [
        (path, one.code, one.message) for path in company.files for one in company.problems(path)
    ]
    assert found == []


def test_every_runbook_has_a_plan_that_survives_being_written(company: Workspace) -> None:
    """A run is taken up by another process from the written form."""
    for path in company.runbooks:
        plan = company.plan(path)
        assert from_line(to_line(plan), Plan) == plan


def test_rb011_has_a_finding_for_each_of_stripes_statuses(company: Workspace) -> None:
    """The document knew two of the eight; a status that nobody thought of would look like good order."""
    tree = company.tree(RB011)
    assert isinstance(tree, Runbook)
    found: list[str] = []
    for finding in walk(tree):
        if isinstance(finding, Finding) and finding.name.text != "unknown_price":
            found += [text for one in walk(finding) for text in _statuses(one)]
    operation = signature_of("stripe")
    assert operation is not None
    latest = operation.operation("latest_subscription")
    assert latest is not None
    assert sorted(found) == sorted(_enum(latest.result, "status").values)


def _enum(result: Type, field: str) -> Enum:
    assert isinstance(result, Optional)
    assert isinstance(result.inner, Record)
    type_ = result.inner.field(field)
    assert isinstance(type_, Enum)
    return type_


def _statuses(node: object) -> list[str]:
    """The texts that `subscription.status` is compared with."""
    match node:
        case Compare(left=Field() as left) if _is_status(left):
            sides = node.right.items if isinstance(node.right, ListLiteral) else (node.right,)
            return [one.template.plain for one in sides if isinstance(one, TextLiteral)]
        case _:
            return []


def _is_status(node: Expression) -> bool:
    return (
        isinstance(node, Field)
        and node.name.text == "status"
        and isinstance(node.object, NameRef)
        and node.object.name.text == "subscription"
    )
