"""A person at a terminal takes the part of the people, and is asked before each call."""

from collections.abc import Callable, Sequence
from datetime import datetime

from rbengine.host.people import Acknowledgement, Reply
from rbengine.runtime.commands import AskPeople, NotifyRequest, Perform

AnswerQuestion = Callable[[AskPeople, datetime], Reply | None]
"""Puts a question to the person; None leaves it unanswered. `host.people` makes replies."""

MayCall = Callable[[Perform, datetime], bool]
"""Shows a call that is about to be made; False ends the run before it."""


class InteractivePeople:
    """`host.people.People` over two callbacks."""

    def __init__(self, ask: AnswerQuestion, may_call: MayCall | None = None) -> None:
        self._ask = ask
        self._may_call = may_call

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:
        """What the person says, as soon as they say it: virtual time stands still meanwhile."""
        reply = self._ask(question, now)
        return () if reply is None else (reply,)

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:  # noqa: ARG002
        """Nobody acknowledges by themselves."""
        return ()

    def may_call(self, call: Perform, now: datetime) -> bool:
        """Whether the person lets this call be made."""
        return self._may_call is None or self._may_call(call, now)
