"""`rbengine trust`: look at the commands of the settings, and let them be run."""

HELP = """\
usage: rbengine trust [--digest DIGEST | --revoke]

A profile may say that a secret is what a command writes. Such a command is run
as you, so it is run only after you have looked at it: this shows every command
of rbengine.toml and asks. What you trust is kept in your own state folder, for
this project and for exactly these commands; when one changes, you are asked
again.

options
  --digest DIGEST  trust without a question, for a machine: the digest that this
                   command shows. Other commands than those are not trusted
  --revoke         trust none of them any more

examples
  rbengine trust
  rbengine trust --digest sha256:4f1c…

exit codes
  0 they are trusted, or there are none   1 they are not   2 the line is wrong
"""


def run(arguments: list[str]) -> int:
    """Show the commands and ask, or take the digest."""
    from rbengine.cli.arguments import Parser

    parser = Parser("trust", ("--digest", "--revoke"))
    parser.add_argument("--digest", metavar="DIGEST")
    parser.add_argument("--revoke", action="store_true")
    found = parser.read(arguments)
    from rbengine.cli.trusting import revoke, trust

    return revoke() if found.revoke else trust(found.digest)
