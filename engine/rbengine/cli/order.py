"""The command line of `exec` and of `diagnose`, as typed."""

from typing import NamedTuple

from rbengine.cli.arguments import Parser, width

OPTIONS = (
    *("--profile", "--backend", "--confirm"),
    *("--world", "--input", "--started", "--interactive", "--json", "--width", "--no-colour"),
)
OF_EXEC = ("--durable", "--scripted", "--report")
"""What `diagnose` has not: it leaves nothing that could be taken up."""


class Order(NamedTuple):
    """What was asked for; nothing of it has been looked up yet."""

    playbook: str
    world: str | None
    inputs: tuple[str, ...]
    started: str | None
    interactive: bool
    json: bool
    width: int | None
    no_colour: bool
    durable: bool = False
    scripted: bool = False
    report: str | None = None
    profile: str | None = None
    """A profile of the settings; None: `simulated`."""
    backends: tuple[str, ...] = ()
    """`ADAPTER=KIND` or `recorded=FILE`, each as typed."""
    confirm: str | None = None
    """The name of the profile once more, where that is `production`."""


def parser_of(command: str) -> Parser:
    """Everything that `exec` or `diagnose` takes."""
    kept = command == "exec"
    parser = Parser(command, (*OPTIONS, *OF_EXEC) if kept else OPTIONS)
    parser.add_argument("playbook", metavar="PLAYBOOK")
    parser.add_argument("--profile", metavar="NAME")
    parser.add_argument("--backend", metavar="ADAPTER=KIND", action="append", default=[])
    parser.add_argument("--confirm", metavar="NAME")
    parser.add_argument("--world", metavar="NAME")
    parser.add_argument("--input", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--started", metavar="TIME")
    parser.add_argument("--interactive", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    if kept:
        parser.add_argument("--durable", action="store_true")
        parser.add_argument("--scripted", action="store_true")
        parser.add_argument("--report", metavar="FILE")
    return parser


def read_order(command: str, arguments: list[str]) -> Order:
    """The line as an order. Raises UsageError."""
    kept = command == "exec"
    found = parser_of(command).read(arguments)
    return Order(
        playbook=found.playbook,
        world=found.world,
        inputs=tuple(found.input),
        started=found.started,
        interactive=found.interactive,
        json=found.json,
        width=found.width,
        no_colour=found.no_colour,
        durable=kept and found.durable,
        scripted=kept and found.scripted,
        report=found.report if kept else None,
        profile=found.profile,
        backends=tuple(found.backend),
        confirm=found.confirm,
    )
