"""What holds of any text at all: it is answered, in bounded time, and formatting it changes only how it looks."""

import time

import msgspec
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.render import render
from rbengine.format import format_source
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal, StatementFacts
from rbengine.semantics.sql_rules import refused
from rbengine.source import SourceFile
from rbengine.syntax import describe, parse
from rbengine.syntax.kinds import beginning
from rbengine.syntax.nodes import Tree
from rbengine.workspace import Workspace
from rbengine.workspace.paths import scenarios_path
from support.described import OneTable
from support.signatures import SIGNATURES

BOOK = "book.rb"
BESIDE = scenarios_path(BOOK)
_BOOK = """\
runbook RB-001 "Shop"
severity P2
mttr 30m
input business: uuid "Shop"
use tools
diagnose
  step "Look"
    shop = query one
      SELECT id, name, state, orders, is_frozen, opened_at FROM shops WHERE id = :business
  finding closed "Closed"
    shop.state is "closed"
resolve closed
  call look_again(id: business)
  change "Open"
    sql
      UPDATE shops SET state = 'open' WHERE id = :business
    expect 1 row
otherwise
  escalate "closed"
"""
_TOOLS = """\
library tools "Tools"
procedure look_again(id: uuid)
  again = shop.orders(customer: "c")
  check again is not empty
    else "no orders"
"""
_BESIDE_IT = {"tools.rb": _TOOLS, BOOK: _BOOK}
"""What stands beside the text in question: a runbook for its scenarios, a library to use."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a text, and the seconds of this process that it took."""

    problems: tuple[Diagnostic, ...]
    seconds: float


class _Offline(OneTable):
    """Refuses what may not run by its words, as ever; accepts the rest."""

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        refusal = refused(question.sql, reading=reading)
        return refusal or super().describe(question, reading=reading)


def judged(text: str) -> Judged:
    """Read, check and format `text`; AssertionError where something does not hold that holds of every text."""
    begun = time.process_time()
    kind = beginning(text).kind
    path = BESIDE if kind == "scenarios" else BOOK if kind == "runbook" else f"{kind}.rb"
    project = Workspace(
        _BESIDE_IT | {path: text}, signature_of=SIGNATURES.get, describer=_Offline(), builders={}
    )
    problems = project.problems(path)
    for one in problems:
        span, source = one.primary.span, project.source(one.primary.file)
        assert 0 <= span.start <= span.end <= len(source.text), (one.code, span)
        assert one.message.strip()
    assert bool(render(problems, project.source, colour=False, width=80)) == bool(problems)
    _judge_format(SourceFile(path, text))
    return Judged(problems=problems, seconds=time.process_time() - begun)


def _judge_format(source: SourceFile) -> None:
    found = format_source(source)
    assert not any(one.code == "E901" for one in found.problems), found.problems
    if found.text is None:
        return
    assert _tree(source.path, found.text) == parse(source).tree
    again = format_source(SourceFile(source.path, found.text))
    assert again.text == found.text, "formatted again, it is another text"


def _tree(path: str, text: str) -> Tree | None:
    source = SourceFile(path, text)
    parsed = parse(source)
    assert parsed.problems == (), [describe(one, source).message for one in parsed.problems]
    return parsed.tree
