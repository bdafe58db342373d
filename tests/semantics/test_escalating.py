"""The policy's clock: 30 minutes to the first escalation, of every severity but P0."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from rbengine.contract.policy import ApprovalRule, Limits
from rbengine.semantics.catalogue.sample import sample
from support.check import POLICY, analyse, check


@pytest.mark.parametrize(
    "body",
    [
        'wait 20m\n  wait 20m\n  escalate "x" to manager',
        'within 45m checking every 1m\n    until row.frozen\n  else\n    escalate "x" to manager',
        'wait 45m\n  escalate "x" to on_call, manager',
        'if row.frozen\n    wait 40m\n  else\n    wait 50m\n  escalate "x" to manager',
        'step "Wait"\n    wait 45m\n  for each n in [1, 2]\n    escalate "x" to manager',
    ],
)  # fmt: skip
def test_an_escalation_after_the_policy_s_own_is_too_late(body: str) -> None:
    """On every way that leads to it."""
    check(f"resolve stale\n  {body}\n", ["E610 at `escalate`"])


@pytest.mark.parametrize(
    "body",
    [
        'wait 30m\n  escalate "x" to manager',
        'within 45m checking every 1m\n    until row.frozen\n  escalate "x" to manager',
        'if row.frozen\n    wait 40m\n  escalate "x" to manager',
        'within 45m checking every 1m\n    until row.frozen\n  else\n    escalate "still so"',
        'wait 45m\n  escalate "x" to on_call',
        "wait 45m",
        'manual "Do" within 20m\n  manual "Do more" within 20m\n  on failure unanswered\n    escalate "x"',
    ],
    ids=[
        "in time",
        "at once",
        "on one way",
        "news",
        "to somebody whom no rung names",
        "none",
        "questions",
    ],
)
def test_one_that_may_be_in_time_is_not(body: str) -> None:
    """Nor one to somebody whom the policy never calls, or news to whoever was called."""
    expected = ["W431 at `20m`"] if "Do more" in body else []
    check(f"resolve stale\n  {body}\n", expected)


def test_who_was_told_at_once_cannot_be_told_late() -> None:
    """P0 escalates before anything else."""
    check(
        """
        severity P0
        mttr 2h
        resolve stale
          wait 45m
          manual "Look" within 2h
          escalate "x" to manager
        verify
          check row.frozen else "no"
        """
    )


def test_waits_for_people_add_up_until_somebody_is_told() -> None:
    """With the waits of the machine; each way is warned of once."""
    check(
        """
        resolve stale
          wait 10m
          x = ask "Why?": text within 15m
          y = ask "Why so?": text within 6m
          z = ask "Why not?": text within 30m
        otherwise
          escalate "nothing found"
          manual "Look" within 5h
        """,
        ["W431 at `6m`"],
    )


def test_a_question_without_a_time_of_its_own_has_the_policy_s() -> None:
    """Two of twenty minutes pass the first escalation."""
    check(
        'resolve stale\n  manual "Look"\n  manual "Look again"\n  manual "And again"\n',
        ['W431 at `"Look again"`'],
        policy=replace(POLICY, limits=Limits(question=timedelta(minutes=20))),
    )


def test_a_time_that_is_not_written_is_as_long_as_it_may_be() -> None:
    """As was made sure of before it, else as the policy's limit; it may also be over at once."""
    ask = '  wait pause\n  manual "Look" within 15m\n'
    late = '  wait pause\n  escalate "x" to manager\n'
    head = 'mttr 10h\ninput pause: duration "How long"\nresolve stale\n'
    check(head + ask, ["W431 at `15m`"])
    check(head + "  check pause <= 15m\n" + ask)
    check(head + "  check pause <= 16m\n" + ask, ["W431 at `15m`"])
    check(head + late)


def test_rounds_of_a_loop_add_up() -> None:
    """As many as it may have; the last one is too late."""
    loop = '  for each n in [1, 2], at most {most}\n    manual "Look at {{{{ n }}}}" within 10m\n'
    check("resolve stale\n" + loop.format(most=3))
    check("resolve stale\n" + loop.format(most=4), ["W431 at `10m`"])
    inner = "  for each n in [1, 2], at most 2\n    for each m in [1, 2], at most 2\n"
    check(f'resolve stale\n{inner}      manual "Look" within 10m\n', ["W431 at `10m`"])


LIBRARY = {
    "lib": """
        library lib "Lib"

        procedure look(pause: duration)
          if pause > 1h
            escalate "long"
          manual "Look" within 20m

        procedure wait_and_tell()
          wait 20m
          call wait_more()

        procedure wait_more()
          wait 20m
          escalate "x" to manager

        procedure tell()
          escalate "x"
    """
}


