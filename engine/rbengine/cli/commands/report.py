"""`rbengine report`: what a run did, for those who were not there."""

HELP = """\
usage: rbengine report RUN [options]

Report a kept run from its journal: outcome, clocks, the timeline to scale, each
finding with the values that decided it, rows before and after, who decided
what, escalations, follow-up tasks. What only people know stays a marked field
with its question; nothing is invented. Without a file: Markdown on the screen.
Nothing is run.

options
  --html FILE           one page that loads nothing: for a browser, phone, paper
  --markdown FILE       the same as Markdown
  --review              the post-incident review instead, ready to be filled in

examples
  rbengine report RUN-2026-11-23-001
  rbengine report INC-2026-11-23-001 --html incident.html
  rbengine report 001 --review --markdown review.md
"""


def run(arguments: list[str]) -> int:
    """Report the run that the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("report", ("--html", "--markdown", "--review"))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--html", metavar="FILE")
    parser.add_argument("--markdown", metavar="FILE")
    parser.add_argument("--review", action="store_true")
    found = parser.read(arguments)
    from rbengine.cli.output import Output
    from rbengine.cli.reporting import report_run

    return report_run(
        found.run, Output(), html=found.html, markdown=found.markdown, review=found.review
    )
