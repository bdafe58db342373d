"""A policy is read into rules, and what cannot be kept is said in place."""

from datetime import timedelta
from pathlib import Path

import pytest
from rbengine.contract.policy import (
    ApprovalRule,
    Contact,
    ContactChannel,
    EscalationRung,
    PolicyModel,
)
from rbengine.diagnostics import Diagnostic
from rbengine.semantics.policy import check_holidays, read_policy
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Policy
from support.lenient import tree_of

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"

SOUND = """policy "Shop"

timezone "Europe/Rome"
contact boss "Boss" email "boss@shop.test"
role on_call "On call" from settings
severity P2 "Medium"
  escalate after 2h to boss
  changes need approval by on_call
"""


def read(text: str) -> tuple[PolicyModel, tuple[Diagnostic, ...], SourceFile]:
    """The rules, the problems and the text."""
    tree, source = tree_of(text, "policy.rb")
    assert isinstance(tree, Policy)
    model, problems = read_policy(tree, source)
    return model, problems, source


def codes(text: str) -> list[tuple[str, str]]:
    """Codes with the text that is underlined."""
    _, problems, source = read(text)
    return [(one.code, source.slice(one.primary.span)) for one in problems]


def test_the_companys_policy_is_what_its_document_says() -> None:
    """Severities, contacts and escalation of the runbook document, word for word."""
    model, problems, _ = read((PLAYBOOKS / "policy.rb").read_text(encoding="utf-8"))
    assert problems == ()
    assert (model.timezone, model.holidays, model.opens, model.closes) == (
        "Europe/Rome",
        "IT",
        "09:00",
        "18:00",
    )
    p0, p1, p2, p3 = model.severities
    assert p0.rungs == (
        EscalationRung(when="at once", to=("engineering_manager", "cto")),
        EscalationRung(
            when="again after", after=timedelta(minutes=15), to=("engineering_manager", "cto")
        ),
    )
    assert p1.rungs == (
        EscalationRung(when="after", after=timedelta(minutes=30), to=("engineering_manager",)),
    )
    assert p2.rungs == (EscalationRung(when="after", after=timedelta(hours=2), to=("tech_lead",)),)
    (rung,) = p3.rungs
    assert (rung.when, rung.time, rung.as_note) == ("next business day", "09:00", True)
    assert model.contact("cto") == Contact(
        name="cto", title="CTO", channels=(ContactChannel("email", "cto@alacartechat.com"),)
    )
    tech_lead, on_call = model.contact("tech_lead"), model.contact("on_call")
    assert tech_lead is not None
    assert tech_lead.from_settings
    assert on_call is not None
    assert on_call.is_role
    assert (model.limits.question, model.limits.loop, model.limits.call) == (
        timedelta(minutes=30), 500, timedelta(seconds=30),
    )  # fmt: skip


def test_approval_rules_keep_their_numbers() -> None:
    """Thresholds, how many, and who may not."""
    model, problems, _ = read((PLAYBOOKS / "policy.rb").read_text(encoding="utf-8"))
    assert problems == ()
    p1 = model.severity("P1")
    assert p1 is not None
    assert p1.approvals[1] == ApprovalRule(
        about="changes",
        threshold=100,
        by=("engineering_manager", "cto"),
        how_many=2,
        not_the_operator=True,
    )
    p3 = model.severity("P3")
    assert p3 is not None
    assert p3.approvals[1] == ApprovalRule(about="free changes", threshold=1, how_many=0)


OTHER_LINE = 'timezone "Europe/Rome"'
TOO_FEW = "changes need approval by 2 of on_call"
NOBODY = "escalate again after 2h without progress"
NO_DAY = "business hours monday to fryday from 09:00 to 18:00"
BACKWARDS = "business hours monday to friday from 18:00 to 09:00"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("to boss", "to bos", ("E651", "bos")),
        ("by on_call", "by cto", ("E651", "cto")),
        (' email "boss@shop.test"', "", ("E652", "boss")),
        ('email "boss', 'emial "boss', ("E653", "emial")),
        ("boss@shop.test", "boss at shop", ("E653", '"boss at shop"')),
        ("Europe/Rome", "Rome", ("E656", '"Rome"')),
        ("changes need approval by on_call", TOO_FEW, ("E658", TOO_FEW)),
        ("  escalate after 2h to boss\n", "", ("W659", "P2")),
        ("escalate after 2h to boss", NOBODY, ("E657", NOBODY)),
        (OTHER_LINE, f'{OTHER_LINE}\ntimezone "UTC"', ("E650", 'timezone "UTC"')),
        (OTHER_LINE, "limits\n  quesion 5m", ("E654", "quesion")),
        (OTHER_LINE, "limits\n  loop 5m", ("E655", "loop 5m")),
        (OTHER_LINE, "limits\n  loop 5 rows", ("E655", "loop 5 rows")),
        (OTHER_LINE, "limits\n  wait 0s", ("E655", "wait 0s")),
        (OTHER_LINE, NO_DAY, ("E656", "fryday")),
        (OTHER_LINE, BACKWARDS, ("E656", BACKWARDS)),
    ],
)
def test_one_slip_is_one_problem_at_its_place(
    old: str, new: str, expected: tuple[str, str]
) -> None:
    """An author sees what is wrong where it is wrong, and nothing else."""
    assert old in SOUND
    found = codes(SOUND.replace(old, new))
    assert [(code, text.rstrip("\n")) for code, text in found] == [expected]


def test_a_sound_policy_has_no_problem() -> None:
    """The text that the slips are made in."""
    assert codes(SOUND) == []


def test_what_is_wrong_is_left_out_of_the_rules() -> None:
    """A slip in a limit must not give runbooks a limit of nothing."""
    model, _, _ = read(SOUND.replace('timezone "Europe/Rome"', "limits\n  wait 0s\n  loop 7 items"))
    assert model.limits.wait == timedelta(hours=4)
    assert model.limits.loop == 7


def test_a_zone_is_looked_up_where_somebody_knows_the_zones() -> None:
    """`Europe/Roma` has the form of a zone and is none."""
    tree, source = tree_of(SOUND.replace("Europe/Rome", "Europe/Roma"), "policy.rb")
    assert isinstance(tree, Policy)
    assert read_policy(tree, source)[1] == ()
    _, (problem,) = read_policy(tree, source, zone_exists=lambda name: name == "Europe/Rome")
    assert problem.code == "E656"


def test_a_severity_that_never_escalates_is_accepted_on_the_line_above() -> None:
    """A project of one person has nobody to escalate to."""
    alone = SOUND.replace("  escalate after 2h to boss\n", "")
    assert (
        codes(alone.replace("severity P2", 'allow W659 "there is nobody else"\nseverity P2')) == []
    )
    idle = SOUND.replace("severity P2", 'allow W659 "there is nobody else"\nseverity P2')
    assert [code for code, _ in codes(idle)] == ["E231"]


def test_holidays_that_nobody_knows_are_told_with_what_is_near() -> None:
    """A run would stop at the first clock that counts business days."""
    codes = {"DE": ("DE", "IT", "DE-BY", "DE-HH"), "IX": ("DE", "IT")}
    for written, help_ in (("DE-BX", "did you mean `DE-BY`?"), ("IX", "did you mean `IT`?")):
        tree, source = tree_of(f'policy "P"\n\nholidays "{written}"\n', "policy.rb")
        assert isinstance(tree, Policy)
        (problem,) = check_holidays(tree, source, lambda code: codes[code[:2]])
        assert (problem.code, problem.help) == ("E656", help_)
        assert check_holidays(tree, source, lambda code: (code,)) == ()
