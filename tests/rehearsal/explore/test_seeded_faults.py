"""A sound playbook has no errors, and each fault put into it is found where it stands."""

from collections.abc import Mapping

import pytest
from rehearsal.explore.small import SOUND, explored, line_of, of_kind

FAULTS: dict[str, tuple[Mapping[str, str], str, str, str, bool]] = {
    # name: what is changed, level, words of the remark, words on its line, whether it is proven
    "a finding whose lines contradict each other": (
        {"    not row.frozen\n\n": "    not row.frozen\n    row.frozen\n\n"},
        "error", "`stuck` never holds (cannot happen)", "finding stuck", True,
    ),
    "a finding that asks for two plans at once": (
        {'    order.status is "cancelled"\n': '    order.plan in ["a", "b"]\n    order.plan is "c"\n'},
        "error", "`gone` never holds (cannot happen)", "finding gone", True,
    ),
    "a finding that asks for what is there and is not": (
        {'    order.status is "cancelled"\n': "    order.plan is present\n    order.plan is absent\n"},
        "error", "`gone` never holds (cannot happen)", "finding gone", True,
    ),
    "a number between two whole numbers": (
        {"    not row.frozen\n\n": "    row.credits > 5\n    row.credits < 6\n\n"},
        "error", "`stuck` never holds (cannot happen)", "finding stuck", True,
    ),
    "a branch that its finding rules out": (
        {'  step "Cancel it"\n': '  step "Ask"\n    if row.frozen\n      note "it is frozen"\n  step "Cancel it"\n'},
        "error", "`row.frozen` never holds (cannot happen)", "if row.frozen", True,
    ),
    "an else that its finding rules out": (
        {
            '  step "Cancel it"\n': '  step "Ask"\n    if row.frozen is not true\n      note "as it was"\n'
            '    else\n      note "frozen"\n  step "Cancel it"\n'
        },
        "error", "nothing ever takes the `else` here", "if row.frozen is not true", True,
    ),
    "a branch that an earlier stop rules out": (
        {
            '  escalate "Nothing is wrong with the order"\n': '  if row.frozen\n    stop handed over "Frozen"\n'
            '  if row.frozen\n    note "still frozen"\n  escalate "Nothing is wrong with the order"\n'
        },
        "error", "nothing ever takes this branch", "  if row.frozen", True,
    ),
    "a case that its finding rules out": (
        {
            "    not row.frozen\n\n": '    order.plan is "small"\n\n',
            '  step "Cancel it"\n': '  step "Which"\n    match order.plan\n      when "small"\n        note "small"\n'
            '      when "large"\n        note "large"\n      otherwise\n        note "none"\n  step "Cancel it"\n',
        },
        "error", "nothing ever takes the case after this one", 'when "small"', True,
    ),
    "a check that never holds": (
        {'  step "Cancel it"\n': '  step "Look"\n    check row.frozen\n      else "not frozen"\n  step "Cancel it"\n'},
        "error", "`row.frozen` never holds", "check row.frozen", True,
    ),
    "nothing is said where nothing is found": (
        {
            '  escalate "Nothing is wrong with the order"\n  stop handed over "The fault is elsewhere"\n':
            '  note "fine"\n'
        },
        "error", "in nothing: no finding, no escalation, no hand-over", 'note "f', False,
    ),
    "a refusal that nothing takes": (
        {"    on failure unavailable, rate_limited, timeout, unauthorized, conflict\n": "    on failure unavailable\n"},
        "warning", "refused with conflict, rate_limited, timeout, unauthorized, and no handler",
        'change "Cancel', False,
    ),
    "a wait that outlasts the time to resolve": (
        {"  within 5m checking every 30s": "  within 2h checking every 10m"},
        "warning", "over the mttr of 20m, without waiting for people", "runbook", False,
    ),
}  # fmt: skip


def test_the_sound_playbook_has_neither_errors_nor_warnings() -> None:
    """Else a seeded fault could be found by chance."""
    found = explored()
    assert [one.text for one in found.remarks if one.level != "note"] == []
    assert found.decisions_met == found.decisions


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found_where_it_stands(fault: str) -> None:
    """With its level, its line, and a proof exactly where there is one."""
    changes, level, words, place, proven = FAULTS[fault]
    found = [one for one in explored(changes).remarks if words in one.text]
    assert [(one.level, one.proven) for one in found] == [(level, proven)], fault
    lines = SOUND
    for old, new in changes.items():
        lines = lines.replace(old, new)
    assert place in lines.splitlines()[found[0].line - 1]


def test_findings_that_exclude_each_other_are_named() -> None:
    """For whoever meant both to be resolved in one run."""
    apart = of_kind(explored(), "apart")
    assert [one.text for one in apart] == ["`stuck` and `gone` cannot hold together"]
    assert all(one.proven for one in apart)


def test_findings_that_may_hold_together_are_not() -> None:
    """A frozen account and a cancelled order are no contradiction."""
    changes = {'    order.status is "cancelled"\n': "    row.frozen is not true\n"}
    assert of_kind(explored(changes), "apart") == []


def test_what_no_proof_reaches_is_only_not_reached() -> None:
    """A sum is beyond the proofs, so nothing is claimed beyond the paths that were walked."""
    changes = {"    not row.frozen\n\n": "    row.credits + 1 < row.credits\n\n"}
    found = [one for one in explored(changes, paths=50).remarks if "`stuck`" in one.text]
    assert [(one.level, one.proven) for one in found] == [("warning", False)]
    assert found[0].text == "`stuck` never holds (not reached in 50 paths)"


def test_a_proof_needs_no_luck() -> None:
    """However few paths were walked, what can happen is never called impossible."""
    found = explored(paths=1)
    assert [one.text for one in found.remarks if one.proven and one.kind == "unreachable"] == []


def test_a_handler_for_what_cannot_fail_so_is_found() -> None:
    """Reading an order is never refused by a person."""
    changes = {
        '  step "Tell people"\n': '  step "Look again"\n    again = shop.latest_order(customer: "c")\n'
        '    on failure refused, unanswered\n      note "no"\n  step "Tell people"\n'
    }
    found = [one for one in explored(changes).remarks if "this handler" in one.text]
    assert [(one.level, one.proven, one.line) for one in found] == [
        ("error", True, line_of(changes, "on failure refused") + 1)
    ]
