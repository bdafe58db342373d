"""`rbengine approve`: say yes to what a run waits for."""

HELP = """\
usage: rbengine approve RUN [DIGEST] [options]

Approve what a kept run asks: a change's plan, an `approve` of the playbook,
or taking back what was done. DIGEST is the beginning of the plan's digest that
you saw; a plan that has changed since is not approved. You are the user of the
operating system, in the roles that rbengine.toml gives you. The run then goes
on here, unless a process drives it already.

options
  --question NUMBER     where it asks several
  --as ROLE             where you have several roles
  --only-record         do not take the run up: its operator, or `rbengine tick`
                        goes on with it
  --json                as in exec

examples
  rbengine approve RUN-2026-11-23-001
  rbengine approve RUN-2026-11-23-001 9a1f4c
"""


def run(arguments: list[str]) -> int:
    """Approve what the line names."""
    from rbengine.cli.answering import approves, read_said, say

    said = read_said("approve", arguments, more=("DIGEST",))
    return say(said, ("plan", "approve", "undo"), approves)
