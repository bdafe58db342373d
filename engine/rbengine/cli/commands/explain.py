"""`rbengine explain [CODE]`: the rule behind a problem, with a wrong and a right sample."""

HELP = """\
usage: rbengine explain [CODE]

Explain the rule behind a code such as E204: what it is about, why there is such
a rule, a sample that breaks it with the problem as it is shown, and one that
keeps it. Without a code: all codes by hundred. docs/codes.md has them in full.

examples
  rbengine explain
  rbengine explain E204

exit codes
  0 explained   2 there is no such code
"""


def run(arguments: list[str]) -> int:
    """Print the page of one code, or the list of all."""
    from rbengine.cli import exit_codes
    from rbengine.cli.arguments import Parser
    from rbengine.cli.output import Output
    from rbengine.cli.usage import UsageError
    from rbengine.diagnostics import did_you_mean
    from rbengine.report import codes
    from rbengine.report.text import visible

    parser = Parser("explain", ())
    parser.add_argument("code", metavar="CODE", nargs="?")
    asked = parser.read(arguments).code
    output = Output()
    if asked is None:
        output.rows(codes.overview())
        return exit_codes.OK
    entries = codes.entries()
    entry = entries.get(asked.upper())
    if entry is None:
        raise UsageError(
            f"there is no page about `{visible(asked)}`",
            notes=["codes are a letter and three digits: `E204`, `W614`"],
            way_out=did_you_mean(asked.upper(), entries) or "`rbengine explain` lists all codes",
        )
    output.rows(codes.page(entry, output.width))
    return exit_codes.OK
