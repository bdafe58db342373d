"""What holds of every run, whatever the playbook and the world: each a function that raises AssertionError where not.

They read what the host saw: the events it sent, the commands it was given, and what really took effect. Nothing is
taken from the machine's own books where the journal says it too.
"""

from collections import Counter
from collections.abc import Callable
from random import Random

from rbengine.contract.changes import Drifted
from rbengine.contract.policy import SeverityPolicy
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime.fold import fold
from rbengine.runtime.saved import decode_state, encode_state
from support.approved import no_change_without_its_plan_and_approval
from support.clockwork import escalation_is_on_time
from support.machine import Host
from support.undone import (
    standing,
    undo_only_where_the_language_says,
    undo_takes_back_newest_first_what_was_applied,
)
from support.worst_host import WorstHost

Property = Callable[[WorstHost], None]


def ends(host: WorstHost) -> None:
    """The run is over, once unless it was opened again to take back, and waits for nothing any more."""
    assert host.finish is not None
    state = host.state
    assert (state.fibers, state.calls, state.questions, state.timers) == ({}, {}, {}, {})
    opened = sum(isinstance(one, ev.UndoOrdered) for one in host.events)
    assert len(host.shown(no.Ended)) == 1 + opened


def nothing_takes_effect_twice(host: WorstHost) -> None:
    """No change and no message, not after a crash, not after a lost answer."""
    assert [key for key, count in host.effects.items() if count > 1] == []


def what_is_left_is_counted(host: WorstHost) -> None:
    """`left_applied` is what stands; a resolved run leaves nothing to worry about."""
    assert host.finish is not None
    expected = 0 if host.finish.outcome == "resolved" else standing(host)
    assert host.finish.left_applied == expected
    undone = len(host.shown(no.ChangeTakenBack))
    assert host.shown(no.Ended)[-1].undone == undone


def the_journal_folds_to_the_same_commands(host: WorstHost) -> None:
    """From the start, and from a state that was saved on the way, another one in each run; reading it loses nothing."""
    steps = list(fold(host.plan, host.events))
    assert [commands for _, commands, _ in steps] == host.batches
    place = Random(len(host.events)).randrange(len(steps))
    line = encode_state(steps[place][2])
    state = decode_state(host.plan, line)
    assert encode_state(state) == line
    rest = list(fold(host.plan, host.events[place + 1 :], state))
    assert [commands for _, commands, _ in rest] == host.batches[place + 1 :]


def _severity(plan: Plan) -> SeverityPolicy:
    found = plan.policy.severity(plan.severity)
    assert found is not None
    return found


def calls_keep_their_tries(host: WorstHost) -> None:
    """None is made more often than its step says; nor is an item of a change, but where what it changes has moved."""
    keys = {one.call: one.key for one in host.commands if isinstance(one, co.Perform)}
    moved = Counter(
        keys[one.call]
        for one in host.events
        if isinstance(one, ev.ChangeApplied) and isinstance(one.outcome, Drifted)
    )
    crashes = sum(isinstance(one, ev.Resumed) for one in host.events)
    applied: Counter[str] = Counter()
    for command in host.commands:
        if isinstance(command, co.Perform) and command.call in host.tries:
            tries = host.tries[command.call]
            assert command.attempt <= tries, f"tried {command.attempt} times, and {tries} were said"
            if isinstance(command.request, co.ApplyRequest):
                applied[command.key] += 1
                assert applied[command.key] <= tries + moved[command.key] + crashes
    assert all(count <= host.plan.policy.limits.replan + 1 for count in moved.values())


def a_diagnosis_changes_nothing(host: Host) -> None:
    """Read alone, it tells nobody, asks nobody and changes nothing."""
    cancelled = any(isinstance(one, ev.Cancelled) for one in host.events)
    assert host.outcome == "diagnosed" or cancelled
    for command in host.commands:
        assert not isinstance(command, co.AskPeople)
        if isinstance(command, co.Perform):
            assert isinstance(command.request, co.QueryRequest | co.OperationRequest)


PROPERTIES: tuple[Property, ...] = (
    ends,
    no_change_without_its_plan_and_approval,
    nothing_takes_effect_twice,
    undo_takes_back_newest_first_what_was_applied,
    undo_only_where_the_language_says,
    what_is_left_is_counted,
    the_journal_folds_to_the_same_commands,
    escalation_is_on_time,
    calls_keep_their_tries,
)
