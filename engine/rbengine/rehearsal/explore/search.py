"""The search: first every decision, then every pair of them, near ones and those that are aimed at, then the shortest.

States are values, so paths share their beginnings: each waiting state is a node, and every other thing that could
have happened there is a branch that starts from it. A branch is followed to the end of the run by what usually
happens, and leaves new branches behind.
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from zlib import crc32

import msgspec

from rbengine.plan.code import WithinBegin
from rbengine.rehearsal.explore.aims import Guide, aims
from rbengine.rehearsal.explore.frontier import Frontier
from rbengine.rehearsal.explore.node import MOST_EVENTS, Memory, Node
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.thought.graph import bits
from rbengine.rehearsal.explore.thought.script import Script
from rbengine.rehearsal.explore.trail import Path, Step
from rbengine.rehearsal.explore.ways import SILENCE, Waiting, Way, Ways
from rbengine.runtime.commands import Command, Show
from rbengine.runtime.frames import DiagnosisFrame, WithinFrame
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.notices import StepFailed

NO_TIME = timedelta(0)

UNSAYABLE = frozenset({"unauthorized", "not_found", "conflict", "invalid", "too_many"})
"""Kinds that no fault of a scenario brings about by itself."""

WORLDS = 48
"""How many paths are walked from the beginning, each in a world of its own, before branches are followed."""

USUAL, EMPTY = 0, 1

AGAIN = "again"
"""Beside a place in a memory: whether the same way was taken there twice in a row."""


class Search:
    """Explores one plan."""

    def __init__(
        self,
        points: Points,
        ways: Ways,
        inputs: tuple[Way, ...],
        guide: Guide | None = None,
    ) -> None:
        """`guide`: which pairs cannot happen, and ways to the others; asked when it matters."""
        self._points = points
        self._ways = ways
        self._inputs = inputs
        self._first: deque[tuple[Node, int, int]] = deque()
        self._pairs: deque[Node] = deque()
        self._rest = Frontier()
        self._common: dict[int, int] = {}
        code = points.plan.code
        self._own_reads = frozenset(
            counter
            for one in range(len(code))
            if isinstance(loop := code[one], WithinBegin)
            for counter in range(one, loop.done)
        )
        points.read.clear()
        self.seen = 0
        """Decisions met."""
        self.together: dict[int, int] = {}
        """For each decision, as its bit, those met on a path with it."""
        self.paths = 0
        self.steps = 0
        self._guide = guide
        self._script: Script | None = None
        self._known = 0
        self._met: dict[int, Step] = {}
        """The step at which each decision, as its bit, was met first."""
        self._led: dict[int, Memory] = {}
        self._line: list[tuple[Node, int]] = []
        """The nodes of the path that was aimed last with the ways taken: the next one shares their beginning."""
        self._followed: Path | None = None
        """The path that was aimed last."""
        self._world = USUAL
        self._charting = False
        """Whether nodes remember where worlds went, so that two worlds share their beginnings."""
        self.healed: Memory = {}
        """What was answered in a diagnosis that found nothing: the world after everything is well."""

    def run(self, most: int, each: Callable[[Path], None]) -> None:
        """Walk up to `most` paths and hand each to `each`."""
        self._rest.wanted = most
        waiting = Waiting(counter=-1, about="start", ways=self._inputs)
        root = Node(begin(self._points.plan), waiting, None, 0, {}, ("", 0, ""), [], {})
        self._first.extend((root, number, 0) for number in range(len(self._inputs)))
        for path in self._all(root):
            self.paths += 1
            self._rest.wanted -= 1
            self._note(path)
            each(path)
            if self.paths >= most:
                return

    def _all(self, root: Node) -> Iterator[Path]:
        """Every path, none twice. Between two of them the one before is noted."""
        # Whole worlds first: what needs several answers at once is far from any single one.
        self._charting = True
        for self._world in range(WORLDS):
            branch = self._along(root)
            if branch is not None:  # a world unlike those before it
                yield self._walk(*branch)
        self._charting, self._world = False, USUAL
        while (branch := self._near()) is not None:
            yield self._walk(*branch)
        aimed: set[tuple[int, ...]] = set()
        for path in self._aimed(root):
            aimed.add(_numbers(path))
            yield path
        while (branch := self._near() or self._rest.take()) is not None:
            path = self._walk(*branch)
            if not aimed or _numbers(path) not in aimed:
                yield path

    def _aimed(self, root: Node) -> Iterator[Path]:
        """Paths towards two decisions which no path has taken together so far."""
        if self._guide is None:
            return
        tries = self._rest.wanted
        for script in aims(self._guide, self._counted, self.together, self._led_to):
            tries -= 1
            if tries < 0:
                return
            script.begin()
            self._script = script
            start = self._parting(root)
            path = None if start is None else self._walk(*start)
            self._script = None
            self._followed = path or self._followed
            script.path = self._followed
            if path is not None and self._brings_pairs(path.mask & self._counted()):
                is_news = bool(path.mask & ~self.seen)
                yield path  # it is like none before it
                if is_news:
                    yield from self._around()

    def _around(self) -> Iterator[Path]:
        """What else can happen on the path that was aimed last: it came where none had come before."""
        for node, taken in self._line[1:]:
            self._leave(node, taken)
        while (branch := self._near()) is not None:
            yield self._walk(*branch)

    def _counted(self) -> int:
        return sum(1 << one.number for one in self._points.all if not one.value)

    def _brings_pairs(self, mask: int) -> bool:
        return any(mask & ~self.together.get(one, 0) for one in bits(mask))

    def _led_to(self, decision: int) -> Memory:
        """The ways that led to a decision when it was met first, where each was taken for the first time."""
        found = self._led.get(decision)
        if found is None:
            found = self._led[decision] = {}
            step = self._met.get(decision)
            for one in () if step is None else step.all():
                found.setdefault((one.counter, one.about), one.way_number)
        return found

    def _parting(self, root: Node) -> tuple[Node, int] | None:
        """Where the script leaves the path that was aimed last, and how; None where it never does."""
        if not self._line:
            self._line.append((root, self._towards(root)))
            return self._line[0]
        for place, (node, taken) in enumerate(self._line):
            # Answers may have been made since it was walked.
            node.waiting = self._ways.of(node.state) or node.waiting
            number = self._towards(node)
            if number != taken:
                del self._line[place:]
                self._line.append((node, number))
                return node, number
        return None

    def _towards(self, node: Node) -> int:
        """The way that the script takes here; where it says none, the usual one."""
        assert self._script is not None
        return self._script.take(node.waiting, self._usual(node))

    def _along(self, root: Node) -> tuple[Node, int] | None:
        """From the root as this world answers, up to where no world before has gone; None where that is the end."""
        node = root
        while True:
            number = self._usual(node)
            if number not in node.after:
                if number in node.left:
                    node.left.remove(number)
                return node, number
            following = node.after[number]
            if following is None:
                return None
            node = following

    def _near(self) -> tuple[Node, int] | None:
        """A branch that is a decision not met so far, or makes a pair with those before it."""
        while self._first:
            node, number, new = self._first.popleft()
            if number in node.after:
                continue
            if node.step is None or new & ~self.seen:
                return node, number
            self._later(msgspec.structs.replace(node, left=[number]))
        while self._pairs:
            node = self._pairs[0]
            found = next((one for one in node.left if self._is_new_pair(node, one)), None)
            if found is not None:
                node.left.remove(found)
                return node, found
            self._pairs.popleft()
            self._rest.add(node)
        return None

    def _is_new_pair(self, node: Node, number: int) -> bool:
        mask = node.waiting.ways[number].mask
        around = node.mask | mask
        together = self.together
        while mask:
            low = mask & -mask
            if around & ~together.get(low, 0):
                return True
            mask ^= low
        return False

    def _has_new_pair(self, node: Node) -> bool:
        """Whether any way out of `node` may be one: asked of all its ways at once, since nearly always none is."""
        ways = node.waiting.ways
        if node.mask & ~self._common.get(id(ways), 0) == 0:
            return False
        common = -1
        together = self.together
        for way in ways:
            mask = way.mask
            while mask:
                low = mask & -mask
                common &= together.get(low, 0)
                mask ^= low
        self._common[id(ways)] = common
        return bool(node.mask & ~common)

    def _note(self, path: Path) -> None:
        mask = rest = path.mask
        self.seen |= mask
        together = self.together
        while rest:
            low = rest & -rest
            together[low] = together.get(low, 0) | mask
            rest ^= low
        diagnosis = path.state.course.diagnosis
        if (
            not self.healed
            and diagnosis is not None
            and not diagnosis.stopped
            and all(one == "not found" for one in diagnosis.verdicts)
        ):
            self.healed = {(step.counter, step.about): step.way_number for step in path.last.all()}

    def _walk(self, node: Node, number: int) -> Path:
        """From a branch to the end of the run."""
        events = 0
        surprise = 0 if node.step is None else 1
        while True:
            events += 1
            waiting = node.waiting
            way = waiting.ways[number]
            state, commands = advance(node.state, way.make(node.state))
            self.steps += 1
            passed = way.mask | self._points.taken(commands)
            if number == node.again:
                passed |= self._again(node)
            mask = node.mask | passed
            before = node.step
            people = before.people if before is not None else NO_TIME
            if waiting.about == "people":
                people += state.now - node.state.now
            step = Step(
                before, waiting.counter, waiting.about, way, number, state.now,
                before.length + 1 if before is not None else 1, people,
                before.surprises + surprise if before is not None else surprise,
                (before.unsayable if before is not None else 0) + (way.refusal in UNSAYABLE),
                passed,
            )  # fmt: skip
            surprise = 0
            fresh = mask & ~self._known
            if fresh:
                self._known |= fresh
                self._met.update(dict.fromkeys(bits(fresh), step))
            failed_at = _failure(commands) or node.failed_at
            following = None if state.course.finished else self._ways.of(state)
            if following is None or events > MOST_EVENTS:
                if self._charting:
                    node.after[number] = None
                return Path(
                    last=step, state=state, mask=mask, failed_at=failed_at,
                    cut=not state.course.finished,
                )  # fmt: skip
            memory = node.memory
            if len(waiting.ways) > 1:
                place = (waiting.counter, waiting.about)
                again = (waiting.counter, AGAIN)
                memory = {**memory, place: number}
                if waiting.attempt == 1:
                    memory[again] = int(number == node.again)
            after = Node(state, following, step, mask, memory, failed_at, [], {})
            if self._charting:
                node.after[number] = after
            node = after
            if self._script is None:
                number = self._usual(node)
                self._leave(node, number)
            else:
                number = self._towards(node)
                surprise = int(number != self._usual(node))
                self._line.append((node, number))

    def _leave(self, node: Node, taken: int) -> None:
        """Queue every other way out of `node`."""
        ways = node.waiting.ways
        if len(ways) == 1:
            return
        seen = self.seen
        for number in range(len(ways) - 1, -1, -1):
            if number == taken:
                continue
            mask = ways[number].mask
            if number == node.again:
                mask |= self._again(node)
            if mask & ~seen:
                self._first.append((node, number, mask))
            else:
                node.left.append(number)
        if node.left:
            self._later(node)

    def _later(self, node: Node) -> None:
        """Queue `node` where it belongs. No more wait for their pairs than there are paths to walk."""
        if len(self._pairs) < self._rest.wanted and self._has_new_pair(node):
            self._pairs.append(node)
        else:
            self._rest.add(node)

    def _again(self, node: Node) -> int:
        """That nothing changes any more is a decision of its own: for every answer of what a `within` reads itself,
        once for each call of a diagnosis read again."""
        waiting = node.waiting
        which = f" {node.again}" if waiting.counter in self._own_reads else ""
        return self._points.bit(waiting.counter, f"the same again{which}", value=True)

    def _at_first(self, waiting: Waiting) -> int:
        """The first answer of a call in the world that is tried: the usual one, an empty one, or one by its number."""
        if self._world == USUAL or waiting.about not in ("call", "start"):
            return 0
        if waiting.about == "start":
            return 0 if self._world == EMPTY else self._world % len(waiting.ways)
        answers = [n for n, way in enumerate(waiting.ways) if way.answer is not None]
        if not answers:
            return 0
        if self._world == EMPTY:
            return next((n for n in answers if _is_empty(waiting.ways[n])), 0)
        return answers[crc32(f"{self._world} {waiting.counter}".encode()) % len(answers)]

    def _usual(self, node: Node) -> int:
        """What usually happens: calls succeed, people approve, what went wrong stays, what is waited for comes."""
        waiting = node.waiting
        ways = waiting.ways
        if len(ways) == 1:
            return 0
        place = (waiting.counter, waiting.about)
        last = node.memory.get(place)
        if last is None or last >= len(ways):  # a list may be shorter than it was
            return self._at_first(waiting)
        if waiting.attempt > 1 or ways[last].words == SILENCE:
            return last
        if waiting.about != "call":
            return 0
        fiber = node.state.fibers[node.state.calls[min(node.state.calls)].fiber]
        if any(isinstance(one, WithinFrame) for one in fiber.frames):
            node.again = last
            if node.memory.get((waiting.counter, AGAIN)):
                return last  # it was the same twice, so it stays the same
        for frame in reversed(fiber.frames):
            if isinstance(frame, DiagnosisFrame):
                if frame.purpose == "until":
                    return self.healed.get(place, 0)
                break
            if isinstance(frame, WithinFrame):
                # The next answer, and the next: one of them is what is waited for.
                following = last + 1
                return following if following < len(ways) and ways[following].answer else 0
        return last if ways[last].answer is not None else 0


def _is_empty(way: Way) -> bool:
    """Whether its answer is absent, or a list without items."""
    return way.answer is not None and any(
        not leaf.path and (value is None or (value == 0 and value is not False))
        for leaf, value in way.answer.values
    )


def _failure(commands: tuple[Command, ...]) -> tuple[str, int, str] | None:
    found = None
    for command in commands:
        if type(command) is Show:
            notice = command.notice
            if type(notice) is StepFailed and not notice.handled:
                found = (*notice.origin, notice.kind)
    return found


def _numbers(path: Path) -> tuple[int, ...]:
    """The ways that it took: no other path took the same."""
    return tuple(step.way_number for step in path.last.all())
