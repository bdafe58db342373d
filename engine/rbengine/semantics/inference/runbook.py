"""A runbook's sections in the order they run, and a library's procedures."""

from msgspec.structs import replace
from rbengine.contract.types import Type
from rbengine.semantics.inference.covering import Coverage
from rbengine.semantics.inference.environment import (
    Environment,
    FindingFacts,
    beginning,
    finding_symbol,
)
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.expressions import judge, type_of
from rbengine.semantics.inference.facts import NO_FACTS, TRUE, Facts, both, either
from rbengine.semantics.inference.frame import Frame, Given, named, show, taken, unreadable
from rbengine.semantics.inference.statements import block
from rbengine.semantics.inference.workbench import ProcedureType, Workbench
from rbengine.semantics.inference.written_types import written_type
from rbengine.semantics.problems import types
from rbengine.syntax.nodes import Runbook
from rbengine.syntax.nodes import runbook as tree
from rbengine.syntax.nodes.expressions import Expression
from rbengine.syntax.nodes.statements import Body, Step
from rbengine.syntax.nodes.types import TypedName
from rpds import HashTrieMap


def infer_runbook(bench: Workbench, runbook: Runbook) -> None:
    """Fill the bench's tables with everything that can be known of `runbook`."""
    env = _inputs(bench, runbook)
    coverage = Coverage()
    for part in runbook.parts:
        if isinstance(part, tree.Diagnose):
            env = _diagnose(bench, part, env, coverage)
        elif isinstance(part, tree.ErrorSection) and part.keyword != "input":
            env = unreadable(bench, part, env)
    unsure = replace(env, facts=HashTrieMap(), diagnosed=True)
    for part in runbook.parts:
        match part:
            case tree.Resolve():
                known = env.findings.get(part.finding.text)
                holds = known.own if known else NO_FACTS
                sure = replace(env, doubtful=HashTrieMap()).knowing(holds)
                block(bench, part.body, sure, Frame(diagnosed=sure))
            case tree.Otherwise():
                coverage.report_left(bench, part)
                _section(bench, "`otherwise`", part.body, unsure)
            case tree.Verify():
                _section(bench, "`verify`", part.body, unsure)
            case tree.Recover():
                _section(bench, "`recover`", part.body, unsure)
            case tree.OnBreach():
                # It runs at any moment: what was not read yet is shown as not known.
                block(bench, part.body, replace(unsure, doubtful=HashTrieMap()), Frame())
            case _:
                pass


def infer_procedure(bench: Workbench, procedure: ProcedureType) -> None:
    """The body of a procedure of a library, against what it promises to give."""
    env = beginning()
    node = procedure.tree
    for parameter, known in zip(node.parameters, procedure.parameters, strict=True):
        env = with_parameter(bench, parameter, known.type, env)
    gives: list[Given] = []
    block(bench, node.body, env, Frame(gives=gives))
    for one in gives:
        if procedure.gives is None:
            bench.report(
                types.describe(
                    types.WrongType(
                        file=bench.file,
                        span=one.node.span,
                        found=one.type,
                        expected="nothing, as it has no `gives`",
                        where=f"what `{procedure.name}` gives",
                    )
                )
            )
        else:
            expect(bench, one.node, one.type, procedure.gives, f"what `{procedure.name}` gives")


def with_parameter(bench: Workbench, node: TypedName, type_: Type, env: Environment) -> Environment:
    """A parameter of a message or procedure."""
    bench.types[node.id] = type_
    return named(bench, node.name, "parameter", type_, env)


def _inputs(bench: Workbench, runbook: Runbook) -> Environment:
    env = beginning()
    for part in runbook.parts:
        if isinstance(part, tree.ErrorSection) and part.keyword == "input":
            env = unreadable(bench, part, env)
        if not isinstance(part, tree.Input):
            continue
        type_ = written_type(bench, part.type)
        bench.types[part.id] = type_
        if part.default is not None:
            found = type_of(bench, part.default, env)
            expect(bench, part.default, found, type_, "the default")
        env = named(bench, part.name, "input", type_, env)
    return env


def _diagnose(
    bench: Workbench, node: tree.Diagnose, env: Environment, coverage: Coverage
) -> Environment:
    frame = Frame(in_diagnose=True)
    for part in node.body:
        match part:
            case Step():
                env = block(bench, (part,), env, frame) or env
            case tree.Finding():
                env = _finding(bench, part, env, coverage)
            case tree.ErrorSection():
                env = unreadable(bench, part, env)
    return env


def _finding(
    bench: Workbench, node: tree.Finding, env: Environment, coverage: Coverage
) -> Environment:
    show(bench, node.title, env, "a title")
    inside, holds = env, NO_FACTS
    for line in node.conditions:
        one = _line(bench, line, inside)
        holds = both(holds, one)
        inside = inside.knowing(one)
    coverage.finding(node, env, holds)
    holds = both(holds, {(node.name.text,): TRUE})
    bench.findings[node.name.text] = holds
    if taken(bench, node.name, env):
        return env
    known = FindingFacts(holds, env.facts, env.doubtful)
    env = env.with_symbol(finding_symbol(node.name.text, node.name.span, bench.file))
    return replace(env, findings=env.findings.insert(node.name.text, known))


def _line(bench: Workbench, node: Expression | tree.Either, env: Environment) -> Facts:
    """What is known when the line holds; of `either`, what all its lines have in common."""
    if not isinstance(node, tree.Either):
        return judge(bench, node, env).holds
    common: Facts | None = None
    for line in node.conditions:
        judgement = judge(bench, line, env)
        common = judgement.holds if common is None else either(common, judgement.holds)
        env = env.knowing(judgement.fails)
    return common or NO_FACTS


def _section(bench: Workbench, name: str, body: Body, env: Environment) -> None:
    bench.section = name
    block(bench, body, env, Frame())
