"""Everything wrong with many files: from the cache where nothing has changed, the rest on all cores.

The answer is the same whichever way it comes about: files are judged one by one, in whatever process.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rbengine.cli.ground import Ground
from rbengine.diagnostics import Diagnostic
from rbengine.facts.cache import Learned, facts_digest
from rbengine.facts.file_answers import FileAnswer, FileAnswers
from rbengine.syntax.nodes import Scenarios
from rbengine.syntax.nodes.scenarios import NotCovered
from rbengine.workspace.paths import runbook_path

ENOUGH = 64
"""Files below which other processes cost more than they save."""
_PIECE = 16


class _Judged(NamedTuple):
    """What a worker found out about a few files."""

    answers: dict[str, FileAnswer]
    learned: Learned | None


def problems_of(
    ground: Ground, files: Iterable[str], *, workers: int | None = None
) -> dict[str, tuple[Diagnostic, ...]]:
    """Everything wrong with each of `files`, in their order. `workers`: by default one for each core."""
    workspace = ground.workspace
    answers = FileAnswers(
        ground.project.root,
        workspace,
        facts_digest(ground.schema[1], workspace.policy().sql_functions),
    )
    found: dict[str, FileAnswer] = {}
    left: list[str] = []
    order = list(files)
    for path in order:
        known = answers.known(path)
        if known is None:
            left.append(path)
        else:
            found[path] = known
    for path, answer in _judged(ground, left, workers).items():
        answers.keep(path, answer)
        found[path] = answer
    if ground.described:
        ground.facts.use(key for one in found.values() for key in one.facts)
    answers.save()
    return {path: found[path].problems for path in order}


def look_again(ground: Ground, files: Iterable[str]) -> None:
    """Ask the schema everything that `files` ask of it, also those whose answers came from the cache."""
    _judge(ground, list(files))


def _judged(ground: Ground, files: Sequence[str], workers: int | None) -> dict[str, FileAnswer]:
    if len(files) < ENOUGH:
        return _judge(ground, files)
    # Few files need none of what other processes are spoken to with.
    from rbengine.cli.workers import cores, spread

    workers = cores() if workers is None else workers
    if workers < 2:
        return _judge(ground, files)
    # The first file brings the checker into memory, and the server up where one is needed: workers share both.
    found = _judge(ground, files[:1])
    pieces = [files[start : start + _PIECE] for start in range(1, len(files), _PIECE)]

    def begin() -> tuple[Callable[[int], _Judged], Callable[[], None]]:
        ground.forget_what_runs()
        if ground.described:
            ground.facts.forget_live()
        return (lambda number: _piece(ground, pieces[number])), lambda: ground.__exit__(
            None, None, None
        )

    for judged in spread(len(pieces), workers, begin, lambda _: None).values():
        found |= judged.answers
        if judged.learned is not None:
            ground.facts.learn(judged.learned)
    # What no worker has answered is judged here, where a defect is told as it always is.
    return found | _judge(ground, [path for path in files if path not in found])


def _piece(ground: Ground, files: Sequence[str]) -> _Judged:
    answers = _judge(ground, files)
    return _Judged(answers, ground.facts.learned() if ground.described else None)


def _judge(ground: Ground, files: Sequence[str]) -> dict[str, FileAnswer]:
    found: dict[str, FileAnswer] = {}
    for path in files:
        _noted(ground)
        problems = (*ground.workspace.problems(path), *_unaccounted(ground, path))
        found[path] = FileAnswer(problems, _noted(ground))
    return found


def _unaccounted(ground: Ground, path: str) -> tuple[Diagnostic, ...]:
    """Lines of a scenarios file that account for points which its runbook has not."""
    tree = ground.workspace.tree(path)
    beside = runbook_path(path)
    if (
        not isinstance(tree, Scenarios)
        or not any(isinstance(one, NotCovered) for one in tree.parts)
        or beside is None
        or beside not in ground.texts
        or ground.workspace.kind(beside) != "runbook"
        or ground.errors_of_plan(beside)
    ):
        return ()
    return ground.session().accounts(beside).problems


def _noted(ground: Ground) -> tuple[str, ...]:
    """What was asked of the schema since the last time."""
    return tuple(sorted(ground.facts.note())) if ground.described else ()
