"""The runbooks of the project as cards, listed and searched."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.rehearsing import runbooks
from rbengine.cli.usage import UsageError
from rbengine.facts.rehearsed import digest_of, recall_rehearsed
from rbengine.report.search import search
from rbengine.report.shelf import Shelved, found_json, found_rows, shelf_json, shelf_rows
from rbengine.report.text import visible
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.workspace.card import Card, card_of
from rbengine.workspace.paths import scenarios_path

LIST_OPTIONS = ("--json", "--width", "--no-colour")
FIND_OPTIONS = LIST_OPTIONS


def list_runbooks(arguments: Sequence[str]) -> int:
    """Print every runbook with its last rehearsal."""
    parser = _parser("list", LIST_OPTIONS)
    parser.add_argument("paths", metavar="PATH", nargs="*")
    asked = parser.read(arguments)
    output = Output(width=asked.width, plain=asked.no_colour)
    with Ground.here(output) as ground:
        kept = recall_rehearsed(ground.project)
        shelf = []
        for card in _cards(ground, runbooks(ground, asked.paths)):
            last = kept.get(card.path)
            now = digest_of(ground.texts, card.path, scenarios_path(card.path))
            shelf.append(
                Shelved(card=card, rehearsed=last, changed=last is not None and last.text != now)
            )
        if not shelf:
            raise UsageError(
                "there are no runbooks here",
                notes=[f"looked in {ground.project.folder}"],
                way_out='`rbengine new rb001 "Title"` writes one',
            )
        if asked.json:
            output.raw(_json(shelf_json(shelf)))
        else:
            rows = shelf_rows(shelf, datetime.now(UTC), width=output.width, colour=output.colour)
            output.rows(rows)
    return exit_codes.OK


def find_runbooks(arguments: Sequence[str]) -> int:
    """Print the runbooks that fit some words, the best first."""
    parser = _parser("find", FIND_OPTIONS)
    parser.add_argument("words", metavar="WORDS", nargs="+")
    asked = parser.read(arguments)
    output = Output(width=asked.width, plain=asked.no_colour)
    with Ground.here(output) as ground:
        text = " ".join(asked.words)
        hits = search(text, _cards(ground, list(ground.workspace.runbooks)))
        if asked.json:
            output.raw(_json(found_json(hits)))
        elif hits:
            output.rows(found_rows(hits, width=output.width, colour=output.colour))
        else:
            raise UsageError(
                f"no runbook speaks of `{visible(text)}`",
                notes=[
                    "titles, symptoms, alerts, tags, findings, steps and messages were searched"
                ],
                way_out="`rbengine list` shows them all",
            )
    return exit_codes.OK if hits else exit_codes.USAGE


def _cards(ground: Ground, paths: Sequence[str]) -> list[Card]:
    """By id. A file that cannot be read as a runbook at all has none: `check` says why."""
    trees = ((path, ground.workspace.tree(path)) for path in paths if path in ground.texts)
    cards = [card_of(path, tree) for path, tree in trees if isinstance(tree, Runbook)]
    return sorted(cards, key=lambda one: (one.id, one.path))


def _parser(name: str, options: Sequence[str]) -> Parser:
    parser = Parser(name, options)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    return parser


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
