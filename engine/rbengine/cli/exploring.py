"""Exploring playbooks: each with what was found about it, the errors first."""

import argparse
import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import msgspec

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.rehearsing import runbooks
from rbengine.rehearsal.explore.explore import PATHS
from rbengine.rehearsal.explore.explore import explore as explored
from rbengine.rehearsal.explore.fitting import fitted
from rbengine.rehearsal.explore.remarks import Exploration, Remark
from rbengine.rehearsal.explore.situations import news as without_thought_of
from rbengine.rehearsal.result import Rehearsal
from rbengine.rehearsal.stage import tiers_of
from rbengine.report.text import visible, wrap
from rbengine.workspace.paths import scenarios_path

OPTIONS = ("--paths", "--json", "--width", "--no-colour")


def explore(arguments: Sequence[str]) -> int:
    """Explore what `arguments` name and say whether it has no errors."""
    parser = Parser("explore", OPTIONS)
    parser.add_argument("paths", metavar="PLAYBOOK", nargs="*")
    parser.add_argument("--paths", type=_count, metavar="N", dest="most", default=PATHS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    output = Output(width=found.width, plain=found.no_colour)
    done: list[Exploration] = []
    with Ground.here(output) as ground:
        chosen = runbooks(ground, found.paths)
        wrong = [one for path in chosen for one in ground.errors_of_plan(path)]
        if wrong:
            ground.draw(list(dict.fromkeys(wrong)))
            return exit_codes.PROBLEMS
        for path in chosen:
            output.status(f"exploring {path}")
            with _uncollected():
                one = explored(
                    ground.workspace.plan(path),
                    ground.workspace.analysis(path),
                    paths=found.most,
                    builders=ground.workspace.builders,
                    prices=_prices(ground),
                )
            output.status(f"rehearsing what was found of {path}")
            one = rehearsed(ground, path, news(ground, path, one))
            output.status("")
            done.append(one)
            if not found.json:
                output.rows(rows(one, output.width))
    if found.json:
        document = {"playbooks": [_told(one) for one in done]}
        output.raw(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n")
    return exit_codes.PROBLEMS if any(one.errors for one in done) else exit_codes.OK


def news(ground: Ground, path: str, one: Exploration) -> Exploration:
    """The exploration without what the scenarios of the playbook have thought of; they are rehearsed for it."""
    if not any(each.kind == "unhandled" or each.branch is not None for each in one.remarks):
        return one
    session = ground.session()
    played = [session.rehearse(path, each) for each in session.scenarios(path)]
    return without_thought_of(one, session.points(path), played, session.accounts(path).reasons)


def rehearsed(ground: Ground, path: str, one: Exploration) -> Exploration:
    """The exploration with examples that rehearse as they stand; without those that no world brings about."""
    mttr = ground.workspace.plan(path).mttr
    session = ground.session()
    worlds = [world.name for world in session.worlds(path)]
    beside = scenarios_path(path)
    known = ground.workspace.scenarios_for(path)
    pasted = f"scenarios for {one.id}\n" if known is None else known[1].text

    @cache
    def play(lines: str) -> Rehearsal | None:
        after = ground.workspace.with_text(beside, f"{pasted}\n{lines}")
        if any(problem.severity == "error" for problem in after.problems(beside)):
            return None
        its = session.over(after)
        return its.rehearse(path, its.scenarios(path)[-1])

    return msgspec.structs.replace(
        one,
        remarks=tuple(
            each
            if each.draft is None
            else msgspec.structs.replace(each, example=fitted(each.draft, worlds, mttr, play))
            for each in one.remarks
        ),
    )


def _prices(ground: Ground) -> dict[str, str]:
    app = ground.workspace.app()
    tiers = tiers_of(None if app is None else app[0])
    return {tier: price for price, tier in reversed(tuple(tiers.items()))}


def _told(one: Exploration) -> dict[str, Any]:
    """For programs: what an example was written from is ours alone."""
    told: dict[str, Any] = msgspec.to_builtins(one)
    for remark in told["remarks"]:
        del remark["draft"], remark["situation"], remark["branch"]
    return told


def rows(one: Exploration, width: int) -> list[str]:
    """An exploration as rows: a line, then its remarks, the examples of errors and warnings below them."""
    every = "all " if one.exhausted else ""
    found = [
        f"{one.id}  {visible(one.title)}",
        f"        {every}{one.paths:,} paths · {one.decisions_met:,} of"
        f" {one.decisions - one.decisions_apart:,} decisions met"
        + (f", {one.decisions_apart:,} more cannot happen" if one.decisions_apart else ""),
        f"        {one.pairs_met:,} of {one.pairs - one.pairs_apart:,} pairs met"
        f", {one.pairs_apart:,} more cannot happen",
    ]
    if one.decisions_left:
        decisions = len(one.decisions_left)
        missed = "1 decision" if decisions == 1 else f"{decisions:,} decisions"
        found.append(f"        {missed} not reached in {one.paths:,} paths: --json lists them")
    if one.pairs_left:
        left = len(one.pairs_left)
        pairs = "1 pair" if left == 1 else f"{left:,} pairs"
        found.append(f"        {pairs} not reached in {one.paths:,} paths: --json lists them")
    if one.expected:
        lines = "1 line" if one.expected == 1 else f"{one.expected} lines"
        found.append(f"        refusals that no handler takes, as scenarios expect: {lines}")
    for remark in one.remarks:
        found += _remark(remark, width)
    counts = [
        f"{number} {level}{'s' if number != 1 else ''}"
        for level in ("error", "warning", "note")
        if (number := sum(each.level == level for each in one.remarks))
    ]
    return [*found, "", f"{one.id}: {', '.join(counts) or 'nothing to say'}"]


def _remark(remark: Remark, width: int) -> list[str]:
    place = f"{remark.file}:{remark.line}"
    first, *rest = wrap(f"{remark.level}: {visible(remark.text)}", width - 2)
    found = ["", first, *(f"  {one}" for one in rest), f"  --> {visible(place)}"]
    if remark.example and remark.level != "note":
        found.append("   |")
        found += [f"   | {visible(one)}".rstrip() for one in remark.example.splitlines()]
    elif remark.draft is not None and remark.level != "note":
        found.append("   = note: no world of the simulated company brings this about")
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """States are values without cycles: a collector that looks through them all finds nothing, a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of paths: from 1 to 10000000")
    return int(text)
