"""Taking the part of the people."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from rbengine.cli.interactive import AtTheTerminal
from rbengine.cli.output import Output
from rbengine.contract.changes import ChangePlan, UndoPlan
from rbengine.contract.types import BOOL, INT
from rbengine.contract.values import Datum, Row
from rbengine.runtime.commands import (
    AskPeople,
    Choice,
    EvidenceAsked,
    NotifyRequest,
    OperationRequest,
    Perform,
)
from rbengine.runtime.events import Approved, Declined, Gave

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PLAN = ChangePlan(parts=(), digest="ab" * 32, undo=UndoPlan(kind="derived", text=""), rows=0)


class Sitting:
    """Somebody who types `lines`, and what they saw."""

    def __init__(self, *lines: str) -> None:
        self._lines: Iterator[str] = iter(lines)
        self.prompts: list[str] = []
        self.stream = io.StringIO()
        self.person = AtTheTerminal(Output(self.stream, width=80), "UTC", "ana", self._read)

    def _read(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return next(self._lines, None)


def question(kind: str, **changed: object) -> AskPeople:
    fields: dict[str, object] = {
        "question": 1, "kind": kind, "text": "Really?", "by": ("on_call", "tech_lead"), "due": NOW,
    }  # fmt: skip
    return AskPeople(**(fields | changed))  # type: ignore[arg-type]  # its fields, some replaced


def test_yes_approves_exactly_the_plan_that_was_shown() -> None:
    """The digest goes with the answer."""
    reply = Sitting("y").person.ask(question("plan", plan=PLAN), NOW)
    assert reply is not None
    assert reply.answer == Approved(digest="ab" * 32)
    assert (reply.person.id, reply.person.role) == ("ana", "on_call")


def test_no_refuses_with_a_reason() -> None:
    """The next shift reads it in the report."""
    reply = Sitting("n not tonight").person.ask(question("approve"), NOW)
    assert reply is not None
    assert reply.answer == Declined(reason="not tonight")


@pytest.mark.parametrize("lines", [("",), ()])
@pytest.mark.parametrize("kind", ["plan", "approve", "ask", "manual", "undo", "doubt"])
def test_saying_nothing_leaves_the_question_open(lines: tuple[str, ...], kind: str) -> None:
    """So that one sees what happens when nobody answers; also at the end of the input."""
    asked = question(
        kind, answer_type=INT, gives=(EvidenceAsked(name="n", type=INT, text="How many?"),)
    )
    assert Sitting(*lines).person.ask(asked, NOW) is None


def test_an_answer_is_read_by_its_type_and_asked_again_when_wrong() -> None:
    """Nothing is guessed from a slip of the fingers."""
    sitting = Sitting("many", "500")
    reply = sitting.person.ask(question("ask", answer_type=INT), NOW)
    assert reply is not None
    assert reply.answer == Gave(values={"answer": Datum(500)})
    assert "`many` is no int" in sitting.stream.getvalue()


def test_a_choice_is_named_or_numbered() -> None:
    """Both are on the screen above."""
    choices = (
        Choice(name="keep", text="keep it", value=Datum("keep")),
        Choice(name="drop", text="drop it", value=Datum(Row({"id": 2}))),
    )
    for typed in ("drop", "2"):
        sitting = Sitting("something else", typed)
        reply = sitting.person.ask(question("choose", choices=choices), NOW)
        assert reply is not None
        assert reply.answer == Gave(values={"answer": Datum(Row({"id": 2}))})


def test_work_by_hand_gives_every_evidence() -> None:
    """Each by its own type."""
    gives = (
        EvidenceAsked(name="done", type=BOOL, text="Done?"),
        EvidenceAsked(name="count", type=INT, text="How many?"),
    )
    reply = Sitting("yes", "3").person.ask(question("manual", gives=gives), NOW)
    assert reply is not None
    assert reply.answer == Gave(values={"done": Datum(True), "count": Datum(3)})


def call(request: OperationRequest | NotifyRequest) -> Perform:
    return Perform(call=1, request=request, key="k", timeout=timedelta(seconds=1))


OPERATION = OperationRequest(
    operation="stripe.cancel", arguments=Datum(Row({"id": "\x1b[2Jsub"})), effect="change"
)


def test_every_call_is_shown_before_it_is_made() -> None:
    """With its effect, and nothing in it that acts on the terminal."""
    sitting = Sitting("")
    assert sitting.person.may_call(call(OPERATION), NOW)
    seen = sitting.stream.getvalue()
    assert 'next, change: stripe.cancel(id: "\\e[2Jsub")' in seen
    assert "\x1b" not in seen


def test_all_means_all_that_follow() -> None:
    """One tires of Enter."""
    sitting = Sitting("a")
    assert sitting.person.may_call(call(OPERATION), NOW)
    assert sitting.person.may_call(call(OPERATION), NOW)
    assert len(sitting.prompts) == 1


@pytest.mark.parametrize("lines", [("q",), ("what", "quit"), ()])
def test_quitting_ends_the_run_before_the_call(lines: tuple[str, ...]) -> None:
    """Also when the input ends: silence is no consent."""
    assert not Sitting(*lines).person.may_call(call(OPERATION), NOW)


def test_telling_people_is_not_asked_for() -> None:
    """Escalations are the policy's, not the operator's."""
    sitting = Sitting()
    notice = NotifyRequest(contact="tech_lead", about="escalation", subject="s", text="t")
    assert sitting.person.may_call(call(notice), NOW)
    assert sitting.prompts == []
