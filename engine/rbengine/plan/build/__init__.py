"""From the checked tree to the plan. The only modules of `plan` that know trees."""

from datetime import timedelta

from rbengine.plan import program
from rbengine.plan.build.reading import Libraries, NamedMessage, reading_of
from rbengine.plan.build.sections import Sections, inputs, message, prose, text_digest
from rbengine.semantics.analysis import Analysis
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Runbook
from rbengine.syntax.nodes import runbook as tree

__all__ = ["build_plan"]


def build_plan(analysis: Analysis, *, policy_source: SourceFile | None = None) -> program.Plan:
    """The plan of a runbook that was checked without errors. The same analysis gives the same plan, byte for byte.

    `policy_source` is the file the policy was read from: its digest stands in the plan beside the others'.
    Raises ValueError where the analysis holds an error.
    """
    errors = [one for one in analysis.problems if one.severity == "error"]
    if errors:
        raise ValueError(f"{analysis.tables.source.path} has errors: {errors[0].message}")
    reading, libraries = reading_of(analysis)
    runbook = analysis.tree
    sections = Sections(reading, analysis.policy)
    sections.add_all(runbook)
    procedures = sections.procedures()
    by_absence: frozenset[str] = frozenset()
    # A procedure learns only from its callers whether its changes may ever be free; callers may be procedures too.
    while sections.called_by_absence - by_absence:
        by_absence |= sections.called_by_absence
        sections = Sections(reading, analysis.policy, by_absence)
        sections.add_all(runbook)
        procedures = sections.procedures()
    code, origins = sections.finished()
    return program.Plan(
        id=runbook.code.text,
        title=runbook.title.plain,
        severity=_severity(runbook),
        mttr=_mttr(runbook),
        inputs=inputs(runbook, reading),
        findings=tuple(sections.findings),
        sections=tuple(sections.sections),
        procedures=procedures,
        messages=tuple(
            message(one) for one in (*reading.own_messages(), *_library_messages(libraries))
        ),
        code=code,
        origins=origins,
        symptoms=prose(one for one in runbook.parts if isinstance(one, tree.Symptoms)),
        prevent=prose(one for one in runbook.parts if isinstance(one, tree.Prevent)),
        policy=analysis.policy,
        texts=tuple(
            text_digest(one)
            for one in (
                analysis.tables.source,
                *(library.tables.source for library in analysis.libraries),
                *(() if policy_source is None else (policy_source,)),
            )
        ),
    )


def _library_messages(libraries: Libraries) -> list[NamedMessage]:
    return [one for library in libraries.all() for one in library.own_messages()]


def _severity(runbook: Runbook) -> str:
    return next((one.name.text for one in runbook.parts if isinstance(one, tree.Severity)), "")


def _mttr(runbook: Runbook) -> timedelta | None:
    """None for `immediate`."""
    for one in runbook.parts:
        if isinstance(one, tree.Mttr) and one.target is not None:
            return one.target.value
    return None