def test_what_a_procedure_waits_for_counts_where_it_is_called() -> None:
    """Its caller knows what came before; it is reported at the call, once."""
    check(
        """
        use lib
        resolve stale
          call look(pause: 5m)
          call look(pause: 5m)
        otherwise
          call wait_and_tell()
        """,
        ["W431 at `look`", "E610 at `wait_and_tell`"],
        libraries=LIBRARY,
    )
    check(
        """
        use lib
        resolve stale
          call tell()
          call look(pause: 5m)
          call look(pause: 5m)
        otherwise
          wait 11m
          call wait_more()
        """,
        ["E610 at `wait_more`"],
        libraries=LIBRARY,
    )


def test_a_procedure_is_looked_at_once_however_often_it_is_called() -> None:
    """Thirty procedures that call the next twice would be a thousand million calls."""
    procedures = "".join(
        f"procedure p{n}()\n  call p{n + 1}()\n  call p{n + 1}()\n" for n in range(30)
    )
    library = f'library lib "Lib"\n{procedures}procedure p30()\n  wait 1s\n  manual "Look"\n'
    check(
        "mttr 100000d\nuse lib\nresolve stale\n  call p0()\n", ["W431 at `p0`"],
        libraries={"lib": library},
    )  # fmt: skip


def test_the_clock_ends_when_the_symptom_is_gone() -> None:
    """What is done to recover is not late."""
    check('recover\n  manual "Look" within 5h\n  wait 45m\n  escalate "done"\n')


def _said(text: str, **kwargs: Any) -> list[str]:
    """The way that the one warning of `text` names, line by line."""
    (problem,) = analyse(sample(text), **kwargs).problems
    assert problem.code == "W431"
    return [problem.message.split(",")[0], *problem.notes[0].splitlines()[1:]]


def test_the_way_is_named_part_by_part() -> None:
    """Through steps, branches, loops and procedures, each with its time."""
    text = """
        mttr 10h
        use lib
        resolve stale
          step "Wait for it"
            if row.frozen
              wait 10m
            else
              wait 5m
            call look(pause: 5m)
          for each n in [1, 2], at most 3
            x = ask "Why is {{ n }} so?": text within 4m
        """
    assert _said(text, libraries=LIBRARY) == [
        "people may be waited for until 42m after the start",
        "resolve stale  42m",
        '  "Wait for it": if row.frozen: wait  10m',
        '  "Wait for it": call look: manual "Look"  20m',
        '  for each n in [1, 2], 2 rounds: ask "Why is … so?"  8m',
        '  for each n in [1, 2]: ask "Why is … so?"  4m',
    ]


CHANGE = """
          change "Cancel {n}"
            shop.cancel(order: "o")
            irreversible "cancelled is cancelled"
"""


def test_a_plan_waits_for_its_approval() -> None:
    """As long as the policy lets approvals wait; `approve` like any question."""
    slow = replace(POLICY, approvals_expire=timedelta(minutes=20))
    text = "resolve stale" + CHANGE.format(n=1).replace("\n          ", "\n  ")
    check(text, policy=slow)
    text += '  approve "Go on?" within 15m by on_call\n'
    check(text, ["W431 at `15m`"], policy=slow)


def test_who_is_asked_is_told() -> None:
    """Whom the policy would call first knows when it is they who are asked."""
    check('resolve stale\n  manual "Look" within 50m by on_call or manager\n')
    approving = ApprovalRule(about="changes", by=("manager",))
    severities = tuple(replace(one, approvals=(approving,)) for one in POLICY.severities)
    slow = replace(POLICY, approvals_expire=timedelta(hours=1), severities=severities)
    text = "resolve stale" + CHANGE.format(n=1).replace("\n          ", "\n  ")
    check(text, policy=slow)
    check(
        text.replace("    irrev", "    approve by on_call\n    irrev"),
        ['W431 at `"Cancel 1"`'],
        policy=slow,
    )


BOTH = """
        mttr 10h
        diagnose
          step "Look"
            row = query one
              SELECT id, seen_at, frozen FROM accounts
          finding stale "Never seen"
            row.seen_at is absent
          finding frozen "Frozen"
            {frozen}
        resolve stale
          wait 2m
          manual "Look" within 20m
        resolve frozen
          manual "Look again" within {time}
"""


def test_findings_that_hold_together_keep_people_waiting_one_after_the_other() -> None:
    """Each alone is in time. Where one alone is not, that is said, and nothing of both."""
    assert _said(BOTH.format(frozen="row.frozen", time="20m")) == [
        "people may be waited for until 42m after the start",
        "resolve stale  22m",
        "  wait  2m",
        '  manual "Look"  20m',
        "resolve frozen  20m",
        '  manual "Look again"  20m',
    ]
    assert analyse(sample(BOTH.format(frozen="row.seen_at is present", time="20m"))).problems == ()
    assert _said(BOTH.format(frozen="row.frozen", time="31m"))[1:2] == ["resolve frozen  31m"]
