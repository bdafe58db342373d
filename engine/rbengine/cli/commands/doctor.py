"""`rbengine doctor`: whether a profile can be used, adapter by adapter, before an incident needs it."""

HELP = """\
usage: rbengine doctor --profile NAME [PLAYBOOK ...] [options]

Look at every adapter that the playbooks need (all playbooks without one): are
its settings complete, can it be reached, is it let in, and is it where the
profile says: which account, which database, which remote. Compares clocks and
versions, and the schema of the live database with the project's file: which
playbooks would break, at which line. It only reads, and shows no secret.

options
  --profile NAME          a profile of rbengine.toml
  --backend ADAPTER=KIND  as for exec; may be repeated
  --json                  for programs
  --width CELLS           instead of the terminal's (80 where there is none)
  --no-colour             as NO_COLOR=1 and TERM=dumb do

examples
  rbengine doctor --profile production
  rbengine doctor --profile staging rb011 rb012

exit codes
  0 a run is possible   1 something would stop it   2 the command line or the
  settings are wrong
"""


def run(arguments: list[str]) -> int:
    """Look at the profile that `arguments` name."""
    from rbengine.cli.doctoring import doctor

    return doctor(arguments)
