"""Whoever sits at the terminal takes the part of the people, and is asked before each call."""

import sys
from collections.abc import Callable
from datetime import datetime

from rbengine.cli.output import Output
from rbengine.cli.reading import example, read_value
from rbengine.contract.types import TEXT, Type
from rbengine.contract.values import Row, Value
from rbengine.host.people import Reply, answer, approval, refusal
from rbengine.report.journal_text import request_in_words
from rbengine.report.text import cut, visible
from rbengine.runtime.commands import AskPeople, NotifyRequest, Perform
from rbengine.runtime.events import Person

_INDENT = " " * 8
_ATTEMPTS = 3

ReadLine = Callable[[str], str | None]
"""Shows a prompt and gives what was typed; None at the end of the input."""


class AtTheTerminal:
    """Two callbacks for `rehearsal.interactive.InteractivePeople`."""

    def __init__(
        self, output: Output, zone: str, operator: str, read: ReadLine | None = None
    ) -> None:
        self._output = output
        self._zone = zone
        self._operator = operator
        self._read = read if read is not None else self._from_stdin
        self._all = False

    def may_call(self, call: Perform, now: datetime) -> bool:  # noqa: ARG002
        """Show a call and wait: Enter makes it, `a` makes all that follow, `q` ends the run."""
        if self._all or isinstance(call.request, NotifyRequest):
            return True
        text, effect = request_in_words(call.request, self._zone)
        self._say(
            cut(f"next, {effect}: {visible(text)}", max(self._output.width - len(_INDENT), 20))
        )
        while True:
            typed = self._read(f"{_INDENT}Enter makes it, a all from here, q quits > ")
            match typed.strip().lower() if typed is not None else "q":
                case "" | "y" | "yes":
                    return True
                case "a" | "all":
                    self._all = True
                    return True
                case "q" | "quit":
                    return False
                case _:
                    self._say(
                        "Enter makes this call, a this and all others, q ends the run before it"
                    )

    def ask(self, question: AskPeople, now: datetime) -> Reply | None:  # noqa: ARG002
        """Put a question that the screen has just shown; an empty line leaves it unanswered."""
        role = question.by[0] if question.by else "operator"
        person = Person(id=self._operator, name=self._operator, role=role)
        match question.kind:
            case "plan" | "approve" | "undo" | "doubt":
                return self._yes_or_no(question, person)
            case "choose":
                return self._choose(question, person)
            case "ask":
                value = self._value(question.answer_type or TEXT, "answer")
                return None if value is _NOTHING else answer(question, person, value)
            case "manual":
                return self._evidence(question, person)

    def _yes_or_no(self, question: AskPeople, person: Person) -> Reply | None:
        while True:
            typed = self._read(f"{_INDENT}as {person.role}: y, n [why], Enter says nothing > ")
            word, _, reason = (typed or "").strip().partition(" ")
            match word.lower():
                case "":
                    return None
                case "y" | "yes":
                    return approval(question, person)
                case "n" | "no":
                    return refusal(person, reason)
                case _:
                    self._say("y approves, n refuses (a reason may follow), Enter says nothing")

    def _choose(self, question: AskPeople, person: Person) -> Reply | None:
        names = [one.name for one in question.choices]
        while True:
            typed = self._read(
                f"{_INDENT}as {person.role}: {', '.join(names)}, Enter says nothing > "
            )
            word = (typed or "").strip()
            if not word:
                return None
            for number, choice in enumerate(question.choices, start=1):
                if word in {choice.name, str(number)}:
                    return answer(question, person, choice.value.value)
            self._say(f"one of {', '.join(names)}, or its number")

    def _evidence(self, question: AskPeople, person: Person) -> Reply | None:
        values: dict[str, Value] = {}
        for one in question.gives:
            value = self._value(one.type, one.name)
            if value is _NOTHING:
                return None
            values[one.name] = value
        return answer(question, person, Row(values))

    def _value(self, type_: Type, name: str) -> Value:
        """A typed value, or `_NOTHING`."""
        for _ in range(_ATTEMPTS):
            typed = self._read(f"{_INDENT}{name} ({example(type_)}), Enter says nothing > ")
            if typed is None or not typed.strip():
                return _NOTHING
            try:
                return read_value(typed.strip(), type_, zone=self._zone)
            except ValueError as problem:
                self._say(f"`{visible(typed.strip())}` {problem}")
        return _NOTHING

    def _say(self, text: str) -> None:
        self._output.row(_INDENT + text)

    def _from_stdin(self, prompt: str) -> str | None:
        self._output.raw(prompt)
        typed = sys.stdin.readline()
        if not typed:
            self._output.row()
            return None
        if not sys.stdin.isatty():
            # Nobody saw these keys being pressed: what was answered must stand in the log.
            self._output.row(visible(typed.rstrip("\n")))
        return typed.rstrip("\n")


_NOTHING = "\0nothing was said"
