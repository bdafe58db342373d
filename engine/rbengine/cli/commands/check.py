"""`rbengine check`: everything that is wrong, in the right place, at once."""

HELP = """\
usage: rbengine check [PATH ...] [options]

Check playbooks, policies, libraries, apps and scenarios: files, folders, or the
whole project. Names, types, effects, SQL against the project's schema: every
problem once, where it is, with a way out. Nothing is run. `.rb` files whose
first word is not ours are Ruby: they are skipped and counted.

options
  --format FORMAT       text, json (all problems in one object), sarif (2.1.0,
                        for code hosts), github (beside the lines of a change)
  --watch               check again whenever a file changes, until Ctrl-C
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine check
  rbengine check playbooks/rb011.rb
  rbengine check playbooks/ --format json
  rbengine check --format sarif > rbengine.sarif
  rbengine check --watch

exit codes
  0 no errors (there may be warnings)   1 errors   2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Check what `arguments` name; from the cache where nothing has changed."""
    import os

    from rbengine.cli.output import Output
    from rbengine.facts.check_cache import recall

    # The screen depends on its width and colour, so both belong to the question; only a line that has
    # been understood before is in the cache, so it need not be read to find its answer.
    output = Output(plain="--no-colour" in arguments or "--no-color" in arguments)
    question = (
        "check",
        os.getcwd(),
        str(output.width),
        str(output.colour),
        str(output.moves),
        os.environ.get("GITHUB_WORKSPACE", ""),
        *arguments,
        # An edit that is taken back finds the former answer again: it was not overwritten by the other text's.
        *(_digest(one) for one in arguments if os.path.isfile(one)),
    )
    answer = None if "--watch" in arguments else recall(question)
    if answer is not None:
        code, _, text = answer.payload.partition("\n")
        output.raw(text)
        return int(code)
    from rbengine.cli.checking import check

    return check(arguments, question)


def _digest(path: str) -> str:
    from hashlib import sha256

    try:
        with open(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError:
        return ""
