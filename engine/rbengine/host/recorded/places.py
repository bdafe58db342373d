"""Where in a playbook something stands: what a recording and another run of it are matched by."""

import re

from rbengine.runtime.commands import NotifyRequest, Perform
from rbengine.runtime.frames import (
    BranchFrame,
    DiagnosisFrame,
    EachFrame,
    Frame,
    SectionFrame,
    StepFrame,
)
from rbengine.runtime.places import item_key
from rbengine.runtime.state import RunState

_OF_LETTER = re.compile(r"^(escalation|question) \S+ ")
"""Keys of letters name the run as well."""
_OF_QUESTION = re.compile(r"/question \S+ (\d+)/")


def place_of_question(state: RunState, number: int) -> str:
    """`resolve webhook_missed/Sync from Stripe/plan`: section, step, items of loops, and what kind of question it is.

    A question about a change is at the place of the change; texts are no part of it.
    """
    question = state.questions.get(number)
    if question is None:
        return ""
    fiber = state.fibers.get(question.fiber)
    frames = () if fiber is None else _around(state, fiber.frames)
    parts = [one for frame in frames if (one := _part(frame))]
    return "/".join([*parts, question.ask.kind])


def place_of_call(state: RunState | None, call: Perform) -> str:
    """Its key without the incident and the run, so its place and items; that of a letter about a question is the
    question's."""
    if isinstance(call.request, NotifyRequest) and state is not None:
        found = _OF_QUESTION.search(call.key)
        if found is not None:
            who = call.key.rpartition("/")[2]
            return f"{place_of_question(state, int(found[1]))}/tell {who}"
    return place_in(call.key)


def place_in(key: str) -> str:
    """The place that a key is made of: `INC-…/resolve f/Step/1` is `resolve f/Step/1`."""
    return _OF_LETTER.sub(r"\1 ", key.partition("/")[2])


def _around(state: RunState, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    if frames and isinstance(frames[0], BranchFrame):
        parent = state.fibers.get(frames[0].parent)
        return (() if parent is None else _around(state, parent.frames)) + frames
    return frames


def _part(frame: Frame) -> str:
    match frame:
        case SectionFrame(kind=kind, finding=finding):
            return f"{kind} {finding}".strip()
        case DiagnosisFrame():
            return "diagnose"
        case StepFrame(label=label):
            return label
        case EachFrame(items=items, index=index):
            value = items.value
            return item_key(value[index]) if isinstance(value, tuple) else ""
        case BranchFrame(item=item) if item.value is not None:
            return item_key(item.value)
        case _:
            return ""
