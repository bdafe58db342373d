"""Tables derived from a plan once: where things end, what a branch binds, which section stands where."""

import msgspec

from rbengine.plan import code as c
from rbengine.plan.program import Plan, SectionSpec


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Never saved: it follows from the plan."""

    step_ends: dict[int, int]
    """StepBegin to its StepEnd."""
    try_ends: dict[int, int]
    """TryBegin to where it goes on after its TryEnd and handlers."""
    branch_names: dict[int, tuple[str, ...]]
    """Entry of a branch to the names that its code may bind."""
    sections: dict[str, SectionSpec]
    """By kind; a resolve by `resolve NAME`."""
    procedures: dict[str, int]
    """Name to its number in the plan."""
    resolve_of: tuple[SectionSpec | None, ...]
    """For each finding of the plan."""


def layout(plan: Plan) -> Layout:
    """Read the plan's code once, in order; blocks are nested properly in it."""
    step_ends: dict[int, int] = {}
    try_ends: dict[int, int] = {}
    branch_names: dict[int, tuple[str, ...]] = {}
    steps: list[int] = []
    tries: list[int] = []
    for pc, instruction in enumerate(plan.code):
        match instruction:
            case c.StepBegin():
                steps.append(pc)
            case c.StepEnd():
                step_ends[steps.pop()] = pc
            case c.TryBegin():
                tries.append(pc)
            case c.TryEnd(to=to):
                try_ends[tries.pop()] = to
            case c.Fork(entries=entries):
                for entry in entries:
                    branch_names[entry] = _bound_from(plan, entry)
            case _:
                pass
    sections = {
        f"resolve {one.finding}" if one.kind == "resolve" else one.kind: one
        for one in plan.sections
    }
    return Layout(
        step_ends=step_ends,
        try_ends=try_ends,
        branch_names=branch_names,
        sections=sections,
        procedures={one.name: number for number, one in enumerate(plan.procedures)},
        resolve_of=tuple(sections.get(f"resolve {one.name}") for one in plan.findings),
    )


def bound_names(instruction: c.Instruction) -> tuple[str, ...]:
    """The names that `instruction` may bind for what follows it."""
    match instruction:
        case c.Let(name=name):
            return (name,)
        case c.EachBegin(collect=str() as name):
            return (name,)
        case c.Pose(bind=bind, question=question):
            given = tuple(one.name for one in question.gives)
            return given if bind is None else (bind, *given)
        case c.Rediagnose(bind=name):
            return (name,)
        case c.Invoke(bind=str() as name) | c.Read(bind=str() as name):
            return (name,)
        case c.MakeChange(bind=str() as name) | c.CallProcedure(bind=str() as name):
            return (name,)
        case _:
            return ()


def _bound_from(plan: Plan, entry: int) -> tuple[str, ...]:
    """Names bound between the entry of a branch and its BranchEnd, forks inside it included."""
    names: list[str] = []
    open_branches = 0
    for instruction in plan.code[entry:]:
        names.extend(bound_names(instruction))
        match instruction:
            case c.Fork(entries=entries):
                open_branches += len(entries)
            case c.BranchEnd():
                if open_branches == 0:
                    break
                open_branches -= 1
            case _:
                pass
    return tuple(dict.fromkeys(names))
