"""Secrets of a run: in memory only. Everything that is written down holds their references."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec

from rbengine.contract.types import Optional, Secret, Type
from rbengine.contract.values import Datum, Row, SecretReference, SecretValue, Value
from rbengine.host.pace import Done, Pace, Said
from rbengine.host.people import Acknowledgement, People, Reply
from rbengine.runtime.commands import AskPeople, NotifyRequest
from rbengine.runtime.events import Gave

AskAgain = Callable[[SecretReference], str | None]
"""What somebody types for a secret that was lost; None where nobody knows it. Its digest is looked at afterwards."""

_TRIES = 3
"""How often a secret may be typed wrong before it counts as lost."""


class SecretBox:
    """Takes secrets out of what comes back, and puts them into what goes out.

    `key` makes the digests of the references, so that nobody who reads a journal can try out values.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._held: dict[SecretReference, SecretValue] = {}
        self._without: frozenset[str] = frozenset()
        self._again: dict[SecretReference, SecretValue] = {}
        """What somebody has typed in again, for this very process."""
        self.ask_again: AskAgain = nobody_knows
        """Who is asked for a secret that was lost with its process, when a call needs it."""
        self.missed: list[SecretReference] = []
        """What was needed and not known, since somebody emptied this."""

    def hide(self, text: str, name: str) -> SecretReference:
        """Keep a secret; `name` is what people are shown of it."""
        reference = SecretReference(name, self._digest(text))
        self._held[reference] = SecretValue(text, reference)
        return reference

    def put_away(self, value: Value) -> Value:
        """`value` with references in place of its secrets, which are kept."""
        match value:
            case SecretValue():
                return self.hide(value.reveal(), value.reference.name)
            case Row():
                return Row({name: self.put_away(one) for name, one in value.items()})
            case tuple():
                return tuple(self.put_away(one) for one in value)
            case _:
                return value

    def taken(self, value: Value, type_: Type | None, name: str) -> Value:
        """What a person gave for something of `type_`: its reference where that is a secret called `name`."""
        if not isinstance(type_.inner if isinstance(type_, Optional) else type_, Secret):
            return value
        match value:
            case SecretValue():
                return self.hide(value.reveal(), name)
            case str():
                return self.hide(value, name)
            case _:
                return value

    def bring_out(self, value: Value) -> Value:
        """`value` with its secrets again. Raises KeyError with the name of one that is no longer known."""
        match value:
            case SecretReference(parts=(_, *_) as parts):
                texts = (one if isinstance(one, str) else self._text(one) for one in parts)
                return SecretValue("".join(texts), value)
            case SecretReference():
                held = self._known(value)
                if held is None:
                    self.missed.append(value)
                    raise KeyError(value.name)
                return held
            case Row():
                return Row({name: self.bring_out(one) for name, one in value.items()})
            case tuple():
                return tuple(self.bring_out(one) for one in value)
            case _:
                return value

    def give_back(self, reference: SecretReference, text: str) -> bool:
        """Hold `text` again for what was lost. False where it is another one: its digest does not match."""
        if not hmac.compare_digest(self._digest(text), reference.digest):
            return False
        self._held[reference] = self._again[reference] = SecretValue(text, reference)
        return True

    @contextmanager
    def without(self, digests: Collection[str]) -> Iterator[None]:
        """For a while these are lost, whatever is known: when something happens again that happened without them."""
        self._without = frozenset(digests)
        try:
            yield
        finally:
            self._without = frozenset()

    def _known(self, reference: SecretReference) -> SecretValue | None:
        if reference.digest in self._without:
            return None
        for _ in range(_TRIES):
            if reference in self._held:
                break
            text = self.ask_again(reference)
            if text is None or self.give_back(reference, text):
                break
        return self._held.get(reference)

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8"), hashlib.sha256).hexdigest()

    def _text(self, reference: SecretReference) -> str:
        found = self.bring_out(reference)
        assert isinstance(found, SecretValue), "a reference stands for a secret"
        return found.reveal()

    def forget(self) -> None:
        """The process is gone, and with it everything that stood in its memory alone."""
        self._held.clear()
        self._again.clear()

    def forget_what_calls_gave(self) -> None:
        """They were made by a process that is gone. What was typed in again stays: nobody is asked twice."""
        self._held = dict(self._again)


def nobody_knows(reference: SecretReference) -> None:
    """What is lost stays lost."""


class DiscreetPeople:
    """People whose secrets are put away before their answers are written down."""

    def __init__(self, people: People, secrets: SecretBox) -> None:
        self._people = people
        self._secrets = secrets

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:
        """The replies, with references where a secret was asked for."""
        return [
            _discreet(one, question, self._secrets) for one in self._people.asked(question, now)
        ]

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:
        """As they are."""
        return self._people.told(notice, now)


class DiscreetPace:
    """The same for what somebody says while time passes."""

    def __init__(self, pace: Pace, secrets: SecretBox) -> None:
        self._pace = pace
        self._secrets = secrets

    def wait(self, now: datetime, until: datetime | None) -> Done | None:
        """What is done, with references where a secret was asked for."""
        done = self._pace.wait(now, until)
        if not isinstance(done, Said):
            return done
        reply = _discreet(done.reply, done.question, self._secrets)
        return msgspec.structs.replace(done, reply=reply)


def discreet(answer: Gave, question: AskPeople, secrets: SecretBox) -> Gave:
    """The answer with references where a secret was asked for, named by its question."""
    wanted = {
        **{one.name: (one.type, one.text) for one in question.gives},
        "answer": (question.answer_type, question.text.partition("\n")[0]),
    }
    kept: dict[str, Datum] = {}
    for name, given in answer.values.items():
        type_, text = wanted.get(name, (None, ""))
        kept[name] = Datum(secrets.taken(given.value, type_, text))
    return Gave(values=kept)


def _discreet(reply: Reply, question: AskPeople, secrets: SecretBox) -> Reply:
    if not isinstance(reply.answer, Gave):
        return reply
    return msgspec.structs.replace(reply, answer=discreet(reply.answer, question, secrets))
