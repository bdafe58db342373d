"""`rbengine help [command]`."""

from importlib import import_module

from rbengine.cli import exit_codes
from rbengine.cli.dispatch import COMMANDS, known, module_of, unknown_command
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError

HELP = """\
usage: rbengine help [command]

Explain a command, with examples. Without one: what there is."""

_HEAD = """\
rbengine: runbooks that are checked, rehearsed and run

usage: rbengine <command> [arguments]
"""

_APART = """
runs that are kept (exec --durable)
  runs, show, report, plan     what is open, what it did, what it wants to do
  approve, reject, answer, acknowledge, cancel     what people say to a run
  resume, tick, undo, verify   take it up, let clocks go off, take it back, prove
  audit, export, forget, prune                     its journal

the real world (--profile) and what became of it
  doctor, schema, setup, trust   is a place fit for it, and made ready
  record, replay, scenario       an incident as a file, on today's text, rehearsed"""

_TAIL = """
A project is the nearest folder upward with an rbengine.toml, else the playbooks
of rbengine. Without a profile all runs in a simulated company: nothing is real.

examples
  rbengine exec rb011                    watch RB-011 resolve its default world
  rbengine exec rb011 --interactive      take the part of the people
  rbengine check playbooks/              everything wrong, each problem once
  rbengine simulate playbooks/           every scenario, exit code 1 on a miss
  rbengine help exec                     all of one command, with its exit codes"""


def run(arguments: list[str]) -> int:
    """Print the overview or one command's help."""
    output = Output()
    names = [one for one in arguments if not one.startswith("-")]
    if len(names) > 1:
        raise UsageError("help explains one command at a time", place=" ".join(arguments))
    if not names:
        output.rows(overview())
        return exit_codes.OK
    name = names[0]
    if not known(name):
        raise unknown_command(name)
    output.rows(str(import_module(module_of(name)).HELP).splitlines())
    return exit_codes.OK


def overview() -> list[str]:
    """All commands in a screen."""
    alone = [one for one in COMMANDS if not one.apart]
    widest = max(len(one.name) for one in alone)
    listed = [f"  {one.name.ljust(widest)}  {one.summary}" for one in alone]
    return [
        *_HEAD.splitlines(),
        "",
        "commands",
        *listed,
        *_APART.splitlines(),
        *_TAIL.splitlines(),
    ]
