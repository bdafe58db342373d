"""The checker as a whole: on the shipped playbook, and on broken text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rbengine.contract.policy import PolicyModel
from rbengine.diagnostics.render import render
from rbengine.facts.adapters import signature_of
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from rbengine.semantics.analysis import Analysis
from rbengine.semantics.check import check
from rbengine.semantics.policy import read_policy
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes import Policy, Runbook
from support.known import unknown_nodes
from support.tables import TableDescriber

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
RB011 = (PLAYBOOKS / "rb011.rb").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def company(postgres_server: Server) -> Iterator[PostgresDescriber]:
    schema = (PLAYBOOKS / "schema.sql").read_text(encoding="utf-8")
    made = PostgresDescriber(postgres_server, schema, "playbooks/schema.sql")
    yield made
    made.close()


def policy() -> PolicyModel:
    source = SourceFile(
        "playbooks/policy.rb", (PLAYBOOKS / "policy.rb").read_text(encoding="utf-8")
    )
    tree = parse(source).tree
    assert isinstance(tree, Policy)
    return read_policy(tree, source)[0]


def rb011(text: str, describer: PostgresDescriber) -> tuple[SourceFile, Analysis]:
    source = SourceFile("playbooks/rb011.rb", text)
    tree = parse(source).tree
    assert isinstance(tree, Runbook)
    return source, check(
        tree,
        source,
        policy=policy(),
        libraries={},
        signature_of=signature_of,
        describer=describer,
    )


def test_the_shipped_playbook_is_clean_and_fully_known(company: PostgresDescriber) -> None:
    """With the real schema, the real policy and the real adapters."""
    _, analysis = rb011(RB011, company)
    assert analysis.problems == ()
    assert unknown_nodes(analysis) == []


def test_two_slips_look_as_they_should(company: PostgresDescriber) -> None:
    """The screen that the design shows: the operation's name and the column are underlined."""
    text = RB011.replace("latest_subscription(", "latest_subscripton(").replace(
        "subscription_tier, subscription_status, subscription_period_end, frozen_reason",
        "subscription_teir, subscription_status, subscription_period_end, frozen_reason",
    )
    source, analysis = rb011(text, company)
    shown = render(analysis.problems, {source.path: source}, colour=False, width=100)
    lines = dict(enumerate(text.splitlines(), 1))
    column = next(n for n, line in lines.items() if "subscription_teir" in line)
    call = next(n for n, line in lines.items() if "latest_subscripton" in line)
    assert shown == (
        'error[E512]: PostgreSQL: column "subscription_teir" does not exist\n'
        f"  --> playbooks/rb011.rb:{column}:14\n"
        "   |\n"
        f"{column} | {lines[column]}\n"
        "   |              ^^^^^^^^^^^^^^^^^ not a column of `businesses`\n"
        "   |\n"
        "   = note: checked against playbooks/schema.sql\n"
        "   = help: did you mean `subscription_tier`?\n"
        "   = more: rbengine explain E512\n"
        "\n"
        "error[E204]: `stripe` has no operation `latest_subscripton`\n"
        f"  --> playbooks/rb011.rb:{call}:27\n"
        "   |\n"
        f"{call} | {lines[call]}\n"
        "   |                           ^^^^^^^^^^^^^^^^^^ unknown operation\n"
        "   |\n"
        "   = help: did you mean `latest_subscription`?\n"
        "   = more: rbengine explain E204\n"
    )


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(RB011)),
    st.integers(0, len(RB011)),
    st.sampled_from(["", " ", "(", "it", "\n  "]),
)
def test_broken_text_gives_problems_and_never_an_exception(
    start: int, length: int, instead: str
) -> None:
    """An editor checks at each keystroke."""
    text = RB011[:start] + instead + RB011[start + length % 40 :]
    source = SourceFile("a.rb", text)
    tree = parse(source).tree
    if not isinstance(tree, Runbook):
        return
    analysis = check(
        tree,
        source,
        policy=PolicyModel(name="none"),
        libraries={},
        signature_of=lambda _: None,
        describer=_Refusing(),
    )
    for one in analysis.problems:
        assert 0 <= one.primary.span.start <= one.primary.span.end <= len(source.text)


class _Refusing(TableDescriber):
    """Understands nothing and says so at odd places."""

    def describe(self, question: SqlQuestion, *, reading: bool) -> SqlRefusal:
        return SqlRefusal(
            reason="no", rule="postgres", offset=len(question.sql) - 1, length=7 if reading else 0
        )
