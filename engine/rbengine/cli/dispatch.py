"""From the first word to its command, and the wall around whatever goes wrong in it."""

import os
import sys
from importlib import import_module
from types import FrameType
from typing import NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.usage import UsageError


class Command(NamedTuple):
    """One command: its name, what it does in a line, and what comes in the overview's example."""

    name: str
    summary: str
    apart: bool = False
    """Listed with others of its kind in the overview, without its summary."""


COMMANDS = (
    Command("list", "every runbook, and when it was last rehearsed"),
    Command("find", "the runbook that is meant, by words that you remember"),
    Command("graph", "the way of a runbook as a picture"),
    Command("exec", "run a playbook; without a profile in its simulated world"),
    Command("diagnose", "run its read-only part alone"),
    Command("runs", "runs that are kept: what they wait for, and their clocks", apart=True),
    Command("show", "a runbook as a page; everything that a kept run did and said"),
    Command("report", "what a kept run did, in Markdown or as a page", apart=True),
    Command("resume", "take a kept run up where it stands", apart=True),
    Command("plan", "what exactly a run waits to have approved", apart=True),
    Command("approve", "say yes to what a run asks", apart=True),
    Command("reject", "say no to it", apart=True),
    Command("answer", "answer what a run asks", apart=True),
    Command("acknowledge", "say that you have the incident", apart=True),
    Command("cancel", "end a run; taking back is offered", apart=True),
    Command("undo", "take back what a run that is over left standing", apart=True),
    Command("verify", "whether the symptom is still gone", apart=True),
    Command("tick", "let the due clocks of parked runs go off", apart=True),
    Command("audit", "whether a run's journal is what was written", apart=True),
    Command("export", "the lines of a run's journal", apart=True),
    Command("record", "a run as a recording, to be handed on", apart=True),
    Command("scenario", "a run as a world and a scenario", apart=True),
    Command("replay", "yesterday's incident on today's text, side by side", apart=True),
    Command("forget", "replace what a run holds by digests", apart=True),
    Command("prune", "forget the runs that are old", apart=True),
    Command("check", "find everything wrong in playbooks, policies, scenarios"),
    Command("simulate", "run every scenario and compare with what it expects"),
    Command("mutate", "put faults into playbooks: do rehearsals notice them?"),
    Command("explore", "walk every way a playbook can go, without a simulator"),
    Command("drill", "live through an incident: you are its people, the clocks run"),
    Command("calendar", "what is to be done on a day; its tasks rehearsed"),
    Command("doctor", "whether a profile can be used, adapter by adapter", apart=True),
    Command("schema", "the schema of a live database: written down, or compared", apart=True),
    Command("setup", "the one table of our own that a database needs", apart=True),
    Command("trust", "let the commands of the settings be run, after a look at them", apart=True),
    Command("new", "write a playbook and its scenarios, to begin with"),
    Command("world", "put a world's company on ports, for your own programs"),
    Command("import", "drafts of playbooks from a runbook document of prose"),
    Command("fmt", "write files in one form, and change nothing else"),
    Command("lsp", "serve an editor: problems as you type, completion, renaming"),
    Command("docs", "a static site of all runbooks"),
    Command("adapters", "what a playbook can ask of the world, operation by operation"),
    Command("explain", "the rule behind a code, with a wrong and a right sample"),
    Command("help", "explain a command, with examples"),
)


def dispatch(arguments: list[str]) -> int:
    """Run the command that `arguments` name. Never raises, never shows a traceback."""
    try:
        return _run(arguments)
    except UsageError as problem:
        _complain(problem.lines(_terminal_width()))
        return problem.code
    except KeyboardInterrupt:
        _complain(["", "interrupted"])
        return exit_codes.INTERRUPTED
    except _TerminatedError:
        _complain(["", "terminated"])
        return exit_codes.TERMINATED
    except BrokenPipeError:
        _quiet_end()
        return exit_codes.OK
    except (
        Exception
    ) as error:  # the one wall of the command line: a bug is told, never thrown at people
        _complain(bug_lines(error))
        return exit_codes.BUG


def open_missing_streams() -> None:
    """Give the process streams where its caller closed them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (open to the end)


def module_of(name: str) -> str:
    """The module of command `name`."""
    return f"rbengine.cli.commands.{name}"


def known(name: str) -> bool:
    """Whether there is a command `name`."""
    return any(one.name == name for one in COMMANDS)


def unknown_command(name: str) -> UsageError:
    """`name` is no command; what may have been meant."""
    from rbengine.diagnostics.suggest import did_you_mean

    return UsageError(
        f"there is no command `{_safe(name)}`",
        way_out=did_you_mean(name, [one.name for one in COMMANDS])
        or "`rbengine help` explains all that there are",
    )


def bug_lines(error: Exception) -> list[str]:
    """A diagnostic of the engine itself: where it broke, and the request to tell us."""
    import traceback

    from rbengine import __version__

    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "rbengine" in one.filename] or list(frames)
    place = f"{_short(ours[-1].filename)}:{ours[-1].lineno}, in {ours[-1].name}" if ours else ""
    text = _safe(str(error).splitlines()[0]) if str(error) else ""
    rows = [
        f"error[E900]: a bug in rbengine: {type(error).__name__}" + (f": {text}" if text else "")
    ]
    if place:
        rows.append(f"  --> {place}")
    rows += [
        "   |",
        "   = why: this is never your runbook's fault",
        f"   = note: rbengine {__version__}, Python {sys.version.split()[0]}",
        "   = help: please report it, with what you typed and these lines; "
        "RBENGINE_TRACEBACK=1 shows more",
    ]
    if os.environ.get("RBENGINE_TRACEBACK"):
        rows += [one.rstrip("\n") for one in traceback.format_exception(error)]
    return rows


class _TerminatedError(BaseException):
    """SIGTERM arrived."""


def _run(arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name in {"-h", "--help"}:
        name, rest = "help", []
    if not known(name):
        if name.startswith("-"):
            raise UsageError(
                f"there is no option `{_safe(name)}` before a command",
                way_out="`rbengine help` lists commands; options come after one",
            )
        raise unknown_command(name)
    if rest and name != "help" and any(one in {"-h", "--help"} for one in rest):
        name, rest = "help", [name]
    if name != "help":
        _listen()
        _stand_somewhere()
    module = import_module(module_of(name))
    code: int = module.run(rest)
    return code


def _listen() -> None:
    import signal

    def terminated(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (the signal's own shape)
        raise _TerminatedError

    signal.signal(signal.SIGTERM, terminated)


def _stand_somewhere() -> None:
    try:
        os.getcwd()
    except FileNotFoundError:
        raise UsageError(
            "the working folder is no longer there", way_out="`cd` to one that is"
        ) from None


def _complain(rows: list[str]) -> None:
    try:
        sys.stdout.flush()
        sys.stderr.write("\n".join(rows) + "\n")
        sys.stderr.flush()
    except (BrokenPipeError, ValueError):
        _quiet_end()


def _terminal_width() -> int | None:
    """Cells of the terminal that complaints go to; None where it is none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or None
    except (OSError, ValueError):
        return None


def _quiet_end() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue
    os.close(nowhere)


def _safe(text: str) -> str:
    from rbengine.report.text import visible

    return visible(text)


def _short(path: str) -> str:
    """From the package on: the rest of the path is about this machine alone."""
    position = path.rfind("rbengine")
    before = path.rfind("/", 0, position) if position > 0 else -1
    return path[before + 1 :] if position > 0 else path
