"""Rehearsing playbooks: all scenarios of each, over all processors, and what came of them."""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground, asked_of_project
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.cli.workers import cores, spread
from rbengine.diagnostics import Diagnostic, Label
from rbengine.rehearsal.accounts import Accounts
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.rehearsals import rehearsals_of
from rbengine.rehearsal.result import Summary, summary
from rbengine.rehearsal.session import RehearsalSession
from rbengine.report.rehearsals import Played, Results, progress
from rbengine.syntax.nodes import Scenarios
from rbengine.syntax.nodes.scenarios import Scenario
from rbengine.workspace.paths import runbook_path

OPTIONS = (
    "--filter",
    "--seed",
    "--jobs",
    "--junit",
    "--coverage",
    "--coverage-file",
    "--fail-under",
    "--width",
    "--no-colour",
)

_WORTH_A_WORKER = 6
"""Scenarios: a worker takes a tenth of a second to begin with, as long as it takes to play three or four."""


class Piece(NamedTuple):
    """One scenario of the runbook at `path`."""

    path: str
    scenario: Scenario


Chosen = Sequence[tuple[str, tuple[Scenario, ...]]]
"""Runbooks with those of their scenarios that are asked for."""


def simulate(arguments: Sequence[str]) -> int:
    """Rehearse what `arguments` name and say whether all was as expected."""
    found = _parser().read(arguments)
    output = Output(width=found.width, plain=found.no_colour)
    started = time.perf_counter()
    with Ground.here(output) as ground:
        chosen = [
            one
            for path in runbooks(ground, found.paths)
            if (one := _chosen(ground, path, found.filter))
        ]
        if not chosen:
            raise _nothing(ground, found.filter)
        wrong = _wrong(ground, [path for path, _ in chosen])
        if wrong:
            ground.draw(wrong)
            return exit_codes.PROBLEMS
        accounts = _accounts(ground, [path for path, _ in chosen])
        if any(one.problems for one in accounts.values()):
            ground.draw([problem for one in accounts.values() for problem in one.problems])
            return exit_codes.PROBLEMS
        played = _play(ground, output, chosen, accounts, seed=found.seed, jobs=found.jobs)
        if isinstance(played, Diagnostic):
            ground.draw([played])
            return exit_codes.PROBLEMS
        results = Results(
            played,
            width=output.width,
            colour=output.colour,
            line_of=lambda label: line_of(ground, label),
        )
        output.rows(results.rows())
        if found.filter is None:
            _remember(ground, played)
        # How long it took is not the same twice, so only whoever waited for it is told.
        waited = timedelta(seconds=time.perf_counter() - started) if output.moves else None
        form = _form(found.coverage, found.coverage_file)
        listed = found.filter is None and not (form == "text" and found.coverage_file is None)
        output.rows(results.sum(waited, seed=found.seed, whole=listed))
        if found.junit is not None:
            _write_junit(ground, played, found.junit, found.seed)
        if form is not None:
            _cover(ground, output, played, form, found.coverage_file, found.seed)
        under = found.fail_under is not None and _is_under(output, played, found.fail_under)
        covered = [problem for one in played for problem in accounts[one.path].covered(one.passed)]
        if covered:
            output.row()
            ground.draw(covered)
        missed = any(one.missed for one in played)
        return exit_codes.PROBLEMS if missed or under or covered else exit_codes.OK


def runbooks(ground: Ground, paths: Sequence[str]) -> list[str]:
    """Shown paths of the runbooks that `paths` name, sorted, each once. Raises UsageError."""
    if not paths:
        return list(ground.workspace.runbooks)
    return sorted({one for path in paths for one in _named(ground, path)})


def line_of(ground: Ground, label: Label) -> int:
    """The line of a place, one-based."""
    source = ground.source(label.file)
    return 1 if source is None else source.line_and_column(label.span.start)[0]


def _remember(ground: Ground, played: Sequence[Played]) -> None:
    """Note for `rbengine list` what came of it."""
    from datetime import UTC, datetime

    from rbengine.facts.rehearsed import Rehearsed, digest_of, remember_rehearsed

    now = datetime.now(UTC)
    done = {
        one.path: Rehearsed(
            at=now,
            rehearsals=len(one.rehearsals),
            missed=len(one.missed),
            clear=one.clear,
            points=len(one.points),
            text=digest_of(ground.texts, one.path, one.scenarios),
        )
        for one in played
    }
    remember_rehearsed(ground.project, done)


