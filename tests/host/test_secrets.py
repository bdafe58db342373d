"""Secrets live in memory: what is written down is a name and a keyed digest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from rbengine.contract.codec import from_line, to_line
from rbengine.contract.types import TEXT, Secret, Type, optional
from rbengine.contract.values import Datum, Row, SecretReference, SecretValue, Value
from rbengine.host.people import Acknowledgement, Reply, answer
from rbengine.host.secrets import DiscreetPeople, SecretBox
from rbengine.runtime.commands import AskPeople, EvidenceAsked, NotifyRequest
from rbengine.runtime.events import Gave, Person
from rbengine.runtime.secret_text import secret_text

NOW = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
ANA = Person(id="ana", name="Ana", role="on_call")
QUESTION = AskPeople(question=1, kind="ask", text="The key?\nmore", by=("on_call",), due=NOW)


class Says:
    """Somebody who gives one value to every question."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:  # noqa: ARG002
        return (answer(question, ANA, self.value, timedelta(seconds=1)),)

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:  # noqa: ARG002
        return ()


def given(box: SecretBox, question: AskPeople, value: Value) -> dict[str, Value]:
    """What the run hears."""
    reply = DiscreetPeople(Says(value), box).asked(question, NOW)[0]
    assert isinstance(reply.answer, Gave)
    return {name: one.value for name, one in reply.answer.values.items()}


def test_what_a_call_gives_is_kept_and_comes_out_again() -> None:
    """Wherever in the value it stands."""
    box = SecretBox(b"key")
    found = Row({"id": "we_1", "keys": (SecretValue("s3cret", SecretReference("its key", "")),)})
    kept = box.put_away(found)
    assert "s3cret" not in to_line(Datum(kept))
    out = box.bring_out(kept)
    assert isinstance(out, Row)
    key = out["keys"][0]  # type: ignore[index]  # a tuple
    assert isinstance(key, SecretValue)
    assert (key.reveal(), key.reference.name) == ("s3cret", "its key")


def test_a_digest_tells_nothing_without_the_key() -> None:
    """The same secret under two keys has nothing in common; under one it is the same."""
    digests = [SecretBox(key).hide("s3cret", "n").digest for key in (b"a", b"a", b"b")]
    assert digests[0] == digests[1] != digests[2]


def test_what_stood_in_memory_is_gone_with_the_process() -> None:
    """And its name says which it was."""
    box = SecretBox(b"key")
    kept = box.hide("s3cret", "its key")
    box.forget()
    with pytest.raises(KeyError, match="its key"):
        box.bring_out(kept)


@pytest.mark.parametrize("type_", [Secret(TEXT), optional(Secret(TEXT))])
@pytest.mark.parametrize("typed", ["s3cret", SecretValue("s3cret", SecretReference("typed", ""))])
def test_a_secret_that_somebody_gives_is_named_by_its_question(type_: Type, typed: Value) -> None:
    """Its first line; the answer itself is nowhere."""
    box = SecretBox(b"key")
    found = given(box, msgspec.structs.replace(QUESTION, answer_type=type_), typed)["answer"]
    assert isinstance(found, SecretReference)
    assert found.name == "The key?"
    out = box.bring_out(found)
    assert isinstance(out, SecretValue)
    assert out.reveal() == "s3cret"


def test_evidence_is_kept_one_by_one() -> None:
    """A ticket is shown, a key is not; one that was left out stays out."""
    box = SecretBox(b"key")
    gives = (
        EvidenceAsked(name="ticket", type=TEXT, text="Ticket?"),
        EvidenceAsked(name="key", type=Secret(TEXT), text="Key?"),
        EvidenceAsked(name="other", type=optional(Secret(TEXT)), text="Other?"),
    )
    question = msgspec.structs.replace(QUESTION, kind="manual", gives=gives)
    found = given(box, question, Row({"ticket": "T-1", "key": "s3cret", "other": None}))
    assert found == {"ticket": "T-1", "key": box.hide("s3cret", "Key?"), "other": None}


def test_other_answers_are_as_they_were() -> None:
    """Only what is asked for as a secret is one."""
    assert given(SecretBox(b"key"), msgspec.structs.replace(QUESTION, answer_type=TEXT), "x") == {
        "answer": "x"
    }


def test_a_text_made_from_a_secret_comes_out_whole() -> None:
    """Where it is written down it holds a reference; where it is sent it is what was meant."""
    box = SecretBox(b"key")
    made = secret_text(["Bearer ", box.hide("s3cret", "its key")])
    line = to_line(Datum(made))
    assert "s3cret" not in line
    assert from_line(line, Datum).value == made
    out = box.bring_out(made)
    assert isinstance(out, SecretValue)
    assert (out.reveal(), out.reference.name) == ("Bearer s3cret", "its key")


def test_an_input_that_is_a_secret_is_kept_like_an_answer() -> None:
    """Its digest has a key: without one, values could be tried out."""
    box = SecretBox(b"key")
    typed = SecretValue("s3cret", SecretReference("typed", ""))
    for given in (typed, "s3cret"):
        assert box.taken(given, Secret(TEXT), "key") == box.hide("s3cret", "key")
    assert box.taken("plain", TEXT, "name") == "plain"
    assert box.taken(None, optional(Secret(TEXT)), "key") is None
