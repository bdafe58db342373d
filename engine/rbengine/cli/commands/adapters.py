"""`rbengine adapters [NAME]`: what a playbook can ask of the world."""

HELP = """\
usage: rbengine adapters [NAME] [options]

List the adapters that are installed; with a NAME, every operation of it: its
arguments and result, what it does, whether it may be repeated, what it may be
refused with, and the vendor's call behind it. docs/adapters.md has them all.

options
  --json         for programs
  --width CELLS  instead of the terminal's (80 where there is none)
  --no-colour    as NO_COLOR=1 and TERM=dumb do

examples
  rbengine adapters
  rbengine adapters stripe

exit codes
  0 listed   2 there is no such adapter, or the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """List what `arguments` name."""
    import json

    from rbengine.cli import exit_codes
    from rbengine.cli.arguments import Parser, width
    from rbengine.cli.output import Output
    from rbengine.cli.usage import UsageError
    from rbengine.diagnostics import did_you_mean
    from rbengine.facts.adapters import AdapterError, adapter_names, signature_of
    from rbengine.report.adapters import adapter_rows, adapters_json, signature_rows
    from rbengine.report.text import visible

    parser = Parser("adapters", ("--json", "--width", "--no-colour"))
    parser.add_argument("name", metavar="NAME", nargs="?")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    asked = parser.read(arguments)
    output = Output(width=asked.width, plain=asked.no_colour)
    names = adapter_names()
    if asked.name is not None and asked.name not in names:
        raise UsageError(
            f"there is no adapter `{visible(asked.name)}`",
            notes=[f"there are: {', '.join(names)}"],
            way_out=did_you_mean(asked.name, names) or "`rbengine adapters` lists them",
        )
    try:
        found = [signature_of(one) for one in ([asked.name] if asked.name else names)]
    except AdapterError as error:
        raise UsageError(
            str(error), way_out="remove or repair the package that brings it"
        ) from error
    signatures = [one for one in found if one is not None]
    if asked.json:
        output.raw(json.dumps(adapters_json(signatures), ensure_ascii=False, indent=2) + "\n")
    elif asked.name is not None:
        output.rows(signature_rows(signatures[0], width=output.width, colour=output.colour))
    else:
        output.rows(adapter_rows(signatures, width=output.width, colour=output.colour))
    return exit_codes.OK
