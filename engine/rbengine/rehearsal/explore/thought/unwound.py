"""A run that is only thought of: a failure on its way out, block by block."""

from collections.abc import Iterator

from rbengine.contract.outcomes import RETRIED_FOR_READS
from rbengine.plan import code as c
from rbengine.rehearsal.explore.thought.blocks import Block
from rbengine.rehearsal.explore.thought.course import Course, NotModelledError, Stepped
from rbengine.rehearsal.explore.thought.knowing import put
from rbengine.rehearsal.explore.thought.standing import Standing, Unwinding


class Unwound(Course):
    """Where failures of one plan go on."""

    def _unwound(
        self, here: Standing, kind: str, doubt: bool, depth: int | None = None, at: int = -1
    ) -> Iterator[Stepped]:
        """Every way in which a failure at `here` may go on. `depth`: how many blocks around it are still to be asked.

        `at`: where the fiber stands while something is taken back, if that is inside a procedure called from here.
        """
        at = here.pc if at < 0 else at
        blocks = self._blocks.around(here.pc)[:depth]
        for number in range(len(blocks) - 1, -1, -1):
            block = blocks[number]
            match block.kind:
                case "try" if not doubt and (entry := self._handler(block.begin, kind)) is not None:
                    yield 0, here._replace(pc=entry)
                    return
                case "within" if kind in RETRIED_FOR_READS and not doubt:
                    yield from self._not_yet(here, block.begin)
                    return
                case "atomic" if here.did and not doubt:
                    waiting = Unwinding(kind, here.pc, number)
                    yield 0, here._replace(pc=at, phase="back", unwinding=waiting)
                case "each":
                    here = here._replace(env=self._left(here.env, block))
                case "crowd" | "branch":
                    yield from self._branch_failed(here, block, kind)
                    return
                case _:
                    pass
        if here.calls:
            yield from self._out_of_procedure(here, kind, doubt, at)
        elif here.reading:
            yield from self._in_diagnosis(here, kind)
        elif here.section == "on breach":
            yield 0, None
        else:
            yield self._ended(here, undo=here.section != "verify")

    def _handler(self, begin: int, kind: str) -> int | None:
        around = self._code[begin]
        assert isinstance(around, c.TryBegin)
        return next((one.entry for one in around.handlers if kind in one.kinds), None)

    def _out_of_procedure(
        self, here: Standing, kind: str, doubt: bool, at: int
    ) -> Iterator[Stepped]:
        call, names = here.calls[-1]
        instruction = self._code[call]
        assert isinstance(instruction, c.CallProcedure)
        outside = here._replace(pc=call, env=names, calls=here.calls[:-1])
        if not instruction.tried or doubt:
            yield from self._unwound(outside, kind, doubt, None, at)
            return
        if instruction.bind is not None:
            names = put(names, {instruction.bind: self._terms.failure(kind)})
        yield 0, outside._replace(pc=call + 1, env=names)

    def _not_yet(self, here: Standing, begin: int) -> Iterator[Stepped]:
        """A `within` that is not there yet: look again, or give up."""
        within = self._code[begin]
        assert isinstance(within, c.WithinBegin)
        mask = self._points.side(within.until, holds=False)
        block = next(
            one
            for one in self._blocks.around(within.until)
            if one.kind == "within" and one.begin == begin
        )
        before = self._left(here.env, block)
        yield mask, here._replace(pc=begin + 1, env=before)
        if within.expired is not None:
            yield mask, here._replace(pc=within.expired)
            return
        for more, there in self._unwound(here._replace(pc=begin, env=before), "timeout", False):
            yield mask | more, there

    def _branch_failed(self, here: Standing, block: Block, kind: str) -> Iterator[Stepped]:
        """The others run to their ends before the whole fails: with the first of them by place, so with either."""
        known = here.forks[-1]
        for one in dict.fromkeys((known or kind, kind if known != "stop" else known)):
            yield 0, self._past_branch(here, block, one)
            if block.kind == "crowd":
                begin = self._code[block.begin]
                assert isinstance(begin, c.EachBegin)
                yield 0, here._replace(pc=block.begin + 1, forks=(*here.forks[:-1], one))

    def _past_branch(self, here: Standing, block: Block, how: str) -> Standing:
        """At the end of a branch that did not come to its own end."""
        return here._replace(pc=block.end, forks=(*here.forks[:-1], how))

    def _branch_over(self, here: Standing, how: str) -> Standing:
        calls = here.calls
        while True:
            counter = here.pc
            for block in reversed(self._blocks.around(counter)):
                if block.kind in ("crowd", "branch"):
                    return self._past_branch(here._replace(calls=calls), block, how)
            call, names = calls[-1]
            calls = calls[:-1]
            here = here._replace(pc=call, env=names)

    def _in_diagnosis(self, here: Standing, kind: str) -> Iterator[Stepped]:
        if kind == "check":
            yield self._read_to_the_end(here, stopped=True)
            return
        around = self._blocks.around(here.pc)
        if not around:
            yield 0, here._replace(pc=self._past_statement(here.pc))
            return
        unit = around[0]
        match unit.kind:
            case "step":
                past = here._replace(pc=self._layout.step_ends[unit.begin] + 1)
                yield 0, past._replace(env=self._left(here.env, unit))
            case "try":
                yield 0, here._replace(pc=self._layout.try_ends[unit.begin])
            case "within":
                within = self._code[unit.begin]
                assert isinstance(within, c.WithinBegin)
                yield 0, here._replace(pc=within.done, env=self._left(here.env, unit))
            case "each" | "crowd":
                each = self._code[unit.begin]
                assert isinstance(each, c.EachBegin)
                yield 0, here._replace(pc=each.end, env=self._left(here.env, unit))
            case _:
                raise NotModelledError("what fails here in a diagnosis")

    def _past_statement(self, counter: int) -> int:
        match self._code[counter]:
            case c.JumpUnless(to=to):
                before = self._code[to - 1]
                return before.to if isinstance(before, c.Jump) and before.to >= to else to
            case c.EachBegin(end=end) | c.Fork(join=end):
                return end
            case c.WithinBegin(done=done):
                return done
            case c.StepBegin():
                return self._layout.step_ends[counter] + 1
            case _:
                return counter + 1
