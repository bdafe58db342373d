"""The one way in which tests of a rule of the language ask the checker."""

from collections.abc import Mapping
from datetime import timedelta
from textwrap import dedent

from rbengine.contract.policy import (
    Contact,
    ContactChannel,
    EscalationRung,
    Limits,
    PolicyModel,
    SeverityPolicy,
)
from rbengine.contract.types import show
from rbengine.semantics.analysis import Analysis
from rbengine.semantics.catalogue.sample import sample
from rbengine.semantics.check import check as check_tree
from rbengine.semantics.sql_facts import Describer
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes import Library, Runbook, walk
from rbengine.syntax.nodes.statements import Bind
from support.signatures import SIGNATURES
from support.tables import TableDescriber

POLICY = PolicyModel(
    name="Shop",
    limits=Limits(question=timedelta(minutes=5)),
    approvals_expire=timedelta(minutes=5),
    contacts=(
        Contact(name="manager", title="Manager", channels=(ContactChannel("email", "m@x.test"),)),
        Contact(name="on_call", title="On call", from_settings=True, is_role=True),
    ),
    severities=tuple(
        SeverityPolicy(
            name=name,
            title=name,
            rungs=(
                EscalationRung(
                    when="at once" if name == "P0" else "after",
                    after=timedelta(minutes=30),
                    to=("manager",),
                ),
            ),
            approvals=(),
        )
        for name in ("P0", "P1", "P2")
    ),
)


def analyse(
    text: str,
    libraries: Mapping[str, str] | None = None,
    policy: PolicyModel = POLICY,
    describer: Describer | None = None,
) -> Analysis:
    """The analysis of a whole runbook; it must have no syntax error."""
    source = SourceFile("a.rb", text)
    tree = _tree(source)
    assert isinstance(tree, Runbook)
    shelf: dict[str, tuple[Library, SourceFile]] = {}
    for name, written in (libraries or {}).items():
        library_source = SourceFile(f"{name}.rb", dedent(written).lstrip("\n"))
        library = _tree(library_source)
        assert isinstance(library, Library)
        shelf[name] = (library, library_source)
    return check_tree(
        tree,
        source,
        policy=policy,
        libraries=shelf,
        signature_of=SIGNATURES.get,
        describer=describer or TableDescriber(),
    )


def check(
    text: str,
    problems: list[str] | None = None,
    *,
    libraries: Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    policy: PolicyModel = POLICY,
) -> None:
    """`text` earns exactly `problems`, in reading order, each as ``E204 at `the underlined text` ``.

    A runbook's parts that `text` leaves out are filled in; `types` says what bindings are.
    """
    analysis = analyse(sample(text), libraries, policy)
    sources = {"a.rb": analysis.tables.source.text}
    sources |= {one.tables.source.path: one.tables.source.text for one in analysis.libraries}
    found = []
    for one in analysis.problems:
        span = one.primary.span
        found.append(f"{one.code} at `{sources[one.primary.file][span.start : span.end]}`")
    assert found == (problems or []), "\n".join(one.message for one in analysis.problems)
    bound = {
        one.name.text: show(analysis.tables.types[one.id])
        for one in walk(analysis.tree)
        if isinstance(one, Bind)
    }
    for name, shown in (types or {}).items():
        assert bound[name] == shown


def _tree(source: SourceFile) -> object:
    parsed = parse(source)
    assert parsed.problems == (), (parsed.problems, source.text)
    return parsed.tree