# The command line ---------------------------------------------------------------------------------------------------


def _parser() -> Parser:
    parser = Parser("simulate", OPTIONS)
    parser.add_argument("paths", metavar="PATH", nargs="*")
    parser.add_argument("--filter", metavar="TEXT")
    parser.add_argument("--seed", type=_whole, default=0, metavar="NUMBER")
    parser.add_argument("--jobs", type=_positive, metavar="NUMBER")
    parser.add_argument("--junit", metavar="FILE")
    parser.add_argument("--coverage", choices=("text", "html", "json"), metavar="FORM")
    parser.add_argument("--coverage-file", metavar="FILE", dest="coverage_file")
    parser.add_argument("--fail-under", type=_percent, metavar="PERCENT", dest="fail_under")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    return parser


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"`{text}` is no whole number from 0 on")
    return int(text)


def _positive(text: str) -> int:
    number = _whole(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processes: 1 to 64")
    return number


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"`{text}` is no percentage: a number from 0 to 100")
    return percent


def _form(form: str | None, file: str | None) -> str | None:
    """What coverage is written as: said, else told by the end of its file's name."""
    if form is not None or file is None:
        return form
    ending = Path(file).suffix.lower()
    return {".html": "html", ".htm": "html", ".json": "json"}.get(ending, "text")


def _named(ground: Ground, path: str) -> Iterator[str]:
    shown = ground.project.shown(Path(path)) if os.path.exists(path) else None
    if shown is not None and os.path.isdir(path):
        inside = "" if shown in {".", ""} else f"{shown}/"
        yield from (one for one in ground.workspace.runbooks if one.startswith(inside))
        return
    if (
        shown is not None
        and shown in ground.texts
        and isinstance(ground.workspace.tree(shown), Scenarios)
    ):
        beside = runbook_path(shown)
        if beside in ground.texts:
            yield beside
            return
    asked = asked_of_project(lambda: ground.project.playbook(path))
    if asked in ground.unreadable or ground.workspace.kind(asked) == "runbook":
        yield asked
        return
    raise UsageError(
        f"`{asked}` is no runbook", way_out="name a runbook, its scenarios or a folder"
    )


def _chosen(ground: Ground, path: str, text: str | None) -> tuple[str, tuple[Scenario, ...]] | None:
    beside = ground.workspace.scenarios_for(path) if path not in ground.unreadable else None
    if beside is None:
        return None
    scenarios = tuple(
        play
        for one in beside[0].parts
        if isinstance(one, Scenario)
        for play in rehearsals_of(one)
        if text is None or text.lower() in play.title.plain.lower()
    )
    return (path, scenarios) if scenarios else None


def _nothing(ground: Ground, text: str | None) -> UsageError:
    if text is not None:
        return UsageError(f"no scenario has `{text}` in its title", place=f"--filter {text}")
    return UsageError(
        "there are no scenarios",
        notes=[f"looked beside the runbooks in {ground.project.folder}"],
        way_out="scenarios of `playbooks/rb001.rb` stand in `playbooks/scenarios/rb001.rb`",
    )


def _wrong(ground: Ground, paths: Sequence[str]) -> list[Diagnostic]:
    """Errors that keep any of the runbooks, its scenarios or the app from being rehearsed; each once."""
    found: dict[Diagnostic, None] = {}
    app = ground.workspace.app()
    for path in paths:
        beside = ground.workspace.scenarios_for(path)
        files = [path] if beside is None else [path, beside[1].path]
        files += [] if app is None else [app[1].path]
        for file in files:
            found.update(
                dict.fromkeys(
                    one for one in ground.workspace.problems(file) if one.severity == "error"
                )
            )
        found.update(dict.fromkeys(ground.errors_of_plan(path)))
    return list(found)


def _accounts(ground: Ground, paths: Sequence[str]) -> dict[str, Accounts]:
    session = ground.session()
    return {path: session.accounts(path) for path in paths}


# Playing ------------------------------------------------------------------------------------------------------------


