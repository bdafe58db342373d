"""A path walked once more, with what was asked for at each choice: examples are made of it."""

from collections.abc import Iterator

import msgspec

from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.trail import Path, Step
from rbengine.runtime.commands import AskPeople, Command, Request
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.state import RunState


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One choice of a path with the state it was made in, and the one after it."""

    step: Step
    before: RunState
    after: RunState
    commands: tuple[Command, ...]

    @property
    def request(self) -> Request | None:
        """What was called for; None where it was no call."""
        calls = self.before.calls
        return calls[min(calls)].request if calls else None

    @property
    def asked(self) -> AskPeople | None:
        """What people were asked; None where they were not."""
        if self.before.calls or not self.before.questions:
            return None
        return self.before.questions[min(self.before.questions)].ask

    @property
    def again(self) -> bool:
        """Whether the diagnosis had been read before."""
        return self.before.course.diagnosis is not None


def replay(plan: Plan, path: Path) -> Iterator[Moment]:
    """The moments of `path`, in order."""
    state = begin(plan)
    for step in path.last.all():
        following, commands = advance(state, step.way.make(state))
        yield Moment(step=step, before=state, after=following, commands=commands)
        state = following
