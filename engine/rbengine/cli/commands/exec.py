"""`rbengine exec`: run a playbook, in its simulated world."""

HELP = """\
usage: rbengine exec PLAYBOOK [options]

Run a playbook: diagnose, resolve what is found, verify, recover. PLAYBOOK is a
file or an id (rb011, RB-011). Without a profile it runs in a simulated world;
the world supplies inputs and people, and nothing real is read or changed.

options
  --profile NAME        a profile of rbengine.toml, instead of `simulated`
  --backend ADAPTER=KIND
                        who answers for one adapter in this run: simulated,
                        recorded or live; recorded=FILE names the recording.
                        May be repeated
  --confirm NAME        the name of a production profile once more, where nobody
                        sits at the terminal to be asked for it
  --world NAME          a world of the playbook's scenarios; without it the one
                        marked default, else the first
  --input NAME=VALUE    an input; wins over the world's. May be repeated
  --started TIME        when the incident began: 14:02 (in the policy's zone) or
                        2026-11-23T14:02Z. Every clock counts from there
  --interactive         be asked before each call; take the part of the people
  --durable             keep the run: it survives this process, waits for people
                        as long as it takes, and anybody may take it up. The
                        company stays simulated, the people are real
  --scripted            with --durable: the world's people answer all the same
  --report FILE         write what the run did as it ends: Markdown to FILE.md,
                        to FILE.html one page that loads nothing
  --json                one line for each event of the journal, and a last one
                        with the outcome
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine exec rb011
  rbengine exec playbooks/rb011.rb --world cancelled
  rbengine exec rb011 --input business=6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11
  rbengine exec rb011 --started 14:02 --interactive
  rbengine exec rb011 --durable
  rbengine exec rb011 --report incident.html
  rbengine exec rb011 --json | tail -n 1

exit codes
  0 resolved   3 failed, nothing left applied   4 failed, something left applied
  5 in doubt   6 handed over or escalated       7 parked   1 it does not check
"""


def run(arguments: list[str]) -> int:
    """Run the playbook that `arguments` name."""
    from rbengine.cli.order import read_order

    # The line is read before anything heavy is loaded: a slip of the fingers is told at once.
    order = read_order("exec", arguments)
    from rbengine.cli.running import run_playbook

    return run_playbook(order, diagnose_only=False)
