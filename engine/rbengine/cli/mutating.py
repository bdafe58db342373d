"""Putting faults into playbooks, over all processors, and what became of them."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.rehearsing import runbooks
from rbengine.cli.usage import UsageError
from rbengine.cli.workers import cores, spread
from rbengine.diagnostics import Diagnostic
from rbengine.facts.mutated import Mutated, Survivor, digest_of, keep_mutated, recall_mutated
from rbengine.rehearsal.mutate import MissesAlreadyError, Mutant, Trial, Verdict, mutants_of
from rbengine.report.rehearsals import progress
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, heading
from rbengine.syntax.nodes.library import Library
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.syntax.nodes.scenarios import Scenario
from rbengine.workspace.paths import scenarios_path

OPTIONS = ("--all", "--jobs", "--fail-under", "--check", "--width", "--no-colour")

Rehearsed = dict[str, list[tuple[str, tuple[Scenario, ...]]]]
"""By file: the runbooks that stand on it with their scenarios."""


def mutate(arguments: Sequence[str]) -> int:
    """Try the faults and say how many were noticed."""
    asked = _parser().read(arguments)
    output = Output(width=asked.width, plain=asked.no_colour)
    with Ground.here(output) as ground:
        rehearsed = _rehearsed(ground)
        files = _files(ground, rehearsed, asked.paths)
        digests = {one: _digest(ground, one, rehearsed[one]) for one in rehearsed}
        kept = {
            path: one for path, one in recall_mutated(ground.project).items() if path in rehearsed
        }
        old = [
            one for one in files if asked.all or one not in kept or kept[one].text != digests[one]
        ]
        if asked.check and old:
            output.row(f"changed since the kept result: {', '.join(old)}")
            return exit_codes.PROBLEMS
        wrong = _wrong(ground, rehearsed, old)
        if wrong:
            ground.draw(wrong)
            return exit_codes.PROBLEMS
        try:
            kept |= _tried(ground, output, rehearsed, old, digests, asked.jobs)
        except MissesAlreadyError as error:
            raise UsageError(
                f'"{error.scenario}" of {error.path} misses without any fault',
                way_out=f"it would notice every fault: see `rbengine simulate {error.path}` first",
            ) from error
        if old and not asked.check:
            _keep(ground, kept)
        output.rows(_rows(kept, [one for one in files if one in kept], output))
        return _verdict(output, [kept[one] for one in files], asked.fail_under)


# What is to be tried -----------------------------------------------------------------------------------------------


def _parser() -> Parser:
    parser = Parser("mutate", OPTIONS)
    parser.add_argument("paths", metavar="PATH", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=_positive, metavar="NUMBER")
    parser.add_argument(
        "--fail-under", type=_percent, default=Decimal(90), dest="fail_under", metavar="PERCENT"
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processes: 1 to 64")
    return int(text)


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"`{text}` is no percentage: a number from 0 to 100")
    return percent


def _rehearsed(ground: Ground) -> Rehearsed:
    """Runbooks that have scenarios, and the libraries that they stand on."""
    found: Rehearsed = {}
    session = ground.session()
    for path in ground.workspace.runbooks:
        scenarios = session.scenarios(path)
        if not scenarios:
            continue
        for file in (path, *_libraries(ground, path)):
            found.setdefault(file, []).append((path, scenarios))
    return dict(sorted(found.items()))


def _libraries(ground: Ground, path: str) -> tuple[str, ...]:
    return tuple(one.tables.source.path for one in ground.workspace.analysis(path).libraries)


def _files(ground: Ground, rehearsed: Rehearsed, paths: Sequence[str]) -> list[str]:
    if not paths:
        return list(rehearsed)
    libraries = [one for one in paths if one in rehearsed]
    rest = [one for one in paths if one not in rehearsed]
    chosen = {*libraries, *(runbooks(ground, rest) if rest else ())}
    without = sorted(chosen - rehearsed.keys())
    if without:
        raise UsageError(
            f"`{without[0]}` has no scenarios",
            way_out="a fault is noticed by a rehearsal: write some first",
        )
    return sorted(chosen)


def _digest(
    ground: Ground, file: str, rehearsed: Sequence[tuple[str, tuple[Scenario, ...]]]
) -> str:
    stands_on = {file}
    for path, _ in rehearsed:
        stands_on |= {path, scenarios_path(path), *_libraries(ground, path)}
    workspace = ground.workspace
    stands_on |= {one for one in workspace.files if workspace.kind(one) in {"app", "policy"}}
    return digest_of(ground.texts, tuple(sorted(stands_on)))


def _wrong(ground: Ground, rehearsed: Rehearsed, files: Sequence[str]) -> list[Diagnostic]:
    paths = {path for file in files for path, _ in rehearsed[file]}
    found = [one for path in sorted(paths) for one in ground.errors_of_plan(path)]
    return list(dict.fromkeys(found))


# Trying ------------------------------------------------------------------------------------------------------------


def _tried(
    ground: Ground,
    output: Output,
    rehearsed: Rehearsed,
    files: Sequence[str],
    digests: Mapping[str, str],
    jobs: int | None,
) -> dict[str, Mutated]:
    mutants = [one for file in files for one in _mutants(ground, file)]
    done: set[int] = set()

    def show(number: int) -> None:
        done.add(number)
        told = f"{mutants[number].path}:{mutants[number].line}"
        output.status(progress(len(done), len(mutants), told, output.width))

    def begin() -> tuple[Callable[[int], Verdict], Callable[[], None]]:
        ground.forget_what_runs()
        trial = Trial(ground.workspace, ground.session(), rehearsed)
        return lambda number: trial.of(mutants[number]), lambda: ground.__exit__(None, None, None)

    workers = min(jobs or cores(), len(mutants))
    verdicts: dict[int, Verdict] = {}
    if workers > 1:
        verdicts = spread(len(mutants), workers, begin, show)
    trial = Trial(ground.workspace, ground.session(), rehearsed)
    for number, one in enumerate(mutants):
        if number not in verdicts:
            verdicts[number] = trial.of(one)
            show(number)
    output.status("")
    found: dict[str, Mutated] = {}
    for file in files:
        of_file = [(one, verdicts[n]) for n, one in enumerate(mutants) if one.path == file]
        found[file] = Mutated(
            text=digests[file],
            killed=sum(verdict == "killed" for _, verdict in of_file),
            survivors=tuple(
                sorted(
                    Survivor(one.line, one.what)
                    for one, verdict in of_file
                    if verdict == "survived"
                )
            ),
        )
    return found


def _mutants(ground: Ground, file: str) -> tuple[Mutant, ...]:
    tree = ground.workspace.tree(file)
    if not isinstance(tree, Runbook | Library):
        return ()
    return mutants_of(ground.workspace.source(file), tree)


def _keep(ground: Ground, kept: dict[str, Mutated]) -> None:
    try:
        keep_mutated(ground.project, kept)
    except OSError as error:
        raise UsageError(f"the result cannot be kept: {error.strerror}") from error


# What came of it ---------------------------------------------------------------------------------------------------


def _rows(kept: Mapping[str, Mutated], files: Sequence[str], output: Output) -> list[str]:
    lines: list[Line] = []
    for file in files:
        one = kept[file]
        lines.append(
            heading(
                f"{file}  ",
                (f"{one.killed} of {one.faults} noticed", "wrong" if one.survivors else "good"),
                right=f"{_share([one])} %",
            )
        )
        lines += [
            heading(f"  {file}:{each.line}  survives: {each.what}", hang=4)
            for each in one.survivors
        ]
    every = [kept[one] for one in files]
    killed, faults = sum(one.killed for one in every), sum(one.faults for one in every)
    return draw(
        [*lines, BLANK, heading(f"{killed} of {faults} faults noticed · {_share(every)} %")],
        output.width,
        output.colour,
    )


def _share(every: Sequence[Mutated]) -> Decimal:
    killed, faults = sum(one.killed for one in every), sum(one.faults for one in every)
    if not faults:
        return Decimal(100)
    return (Decimal(100) * killed / faults).quantize(Decimal("0.1"), ROUND_FLOOR)


def _verdict(output: Output, every: Sequence[Mutated], least: Decimal) -> int:
    if _share(every) < least:
        output.row(f"under {least.normalize():f} %")
        return exit_codes.PROBLEMS
    return exit_codes.OK
