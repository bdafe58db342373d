"""Work spread over processes: the same results in the same order as in one, only sooner.

Workers are copies of this process, so what it has read and checked need not be read again. Each takes the next piece
when it is done with one. What a worker could not do is left out: whoever asked does it here, where a defect is told
as it always is.
"""

import os
import pickle
import selectors
import signal
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Generic, NamedTuple, NoReturn, TypeVar

T = TypeVar("T")

_LENGTH = struct.Struct("!I")

Begin = Callable[[], tuple[Callable[[int], T], Callable[[], None]]]
"""Called in each worker: what does piece number `n`, and what gives back whatever it stood on."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def spread(pieces: int, workers: int, begin: Begin[T], done: Callable[[int], None]) -> dict[int, T]:
    """The results of pieces 0 to `pieces` by number. `done` is told of each as it comes, in any order."""
    team = _Team[T](min(workers, pieces), begin)
    try:
        return team.work(pieces, done)
    finally:
        team.dismiss()


class _Worker(NamedTuple):
    """A process as seen from here: where it is told what to do, and where it answers."""

    process: int
    orders: int
    answers: int


class _Team(Generic[T]):
    def __init__(self, size: int, begin: Begin[T]) -> None:
        self._workers: list[_Worker] = []
        for _ in range(size):
            self._workers.append(self._hire(begin))

    def work(self, pieces: int, done: Callable[[int], None]) -> dict[int, T]:
        results: dict[int, T] = {}
        ahead = iter(range(pieces))
        at_work: dict[int, int] = {}
        with selectors.DefaultSelector() as selector:
            for one in self._workers:
                selector.register(one.answers, selectors.EVENT_READ, one)
                if not _give(one, ahead, at_work):
                    selector.unregister(one.answers)
            while at_work:
                for key, _ in selector.select():
                    worker: _Worker = key.data
                    answer = _read_answer(worker.answers)
                    piece = at_work.pop(worker.process)
                    if answer is None:  # it died over this piece
                        selector.unregister(worker.answers)
                        continue
                    results[piece] = pickle.loads(answer)
                    done(piece)
                    if not _give(worker, ahead, at_work):
                        selector.unregister(worker.answers)
        return results

    def dismiss(self) -> None:
        """No more orders; wait until everybody has gone. After an exception nobody is waited for who still works."""
        for one in self._workers:
            with suppress(OSError):
                os.close(one.orders)
        for one in self._workers:
            # A worker that is still at work when we leave (Ctrl-C) gets a broken pipe instead of a reader.
            with suppress(OSError):
                os.close(one.answers)
        for one in self._workers:
            with suppress(ChildProcessError):
                os.waitpid(one.process, 0)
        self._workers.clear()

    def _hire(self, begin: Begin[T]) -> _Worker:
        orders_out, orders = os.pipe()
        answers, answers_in = os.pipe()
        process = os.fork()
        if process == 0:
            for other in self._workers:
                os.close(other.orders)
                os.close(other.answers)
            os.close(orders)
            os.close(answers)
            _serve(begin, orders_out, answers_in)
        os.close(orders_out)
        os.close(answers_in)
        return _Worker(process, orders, answers)


def _give(worker: _Worker, ahead: Iterator[int], at_work: dict[int, int]) -> bool:
    """Order the next piece; False where there is none, or where the worker is gone."""
    piece = next(ahead, None)
    if piece is None:
        return False
    try:
        os.write(worker.orders, _LENGTH.pack(piece))
    except BrokenPipeError:
        return False
    at_work[worker.process] = piece
    return True


def _serve(begin: Begin[T], orders: int, answers: int) -> NoReturn:
    """The life of a worker. It never returns into the code that it is a copy of, and writes to no screen."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _silence()
        do, give_back = begin()
        while (order := _read(orders, _LENGTH.size)) is not None:
            (piece,) = _LENGTH.unpack(order)
            _write_answer(answers, pickle.dumps(do(piece)))
        os.close(answers)
        give_back()
        code = 0
    finally:
        # Neither the copied buffers of streams nor the copied exit handlers are ours to run.
        os._exit(code)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _write_answer(descriptor: int, content: bytes) -> None:
    left = memoryview(_LENGTH.pack(len(content)) + content)
    while left:
        left = left[os.write(descriptor, left) :]


def _read_answer(descriptor: int) -> bytes | None:
    head = _read(descriptor, _LENGTH.size)
    return None if head is None else _read(descriptor, _LENGTH.unpack(head)[0])


def _read(descriptor: int, size: int) -> bytes | None:
    """Exactly `size` bytes; None at the end."""
    read = bytearray()
    while len(read) < size:
        chunk = os.read(descriptor, size - len(read))
        if not chunk:
            return None
        read += chunk
    return bytes(read)
