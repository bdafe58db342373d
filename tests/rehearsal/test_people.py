"""Scripted people: which line of a world or scenario decides what a person does."""

from datetime import UTC, datetime, timedelta

import pytest
from rbengine.contract.types import INT, TEXT
from rbengine.contract.values import Datum, Row
from rbengine.host.errors import CannotGoOnError
from rbengine.host.people import Reply
from rbengine.rehearsal.people import AT_ONCE, PersonRule, ScriptedPeople
from rbengine.runtime.commands import AskPeople, EvidenceAsked, NotifyRequest
from rbengine.runtime.events import Approved, Declined, Gave, Person

AT = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


def person(role: str) -> Person:
    return Person(id=role, name=role.title(), role=role)


def question(kind: str = "plan", text: str = "Freeze the account", **more: object) -> AskPeople:
    return AskPeople(
        question=1, kind=kind, text=text, by=more.pop("by", ("on_call",)),
        due=AT + timedelta(hours=1), **more,
    )  # fmt: skip


def replies(
    asked: AskPeople, scenario: list[PersonRule], world: list[PersonRule] | None = None
) -> list[Reply]:
    return list(ScriptedPeople(scenario, world or [], person).asked(asked, AT))


APPROVES = PersonRule(role="on_call", does="approves", after=timedelta(seconds=90))


def test_the_world_speaks_where_the_scenario_is_silent() -> None:
    """A world's people do their usual work in every scenario."""
    (reply,) = replies(question(), [], [APPROVES])
    assert reply.after == timedelta(seconds=90)
    assert isinstance(reply.answer, Approved)
    assert reply.person.role == "on_call"


def test_a_scenario_outranks_its_world() -> None:
    """`person on_call never answers` must silence the world's `approves after 90s`."""
    silent = PersonRule(role="on_call", does="never answers")
    assert replies(question(), [silent], [APPROVES]) == []


def test_a_line_that_names_the_question_goes_before_one_for_all() -> None:
    """The same person may approve everything but one thing, whatever the order of the lines."""
    refuses = PersonRule(role="on_call", does="refuses", about="Freeze")
    (about_it,) = replies(question(), [APPROVES, refuses])
    (other,) = replies(question(text="Run check-subscription"), [APPROVES, refuses])
    assert isinstance(about_it.answer, Declined)
    assert isinstance(other.answer, Approved)


def test_any_question_that_is_named_may_be_declined() -> None:
    """A choice too, and work by hand: what the runbook does then is rehearsed."""
    choice = question(kind="choose", text="What shall stop?")
    (declined,) = replies(choice, [PersonRule(role="on_call", does="refuses", about="stop")])
    assert isinstance(declined.answer, Declined)
    assert replies(choice, [PersonRule(role="on_call", does="refuses")]) == []


def test_nobody_answers_for_a_role_that_was_not_asked() -> None:
    """Approval is a role's, not anybody's."""
    assert replies(question(by=("cto",)), [APPROVES]) == []


def test_each_of_several_roles_answers_for_itself() -> None:
    """`2 of engineering_manager, cto` needs two people."""
    both = [
        PersonRule(role="cto", does="approves", after=timedelta(minutes=2)),
        PersonRule(role="engineering_manager", does="approves"),
    ]
    answered = replies(question(by=("engineering_manager", "cto")), both)
    assert [(one.person.role, one.after) for one in answered] == [
        ("engineering_manager", AT_ONCE),
        ("cto", timedelta(minutes=2)),
    ]


def test_an_answer_is_no_approval_and_an_approval_no_answer() -> None:
    """Otherwise a scripted `approves` would choose between credits and money."""
    answers = PersonRule(role="on_call", does="answers", value=500)
    assert replies(question("ask", "How many?"), [APPROVES]) == []
    assert replies(question("plan"), [answers]) == []
    (reply,) = replies(question("ask", "How many?", answer_type=INT), [answers])
    assert reply.answer == Gave(values={"answer": Datum(500)})


def test_evidence_of_a_manual_is_given_by_name() -> None:
    """One value for one evidence; a record for several."""
    gives = (
        EvidenceAsked(name="ticket", type=TEXT, text="?"),
        EvidenceAsked(name="count", type=INT, text="?"),
    )
    one = PersonRule(role="on_call", does="answers", value="T-1")
    (reply,) = replies(question("manual", "Do it", gives=gives[:1]), [one])
    assert reply.answer == Gave(values={"ticket": Datum("T-1")})
    both = PersonRule(role="on_call", does="answers", value=Row({"ticket": "T-1", "count": 3}))
    (reply,) = replies(question("manual", "Do it", gives=gives), [both])
    assert reply.answer == Gave(values={"ticket": Datum("T-1"), "count": Datum(3)})
    with pytest.raises(CannotGoOnError, match="takes a record of ticket, count"):
        replies(question("manual", "Do it", gives=gives), [one])


def told(contact: str, about: str = "escalation") -> NotifyRequest:
    return NotifyRequest(contact=contact, about=about, subject="", text="")


def test_whoever_acknowledges_does_so_for_escalations_only() -> None:
    """Being told of a question is no escalation."""
    rule = PersonRule(role="tech_lead", does="acknowledges", after=timedelta(minutes=4))
    people = ScriptedPeople([rule], [], person)
    (acknowledged,) = people.told(told("tech_lead"), AT)
    assert acknowledged.after == timedelta(minutes=4)
    assert list(people.told(told("tech_lead", "question"), AT)) == []
    assert list(people.told(told("cto"), AT)) == []


def test_a_usual_yes_takes_nothing_back() -> None:
    """Offered undo is a decision of its own: a line must name it."""
    assert replies(question("undo", "Take back 2 changes?"), [APPROVES]) == []
    named = PersonRule(role="on_call", does="approves", about="Take back")
    (reply,) = replies(question("undo", "Take back 2 changes?"), [APPROVES, named])
    assert isinstance(reply.answer, Approved)
