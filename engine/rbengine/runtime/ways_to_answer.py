"""What somebody types to answer a question: the screen of a parked run and the letters to people say the same."""

from rbengine.contract.types import Secret
from rbengine.runtime.commands import AskPeople

_COMMANDS = {
    "plan": ("plan {run}", "approve {run}{digest}", "reject {run} WHY"),
    "approve": ("approve {run}", "reject {run} WHY"),
    "undo": ("approve {run}", "reject {run}"),
    "ask": ("answer {run} VALUE",),
    "choose": ("answer {run} NAME",),
    "manual": ("answer {run}{gives}",),
    "doubt": ("answer {run} applied", "answer {run} not-applied"),
}
"""By what is asked."""

_MOST_CHOICES = 4
_SHOWN = 6
"""Characters of a plan's digest: whoever types them approves what they were shown, and nothing newer."""


def ways_to_answer(ask: AskPeople, run: str) -> tuple[str, ...]:
    """The commands, to be copied; an approval names the plan that it is for, and a few choices are named each."""
    if isinstance(ask.answer_type, Secret):
        return (f"rbengine answer {run} env:VARIABLE",)
    if 0 < len(ask.choices) <= _MOST_CHOICES:
        return tuple(f"rbengine answer {run} {one.name}" for one in ask.choices)
    gives = "".join(f" {one.name}=VALUE" for one in ask.gives)
    digest = "" if ask.plan is None else f" {ask.plan.digest[:_SHOWN]}"
    commands = _COMMANDS["plan" if ask.plan is not None else ask.kind]
    return tuple(f"rbengine {one.format(run=run, digest=digest, gives=gives)}" for one in commands)
