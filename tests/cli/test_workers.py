"""Work spread over processes."""

import os
import signal
from collections.abc import Callable

from rbengine.cli.workers import spread


def squares() -> tuple[Callable[[int], int], Callable[[], None]]:
    return (lambda piece: piece * piece), _nothing


def _nothing() -> None:
    return


def test_every_piece_has_its_result_whoever_did_it() -> None:
    """Also with more pieces than workers, and more workers than pieces."""
    for pieces, workers in ((20, 3), (2, 8), (1, 1)):
        told: list[int] = []
        assert spread(pieces, workers, squares, told.append) == {n: n * n for n in range(pieces)}
        assert sorted(told) == list(range(pieces))


def test_workers_are_processes_of_their_own() -> None:
    """What one of them does to its memory is not seen here."""
    found = spread(4, 2, lambda: ((lambda _piece: os.getpid()), _nothing), lambda _piece: None)
    assert os.getpid() not in found.values()
    assert len(set(found.values())) <= 2


def test_large_results_come_whole() -> None:
    """A pipe holds 64 KiB, a journal may be longer."""
    size = 1_000_000
    found = spread(3, 2, lambda: ((lambda piece: bytes([piece]) * size), _nothing), lambda _n: None)
    assert {piece: len(content) for piece, content in found.items()} == dict.fromkeys(
        range(3), size
    )


def test_what_a_worker_cannot_do_is_left_out() -> None:
    """An exception ends that worker, the others go on: whoever asked does the rest and sees the exception."""

    def begin() -> tuple[Callable[[int], int], Callable[[], None]]:
        def do(piece: int) -> int:
            if piece == 1:
                raise ValueError("not this one")
            return piece

        return do, _nothing

    assert spread(6, 2, begin, lambda _piece: None) == {n: n for n in range(6) if n != 1}


def test_a_worker_that_is_killed_leaves_its_piece() -> None:
    """The kernel may take any of them for its memory."""

    def begin() -> tuple[Callable[[int], int], Callable[[], None]]:
        def do(piece: int) -> int:
            if piece == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return piece

        return do, _nothing

    assert spread(5, 2, begin, lambda _piece: None) == {n: n for n in range(1, 5)}


def test_nobody_is_left_behind() -> None:
    """No children, no open pipes."""
    # Other tests of this process may have children of their own, such as the watcher of a database server.
    before, children = len(os.listdir("/proc/self/fd")), set(_children())
    spread(5, 3, squares, lambda _piece: None)
    assert len(os.listdir("/proc/self/fd")) == before
    assert set(_children()) <= children


def test_everybody_gives_back_what_they_stood_on(tmp_path: object) -> None:
    """A database of each, for instance."""
    folder = str(tmp_path)

    def begin() -> tuple[Callable[[int], int], Callable[[], None]]:
        def give_back() -> None:
            with open(f"{folder}/{os.getpid()}", "w", encoding="utf-8"):
                pass

        return (lambda piece: piece), give_back

    spread(6, 2, begin, lambda _piece: None)
    assert len(os.listdir(folder)) == 2


def _children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as found:
        return found.read().split()
