"""`rbengine drill`: live through an incident."""

HELP = """\
usage: rbengine drill PLAYBOOK [options]

Live through an incident: the playbook runs in its simulated world, and you are
its people. You approve, refuse, choose and answer while the clocks run:
questions fall due, the policy escalates, the MTTR runs out. Nothing real is
read or changed. At the end your choices and times stand beside those of the
same world's rehearsal.

options
  --world NAME          a world of the playbook's scenarios (the default one)
  --scenario TEXT       the scenario with TEXT in its title: its world, its
                        faults and what happens in it
  --speed TIMES         how many times faster than life (1): with 60 a minute
                        takes a second
  --input NAME=VALUE    an input; wins over the world's. May be repeated
  --seed NUMBER         other latencies and made-up ids (0)
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

At a prompt Enter says nothing and the time runs on; `ack` acknowledges a page.
Ctrl-C ends it and shows what was done so far. From a pipe each question takes a
line; when there are no more, nobody answers and time jumps.

examples
  rbengine drill rb006 --speed 60
  rbengine drill rb011 --scenario "Stripe is down"
  printf 'y\\ny\\n' | rbengine drill rb011

exit codes
  those of exec, and 130 where Ctrl-C ended it
"""


def run(arguments: list[str]) -> int:
    """Serve the world that `arguments` name to a person."""
    from rbengine.cli.drilling import drill

    return drill(arguments)
