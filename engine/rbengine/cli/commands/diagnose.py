"""`rbengine diagnose`: the read-only part of a playbook, alone."""

HELP = """\
usage: rbengine diagnose PLAYBOOK [options]

Run the read-only part of a playbook alone, and show what is found and why.
It changes nothing, tells nobody and asks nobody. Options as for exec:
--profile, --backend, --world, --input, --started, --interactive, --json,
--width, --no-colour.

examples
  rbengine diagnose rb011
  rbengine diagnose rb011 --world cancelled

exit codes
  0 every finding was judged, whatever holds   6 some could not be judged
  1 it does not check                          2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Diagnose with the playbook that `arguments` name."""
    from rbengine.cli.order import read_order

    order = read_order("diagnose", arguments)
    from rbengine.cli.running import run_playbook

    return run_playbook(order, diagnose_only=True)