def _play(
    ground: Ground,
    output: Output,
    chosen: Chosen,
    accounts: Mapping[str, Accounts],
    *,
    seed: int,
    jobs: int | None,
) -> list[Played] | Diagnostic:
    """All scenarios, in the order written; or why one of them cannot be played at all."""
    pieces = [Piece(path, scenario) for path, scenarios in chosen for scenario in scenarios]
    names = {path: ground.workspace.plan(path).id for path, _ in chosen}
    done: set[int] = set()

    def show(number: int) -> None:
        done.add(number)
        path, scenario = pieces[number]
        told = f'{names[path]}  "{scenario.title.plain}"'
        output.status(progress(len(done), len(pieces), told, output.width))

    workers = min(jobs or min(cores(), len(pieces) // _WORTH_A_WORKER), len(pieces))
    results: dict[int, Summary] = {}
    if workers > 1:
        results = spread(len(pieces), workers, lambda: _worker(ground, pieces, seed), show)
    session = ground.session(seed)
    for number, piece in enumerate(pieces):
        if number not in results:
            try:
                results[number] = summary(session.rehearse(piece.path, piece.scenario))
            except CannotRehearseError as error:
                output.status("")
                return error.problem
            show(number)
    output.status("")
    ordered = iter(sorted(results.items()))
    return [
        _played(
            ground, session, path, scenarios, [next(ordered)[1] for _ in scenarios], accounts[path]
        )
        for path, scenarios in chosen
    ]


def _worker(
    ground: Ground, pieces: Sequence[Piece], seed: int
) -> tuple[Callable[[int], Summary], Callable[[], None]]:
    """What a worker does and how it ends; it has a server and a database of its own."""
    ground.forget_what_runs()
    session = ground.session(seed)

    def rehearse(number: int) -> Summary:
        path, scenario = pieces[number]
        return summary(session.rehearse(path, scenario))

    return rehearse, lambda: ground.__exit__(None, None, None)


def _played(
    ground: Ground,
    session: RehearsalSession,
    path: str,
    scenarios: Sequence[Scenario],
    rehearsals: Sequence[Summary],
    accounts: Accounts,
) -> Played:
    plan = ground.workspace.plan(path)
    beside = ground.workspace.scenarios_for(path)
    assert beside is not None
    source = beside[1]
    return Played(
        id=plan.id,
        title=plan.title,
        path=path,
        scenarios=source.path,
        rehearsals=tuple(rehearsals),
        lines=tuple(source.line_and_column(one.title.span.start)[0] for one in scenarios),
        points=session.points(path).points,
        reasons=accounts.reasons,
    )


# Reports ------------------------------------------------------------------------------------------------------------


def _write_junit(ground: Ground, played: Sequence[Played], file: str, seed: int) -> None:
    from rbengine.diagnostics.render import render
    from rbengine.report.junit import junit

    def drawn(problems: Sequence[Diagnostic]) -> str:
        return render(problems, ground.source, colour=False, width=100)

    write(file, junit(played, drawn, seed))


def _cover(
    ground: Ground,
    output: Output,
    played: Sequence[Played],
    form: str,
    file: str | None,
    seed: int,
) -> None:
    from rbengine.report.coverage import coverage_json, coverage_rows
    from rbengine.report.coverage_page import coverage_page

    if form == "text" and file is None:
        output.row()
        output.rows(coverage_rows(played, width=output.width, colour=output.colour))
        return
    match form:
        case "html":
            text = coverage_page(played, ground.texts.get, seed)
        case "json":
            text = coverage_json(played, seed)
        case _:
            text = "\n".join(coverage_rows(played, width=100, colour=False)) + "\n"
    to = file or f"coverage.{form}"
    write(to, text)
    output.row(f"coverage: {to}")


def _is_under(output: Output, played: Sequence[Played], least: Decimal) -> bool:
    from rbengine.report.coverage import is_under, numbers, share

    under = is_under(played, least)
    if under:
        output.row(f"under {least.normalize():f} % of points: {share(*numbers(played))} %")
    return under


def write(file: str, text: str) -> None:
    """Write a file that was asked for. Raises UsageError where that is not possible."""
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"`{file}` cannot be written: {error.strerror}", place=file) from error
