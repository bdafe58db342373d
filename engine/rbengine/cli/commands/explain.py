"""`rbengine explain CODE`: the rule behind a problem, with a wrong and a right sample."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rbengine.diagnostics.catalogue import Entry

HELP = """\
usage: rbengine explain CODE

Explain the rule behind a code such as E204: what it is about, why there is such
a rule, a sample that breaks it and one that keeps it.

examples
  rbengine explain E204
"""


def run(arguments: list[str]) -> int:
    """Print the page of one code."""
    from rbengine.cli import exit_codes
    from rbengine.cli.arguments import Parser
    from rbengine.cli.output import Output
    from rbengine.cli.usage import UsageError
    from rbengine.diagnostics import did_you_mean
    from rbengine.report.text import visible, wrap

    parser = Parser("explain", ())
    parser.add_argument("code", metavar="CODE")
    asked = parser.read(arguments).code
    pages = _pages()
    page = pages.get(asked.upper())
    if page is None:
        raise UsageError(
            f"there is no page about `{visible(asked)}`",
            notes=["codes are a letter and three digits: `E204`, `W704`"],
            way_out=did_you_mean(asked.upper(), pages) or "",
        )
    output = Output()
    output.rows([f"{page.code}: {page.title}", "", *wrap(page.why, output.width), ""])
    for word, sample in (("wrong", page.wrong), ("right", page.right)):
        output.rows([word, *(f"  {one}".rstrip() for one in sample.rstrip("\n").split("\n")), ""])
    return exit_codes.OK


def _pages() -> "dict[str, Entry]":
    from rbengine.semantics.catalogue import CATALOGUE as RULES
    from rbengine.semantics.project_catalogue import CATALOGUE as PROJECT
    from rbengine.syntax.catalogue import CATALOGUE as SYNTAX

    return {one.code: one for one in (*SYNTAX, *RULES, *PROJECT)}
