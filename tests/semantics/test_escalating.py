"""The policy's clock: 30 minutes to the first escalation, of every severity but P0."""

import pytest
from support.check import check


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
    """Whoever wrote the policy knows both."""
    check('resolve stale\n  manual "Look"\n  manual "Look again"\n  manual "And again"\n')


def test_the_clock_ends_when_the_symptom_is_gone() -> None:
    """What is done to recover is not late."""
    check('recover\n  manual "Look" within 5h\n  wait 45m\n  escalate "done"\n')
