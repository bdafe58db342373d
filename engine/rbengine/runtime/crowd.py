"""Several fibers at once: `parallel`, and loops with `at a time`."""

from msgspec.structs import replace

from rbengine.contract.values import Datum, Value
from rbengine.plan import code as c
from rbengine.runtime.frames import BranchFrame, CrowdFrame, Failing
from rbengine.runtime.names import Names
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn


def fork(turn: Turn, fiber: Fiber, instruction: c.Fork) -> Fiber | None:
    """Start one fiber for each branch, in written order, and wait for all of them."""
    if not instruction.entries:
        return Fiber(fiber.number, instruction.join, fiber.names, fiber.frames)
    count = len(instruction.entries)
    frame = CrowdFrame(fiber.pc, Datum(()), count, count, fiber.names)
    turn.park(Fiber(fiber.number, fiber.pc, fiber.names, (*fiber.frames, frame)))
    for slot, entry in enumerate(instruction.entries):
        _start(turn, fiber.number, slot, None, entry, fiber.names)
    return None


def loop(
    turn: Turn, fiber: Fiber, instruction: c.EachBegin, items: tuple[Value, ...]
) -> Fiber | None:
    """Start as many items as may run at a time, in their order, and wait."""
    count = min(instruction.at_a_time, len(items))
    frame = CrowdFrame(fiber.pc, Datum(items), count, count, fiber.names)
    turn.park(Fiber(fiber.number, fiber.pc, fiber.names, (*fiber.frames, frame)))
    for slot in range(count):
        _start_item(turn, fiber, instruction, items, slot)
    return None


def branch_ended(turn: Turn, fiber: Fiber, given: Datum | None) -> None:
    """One fiber of a crowd came to its end; `given` is what a loop's item gave."""
    frame = fiber.frames[0]
    assert isinstance(frame, BranchFrame)
    del turn.fibers[fiber.number]
    parent = turn.fibers[frame.parent]
    crowd = _crowd_of(parent)
    instruction = turn.plan.code[crowd.begin]
    if isinstance(instruction, c.Fork):
        names = crowd.names
        for name in turn.layout.branch_names[instruction.entries[frame.slot]]:
            if name in fiber.names:
                names = names.insert(name, fiber.names[name])
        crowd = replace(crowd, names=names)
    elif given is not None:
        crowd = replace(crowd, given=crowd.given.insert(str(frame.slot), given.value))
    _one_less(turn, parent, crowd)


def branch_failed(turn: Turn, fiber: Fiber, failing: Failing) -> None:
    """One fiber failed: no further item is started, those that run come to their end, then the whole fails."""
    frame = fiber.frames[0]
    assert isinstance(frame, BranchFrame)
    del turn.fibers[fiber.number]
    parent = turn.fibers[frame.parent]
    crowd = _crowd_of(parent)
    _one_less(turn, parent, replace(crowd, failed=(*crowd.failed, (frame.slot, failing))))


def _one_less(turn: Turn, parent: Fiber, crowd: CrowdFrame) -> None:
    items = crowd.items.value
    assert isinstance(items, tuple)
    instruction = turn.plan.code[crowd.begin]
    outside = parent.frames[:-1]
    if isinstance(instruction, c.EachBegin) and not crowd.failed and crowd.started < len(items):
        again = replace(crowd, started=crowd.started + 1)
        waiting = Fiber(parent.number, parent.pc, parent.names, (*outside, again))
        turn.park(waiting)
        _start_item(turn, waiting, instruction, items, crowd.started)
        return
    crowd = replace(crowd, running=crowd.running - 1)
    if crowd.running:
        turn.park(Fiber(parent.number, parent.pc, parent.names, (*outside, crowd)))
        return
    if crowd.failed:
        # By place and not by time: equal under every order in which the branches may end.
        first = min(crowd.failed, key=lambda one: one[0])[1]
        frames = (*outside, crowd)  # unwinding passes it, and so knows what failed as a whole
        turn.ready(Fiber(parent.number, parent.pc, parent.names, frames, first))
        return
    match instruction:
        case c.Fork(join=join):
            turn.ready(Fiber(parent.number, join, crowd.names, outside))
        case c.EachBegin(end=end):
            names = collected(instruction, crowd.names, crowd.given, len(items))
            turn.ready(Fiber(parent.number, end, names, outside))
        case _:
            raise AssertionError("only a parallel or a loop has a crowd")


def collected(instruction: c.EachBegin, names: Names, given: Names, count: int) -> Names:
    """The names after a loop: those before it, and its list in the order of the items."""
    if instruction.collect is None:
        return names
    values = tuple(given[str(index)] for index in range(count) if str(index) in given)
    return names.insert(instruction.collect, values)


def _start_item(
    turn: Turn, parent: Fiber, instruction: c.EachBegin, items: tuple[Value, ...], slot: int
) -> None:
    item = items[slot]
    _start(
        turn,
        parent.number,
        slot,
        item,
        parent.pc + 1,
        parent.names.insert(instruction.name, item),
    )


def _start(turn: Turn, parent: int, slot: int, item: Value, entry: int, names: Names) -> None:
    number = turn.numbers.fiber + 1
    turn.numbers = replace(turn.numbers, fiber=number)
    turn.ready(Fiber(number, entry, names, (BranchFrame(parent, slot, Datum(item)),)))


def _crowd_of(parent: Fiber) -> CrowdFrame:
    frame = parent.frames[-1]
    assert isinstance(frame, CrowdFrame)
    return frame
