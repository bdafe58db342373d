"""The people of a world: they approve, refuse, answer or stay silent as its lines say."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.values import Value
from rbengine.host.errors import CannotGoOnError
from rbengine.host.people import Acknowledgement, Reply, answer, approval, refusal
from rbengine.runtime.commands import AskPeople, NotifyRequest
from rbengine.runtime.events import Person
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.expressions import Expression

Does = Literal["approves", "refuses", "answers", "never answers", "acknowledges"]

AT_ONCE = timedelta(seconds=1)
"""How long an answer takes where the world does not say."""

_YES_OR_NO = ("approve", "plan", "undo")


class PersonRule(msgspec.Struct, frozen=True, kw_only=True):
    """One line about a person. `about` is a part of the question's first line, empty for any question."""

    role: str
    does: Does
    about: str = ""
    value: Value = None
    after: timedelta = AT_ONCE

    def fits(self, question: AskPeople) -> bool:
        """Whether this line says what the person does about `question`, whoever was asked."""
        if self.about not in headline(question):
            return False
        match self.does:
            case "approves" | "refuses" if question.kind == "undo":
                return bool(self.about)  # taking back is never part of somebody's usual yes
            case "refuses" if self.about:
                return True  # one who names a question may decline it, whatever it asks for
            case "approves" | "refuses":
                return question.kind in _YES_OR_NO
            case "answers":
                return question.kind not in _YES_OR_NO
            case "never answers":
                return True
            case "acknowledges":
                return False


def headline(question: AskPeople) -> str:
    """What a question is about: its first line. Those below it list things that have questions of their own."""
    return question.text.partition("\n")[0]


def person_rule(node: tree.Person, evaluate: Callable[[Expression], Value]) -> PersonRule:
    """The line as data."""
    return PersonRule(
        role=node.role.text,
        does=node.does,
        about="" if node.about is None else node.about.plain,
        value=None if node.value is None else evaluate(node.value),
        after=AT_ONCE if node.after is None else node.after.value,
    )


class ScriptedPeople:
    """Answers by the lines of a scenario, then of its world; in each, lines that name the question go first.

    Several such lines for one role are several answers of one person. Somebody who was not asked answers only a
    question that a line names: whether it counts is not theirs to say, nor a script's.
    """

    def __init__(
        self,
        scenario: Sequence[PersonRule],
        world: Sequence[PersonRule],
        person: Callable[[str], Person],
    ) -> None:
        self._levels = tuple(
            tuple(rule for rule in rules if bool(rule.about) is named)
            for rules in (scenario, world)
            for named in (True, False)
        )
        self._rules = tuple(rule for level in self._levels for rule in level)
        self._person = person

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:  # noqa: ARG002
        """The replies of each role whose lines fit, in the order of the lines."""
        uninvited = tuple(
            one.role for one in self._rules if one.about and one.role not in question.by
        )
        replies = []
        for role in dict.fromkeys((*question.by, *uninvited)):
            for rule in self._lines_of(role, question):
                reply = self._reply(rule, question)
                if reply is not None:
                    replies.append(reply)
        return replies

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:  # noqa: ARG002
        """Whoever acknowledges does so for each escalation that reaches them."""
        if notice.about != "escalation":
            return ()
        for rule in self._rules:
            if rule.role == notice.contact and rule.does in ("acknowledges", "never answers"):
                if rule.does == "never answers":
                    return ()
                person = self._person(rule.role)
                return (Acknowledgement(after=rule.after, person=person),)
        return ()

    def _lines_of(self, role: str, question: AskPeople) -> Sequence[PersonRule]:
        """What `role` does: the lines of the first level that has any about this question."""
        asked = role in question.by
        for level in self._levels:
            fitting = [
                one
                for one in level
                if one.role == role and one.fits(question) and (asked or one.about)
            ]
            if fitting:
                return fitting
        return ()

    def _reply(self, rule: PersonRule, question: AskPeople) -> Reply | None:
        person = self._person(rule.role)
        match rule.does:
            case "approves":
                return approval(question, person, rule.after)
            case "refuses":
                return refusal(person, "", rule.after)
            case "answers":
                try:
                    return answer(question, person, rule.value, rule.after)
                except ValueError as error:
                    raise CannotGoOnError(
                        f'the answer to "{headline(question)}": {error}'
                    ) from error
            case "never answers" | "acknowledges":
                return None
