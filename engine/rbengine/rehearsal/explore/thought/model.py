"""A run that is only thought of: where it may stand, and where it may go on from there, without values.

It stands at one instruction, inside procedures and readings of the diagnosis, and knows what was decided so far: which
findings held, and facts about answers that later conditions ask for. It may do more than a run can, never less, so what
it cannot do no run does. Two things are simplified, both towards more: the branches of a `parallel` run one after the
other, and how often something is repeated is not counted.
"""

from collections.abc import Iterator, Mapping

from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan, SectionSpec
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.thought.blocks import Block, emptiness, read_by
from rbengine.rehearsal.explore.thought.course import NotModelledError, Stepped
from rbengine.rehearsal.explore.thought.deciding import Deciding, Move, oddly
from rbengine.rehearsal.explore.thought.facts import Judgement
from rbengine.rehearsal.explore.thought.knowing import put
from rbengine.rehearsal.explore.thought.standing import Standing
from rbengine.rehearsal.explore.thought.terms import MAYBE, UNSEEN, Terms
from rbengine.rehearsal.explore.thought.waits import Chance, Outcome, Waits
from rbengine.rehearsal.explore.ways import Way
from rbengine.runtime.layout import bound_names


class Model(Deciding):
    """The thought run of one plan."""

    def __init__(
        self, plan: Plan, points: Points, terms: Terms, judgement: Judgement, waits: Waits
    ) -> None:
        super().__init__(plan, points, terms, judgement)
        self._waits = waits
        self._entries = {one.name: one.entry for one in plan.procedures}

    def start(self) -> Stepped:
        """Where a run begins."""
        mask, there = self._read(Standing(0, "diagnose"), "first", None)
        return (mask, None) if there is None else self._on(there)

    def beside(self, section: SectionSpec) -> Stepped:
        """Where what runs beside the run begins: at any time, so nothing is known of names."""
        bound = (name for one in self._code for name in bound_names(one))
        names = {**dict.fromkeys(bound, MAYBE), **self._base}
        return self._on(Standing(section.entry, "on breach", tuple(sorted(names.items()))))

    def asked_at(self, counter: int) -> tuple[Way, ...]:
        """What people may answer to the question at `counter`."""
        instruction = self._code[counter]
        kind = instruction.question.kind if isinstance(instruction, c.Pose) else "plan"
        return self._waits.asked(counter, kind)

    # -- what may happen ------------------------------------------------------------------

    def moves(self, here: Standing) -> Iterator[Move]:
        """Every way on from `here`, which is no place that a run passes without a choice."""
        instruction = self._code[here.pc]
        if here.phase:
            yield from self._waited(here)
            return
        names = dict(here.env)
        goes, raises = self._may_raise(instruction, names)
        if raises:
            yield from oddly(self._raised(here, instruction, raises))
        if not goes:
            return
        match instruction:
            case c.JumpUnless(condition=condition, to=to):
                for holds, said in self._sides(here, condition):
                    follows = here._replace(pc=here.pc + 1 if holds else to)
                    yield self._move(self._side(here.pc, holds), follows, said)
            case c.CheckThat(condition=condition):
                for holds, said in self._sides(here, condition):
                    bit = self._side(here.pc, holds)
                    if holds:
                        yield self._move(bit, here._replace(pc=here.pc + 1), said)
                    else:
                        yield from self._failed(
                            self._knowing(here, said), "check", mask=bit, said=said
                        )
            case c.Until(condition=condition, begin=begin):
                for holds, said in self._sides(here, condition):
                    bit = self._side(here.pc, holds)
                    if holds:
                        yield self._move(bit, here._replace(pc=self._within(begin).done), said)
                    else:
                        ends = self._not_yet(self._knowing(here, said), begin)
                        yield from self._landed(ends, bit, None, said)
            case c.Judge(finding=number):
                yield from self._judged(here, number)
            case c.EachBegin():
                yield from self._each(here, instruction)
            case c.EachEnd() | c.GiveItem() | c.SkipItem():
                yield from self._next_item(here)
            case c.BranchEnd():
                yield from self._fork_failed(here)
            case c.MakeChange(change=change):
                yield self._move(0, here._replace(phase=self._waits.first(here.pc)))
                if all(isinstance(one, c.EachPart | c.IfPart) for one in change.parts):
                    yield self._move(0, self._bound(here, instruction.bind, None, answered=True))
                if any(isinstance(one, c.EachPart) for one in change.parts):
                    yield from oddly(self._failed(here, "too_many"))
            case c.Sleep(duration=span) | c.WithinBegin(duration=span):
                yield self._move(0, here._replace(pc=here.pc + 1))
                if not isinstance(span, ex.Constant):
                    yield from oddly(self._failed(here, "too_many"))
            case c.Let(name=name, value=value) if (
                items := self._terms.empty_or_raises(value, names)
            ) is not None:
                nothing = {name: self._terms.constant(())}
                past = here._replace(pc=here.pc + 1, env=put(here.env, nothing))
                for is_empty, said in self._sides(here, emptiness(items)):
                    if is_empty:
                        yield self._move(0, past, said)
            case _:
                yield self._passed(here, instruction)

    def _passed(self, here: Standing, instruction: c.Instruction) -> Move:
        """On past what can only raise."""
        if isinstance(instruction, c.Invoke | c.Read | c.Pose):
            return self._move(0, here._replace(phase=self._waits.first(here.pc)))
        mask, after = self._step(here, instruction)
        more, there = (0, None) if after is None else self._on(after)
        return Move(mask | more, there)

    def _may_raise(
        self, instruction: c.Instruction, names: Mapping[str, int]
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether it may be done here, and how it may fail before anything is done."""
        goes, lacks, beyond = True, False, False
        for expr in read_by(instruction):
            may_go, may_lack, may_go_beyond = self._terms.raises(expr, names)
            goes, lacks, beyond = goes and may_go, lacks or may_lack, beyond or may_go_beyond
        if isinstance(instruction, c.Pose) and instruction.question.source is not None:
            beyond = True  # there may be nothing to choose from
        kinds = (("not known",) if lacks else ()) + (("invalid",) if beyond else ())
        return goes or _is_bold(instruction), kinds

    def _raised(
        self, here: Standing, instruction: c.Instruction, kinds: tuple[str, ...]
    ) -> Iterator[Move]:
        if isinstance(instruction, c.Until):
            yield from self._landed(self._not_yet(here, instruction.begin), 0)
            return
        mask = self._side(here.pc, False) if isinstance(instruction, c.CheckThat) else 0
        for kind in kinds:
            yield from self._failed(here, kind, mask=mask)

    def _waited(self, here: Standing) -> Iterator[Move]:
        if here.phase == "broken":
            yield from self._failed(here._replace(phase=""), "unavailable")
            return
        retried = self._is_retried(here)
        for chance in self._waits.of(here.pc, here.phase, retried=retried):
            mask = 0 if chance.way is None else self._points.counted(chance.way.mask)
            yield from self._outcome(here, chance, mask)

    def _outcome(self, here: Standing, chance: Chance, mask: int) -> Iterator[Move]:
        outcome = chance.outcome
        there = here
        if outcome.did and not self._stays(here.pc):
            there = here._replace(did=True)
        match outcome.then:
            case "phase":
                more, to = self._on(there._replace(phase=outcome.phase))
                yield Move(mask | more, to, chance)
            case "on":
                more, to = self._went_on(there._replace(phase=""), outcome)
                yield Move(mask | more, to, chance)
            case "fail":
                failed = there._replace(phase="")
                yield from self._failed(failed, outcome.kind, outcome.doubt, mask, chance=chance)
            case "done" if here.unwinding is not None:
                waiting = here.unwinding
                back = there._replace(phase="", pc=waiting.pc, unwinding=None)
                ends = self._unwound(back, waiting.kind, False, waiting.depth, here.pc)
                yield from self._landed(ends, mask, chance)
            case "done":
                yield Move(mask, None, chance)

    def _stays(self, counter: int) -> bool:
        """Whether what is changed there can never be taken back."""
        change = self._code[counter]
        return isinstance(change, c.MakeChange) and isinstance(
            change.change.undo, c.IrreversibleUndo
        )

    def _went_on(self, here: Standing, outcome: Outcome) -> Stepped:
        instruction = self._code[here.pc]
        if isinstance(instruction, c.Pose) and instruction.question.kind == "manual":
            return self._after_manual(here, instruction)
        bind = getattr(instruction, "bind", None)
        value = None
        if outcome.chosen is not None:
            value = self._terms.constant(outcome.chosen)
        elif outcome.failed is not None:
            value = self._terms.failure(outcome.failed)
        return self._on(self._bound(here, bind, value, answered=outcome.answered))

    def _after_manual(self, here: Standing, instruction: c.Pose) -> Stepped:
        after = self._bound(here, instruction.bind, None, answered=True)
        if here.section != "resolve" or here.reading:
            return self._on(after)
        left = self._what_is_left(after.pc)
        if isinstance(self._code[left], c.SectionEnd):
            return self._on(after)
        mask = self._side(left, False) if isinstance(self._code[left], c.CheckThat) else 0
        more, reading = self._read(after, "manual", (after.pc, after.env, after.calls))
        last, there = (0, None) if reading is None else self._on(reading)
        return mask | more | last, there

    def _what_is_left(self, counter: int) -> int:
        """The next instruction that is no end: the machine looks at it when it asks whether anything is left."""
        while True:
            match self._code[counter]:
                case c.StepEnd() | c.AtomicEnd():
                    counter += 1
                case c.Jump(to=to) | c.TryEnd(to=to) if to > counter:
                    counter = to
                case _:
                    return counter

    # -- on to the next choice ------------------------------------------------------------

    def _on(self, here: Standing) -> Stepped:
        """On until something can happen in more than one way."""
        mask = 0
        now: Standing | None = here
        while now is not None:
            mask |= self._points.entered(now.pc) if not now.phase else 0
            if now.phase or self._is_choice(now):
                return mask, self._kept(now)
            more, now = self._step(now, self._code[now.pc])
            mask |= more
        return mask, None

    def _is_choice(self, here: Standing) -> bool:
        instruction = self._code[here.pc]
        match instruction:
            case (
                c.JumpUnless() | c.CheckThat() | c.Until() | c.Judge() | c.EachBegin() | c.EachEnd()
                | c.GiveItem() | c.SkipItem() | c.MakeChange()
            ):  # fmt: skip
                return True
            case c.BranchEnd():
                return self._is_last_branch(here) and bool(here.forks[-1])
            case c.Sleep(duration=span) | c.WithinBegin(duration=span) if not isinstance(
                span, ex.Constant
            ):
                return True
            case _:
                return bool(self._may_raise(instruction, dict(here.env))[1])

    def _step(self, here: Standing, instruction: c.Instruction) -> tuple[int, Standing | None]:
        """Past an instruction that has one way on; also where it stands then is looked at by `_on`."""
        following = here._replace(pc=here.pc + 1)
        match instruction:
            case c.Invoke() | c.Read() | c.Pose():
                return 0, here._replace(phase=self._waits.first(here.pc))
            case c.Jump(to=to) | c.TryEnd(to=to):
                return 0, here._replace(pc=to)
            case c.Let(name=name, value=value):
                return 0, self._named(here, name, self._terms.of(value, dict(here.env)))
            case c.CallProcedure(procedure=procedure, arguments=arguments):
                names = dict(here.env)
                inside = self._base | {
                    one.name: self._lasting(self._terms.of(one.value, names)) for one in arguments
                }
                if any(at == here.pc for at, _ in here.calls):
                    raise NotModelledError("a procedure that calls itself")
                return 0, here._replace(
                    pc=self._entries[procedure],
                    env=tuple(sorted(inside.items())),
                    calls=(*here.calls, (here.pc, here.env)),
                )
            case c.Return(value=expr):
                return 0, self._returned(here, expr)
            case c.Fork(entries=entries, join=join):
                if not entries:
                    return 0, here._replace(pc=join)
                return 0, here._replace(pc=entries[0], forks=(*here.forks, ""))
            case c.BranchEnd():
                return 0, self._next_branch(here)
            case c.Rediagnose():
                if here.reading:
                    raise NotModelledError("a diagnosis inside a diagnosis")
                return self._read(here, "until", (here.pc, here.env, here.calls))
            case c.StopRun(outcome=outcome):
                return self._stopped(here, outcome)
            case c.SectionEnd() if here.reading:
                return self._read_to_the_end(here, stopped=False)
            case c.SectionEnd():
                return self._section_ended(here)
            case _:
                return 0, following

    def _returned(self, here: Standing, expr: ex.Expr | None) -> Standing:
        call, names = here.calls[-1]
        instruction = self._code[call]
        assert isinstance(instruction, c.CallProcedure)
        term = self._terms.constant(None) if expr is None else self._terms.of(expr, dict(here.env))
        term = self._lasting(term)
        if instruction.bind is not None:
            names = put(names, {instruction.bind: term})
        return here._replace(pc=call + 1, env=names, calls=here.calls[:-1])

    def _named(self, here: Standing, name: str, term: int) -> Standing:
        """Past a `let`. What is too involved to be decided is a value of its own: the same whenever it is asked for."""
        term = self._lasting(term)
        if term >= 0 and self._terms.is_involved(term):
            given = self._given(here)
            here = self._forgotten(here, given.name)
            term = self._terms.answer(given)
        return here._replace(pc=here.pc + 1, env=put(here.env, {name: term}))

    def _lasting(self, term: int) -> int:
        """What a name stands for that is given this value now: the moment is not kept."""
        return UNSEEN if term < 0 or self._terms.is_timed(term) else term

    def _is_last_branch(self, here: Standing) -> bool:
        block = self._innermost(here.pc, "branch")
        return block.slot == len(self._fork(block).entries) - 1

    def _next_branch(self, here: Standing) -> Standing:
        block = self._innermost(here.pc, "branch")
        fork = self._fork(block)
        if block.slot < len(fork.entries) - 1:
            return here._replace(pc=fork.entries[block.slot + 1])
        return here._replace(pc=fork.join, forks=here.forks[:-1])

    def _fork_failed(self, here: Standing) -> Iterator[Move]:
        """All branches have ended, and one of them failed."""
        block = self._innermost(here.pc, "branch")
        kind = here.forks[-1]
        whole = here._replace(pc=block.begin, forks=here.forks[:-1])
        if kind == "stop":
            yield Move(0, None)
        else:
            yield from self._failed(whole, kind)

    def _fork(self, block: Block) -> c.Fork:
        fork = self._code[block.begin]
        assert isinstance(fork, c.Fork)
        return fork

    def _within(self, begin: int) -> c.WithinBegin:
        within = self._code[begin]
        assert isinstance(within, c.WithinBegin)
        return within

    def _innermost(self, counter: int, *kinds: str) -> Block:
        return next(one for one in reversed(self._blocks.around(counter)) if one.kind in kinds)

    def _each(self, here: Standing, instruction: c.EachBegin) -> Iterator[Move]:
        names = {} if instruction.collect is None else {instruction.collect: UNSEEN}
        past = here._replace(pc=instruction.end, env=put(here.env, names))
        inside = here._replace(pc=here.pc + 1, env=put(here.env, {instruction.name: UNSEEN}))
        if instruction.at_a_time > 1:
            inside = inside._replace(forks=(*here.forks, ""))
        for is_empty, said in self._sides(here, emptiness(instruction.items)):
            yield self._move(0, past if is_empty else inside, said)
        yield from oddly(self._failed(here, "too_many"))

    def _next_item(self, here: Standing) -> Iterator[Move]:
        block = self._innermost(here.pc, "each", "crowd", "branch")
        if block.kind == "branch":
            raise NotModelledError("an item that is given in a `parallel`")
        begin = self._code[block.begin]
        assert isinstance(begin, c.EachBegin)
        env = self._left(here.env, block)
        again = here._replace(pc=block.begin + 1, env=put(env, {begin.name: UNSEEN}))
        yield self._move(0, again)
        names = {} if begin.collect is None else {begin.collect: UNSEEN}
        past = here._replace(pc=begin.end, env=put(env, names))
        if block.kind == "each":
            yield self._move(0, past)
            return
        kind = here.forks[-1]
        past = past._replace(forks=here.forks[:-1])
        if not kind:
            yield self._move(0, past)
        elif kind == "stop":
            yield Move(0, None)
        else:
            yield from self._failed(past._replace(pc=block.begin), kind)

    def _is_retried(self, here: Standing) -> bool:
        """Whether a call here that is refused for a time is made again by a step around it."""
        for counter in (here.pc, *(call for call, _ in reversed(here.calls))):
            for block in reversed(self._blocks.around(counter)):
                begin = self._code[block.begin]
                if block.kind == "within":
                    return False
                if isinstance(begin, c.StepBegin) and begin.retry is not None:
                    return True
        return False


def _is_bold(instruction: c.Instruction) -> bool:
    """Whether it is known too little of what it reads to say that it cannot be done."""
    return isinstance(instruction, c.MakeChange | c.Pose)
