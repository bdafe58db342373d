"""One question put to whoever types: prompts out, lines in, a reply or nothing at the end."""

from collections.abc import Callable, Generator
from enum import Enum
from typing import Literal

from rbengine.contract.reading import example, read_value
from rbengine.contract.types import TEXT, Type
from rbengine.contract.values import Row, Value
from rbengine.host.people import Reply, answer, approval, refusal
from rbengine.report.durations import zone_of
from rbengine.report.text import visible
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.events import Person

_ATTEMPTS = 3

Talk = Generator[str, str | None, Reply | None]
"""Yields prompts, takes what was typed (None at the end of the input), returns the reply; None says nothing."""


class _Silence(Enum):
    """An empty line: no value says it, since every value may be an answer."""

    NOTHING = "nothing was said"


_Asked = Generator[str, str | None, "Value | Literal[_Silence.NOTHING]"]


class Dialogue:
    """Reads what is typed by the question's types, and asks again what cannot be read."""

    def __init__(
        self, question: AskPeople, person: Person, zone: str, say: Callable[[str], None]
    ) -> None:
        self._question = question
        self._person = person
        self._zone = zone
        self._say = say

    def talk(self) -> Talk:
        """The whole of it."""
        question, person = self._question, self._person
        match question.kind:
            case "plan" | "approve" | "undo" | "doubt":
                return (yield from self._yes_or_no())
            case "choose":
                return (yield from self._choose())
            case "ask":
                value = yield from self._value(question.answer_type or TEXT, "answer")
                return None if value is _Silence.NOTHING else answer(question, person, value)
            case "manual":
                return (yield from self._evidence())

    def _yes_or_no(self) -> Talk:
        while True:
            typed = yield f"as {self._person.role}: y, n [why], Enter says nothing > "
            word, _, reason = (typed or "").strip().partition(" ")
            match word.lower():
                case "":
                    return None
                case "y" | "yes":
                    return approval(self._question, self._person)
                case "n" | "no":
                    return refusal(self._person, reason)
                case _:
                    self._say("y approves, n refuses (a reason may follow), Enter says nothing")

    def _choose(self) -> Talk:
        names = [one.name for one in self._question.choices]
        while True:
            typed = yield f"as {self._person.role}: {', '.join(names)}, Enter says nothing > "
            word = (typed or "").strip()
            if not word:
                return None
            for number, choice in enumerate(self._question.choices, start=1):
                if word in {choice.name, str(number)}:
                    return answer(self._question, self._person, choice.value.value)
            self._say(f"one of {', '.join(names)}, or its number")

    def _evidence(self) -> Talk:
        values: dict[str, Value] = {}
        for one in self._question.gives:
            value = yield from self._value(one.type, one.name)
            if value is _Silence.NOTHING:
                return None
            values[one.name] = value
        return answer(self._question, self._person, Row(values))

    def _value(self, type_: Type, name: str) -> _Asked:
        for _ in range(_ATTEMPTS):
            typed = yield f"{name} ({example(type_)}), Enter says nothing > "
            if typed is None or not typed.strip():
                return _Silence.NOTHING
            try:
                return read_value(typed.strip(), type_, zone=zone_of(self._zone))
            except ValueError as problem:
                self._say(f"`{visible(typed.strip())}` {problem}")
        return _Silence.NOTHING
