"""Each property can fail: machines with one fault each, and the property that notices it.

A property that no fault can break would hold of every machine, and so say nothing of ours.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace
from rbengine.runtime import (
    approvals,
    calls,
    changes,
    clocks,
    crowd,
    doubts,
    endings,
    escalation,
    failures,
    loops,
    questions,
    rungs,
    sections,
    undoing,
)
from rbengine.runtime.commands import UndoRequest
from rbengine.runtime.fold import fold
from rbengine.runtime.frames import BranchFrame
from rbengine.runtime.names import NO_NAMES
from rbengine.runtime.protocol import UnexpectedEvent
from rbengine.runtime.saved import decode_state, encode_state
from rbengine.runtime.state import EMPTY_LEDGER, Clocks, Numbers, RunState, Tally
from rbengine.runtime.turn import Turn, working
from rbengine.runtime.work import Entry
from rbengine.semantics import machine_time, worst
from rbengine.semantics.people_time import Patience
from runtime.test_reordering import AnyOrder, came_of
from runtime.test_worst_case import (
    FORMS,
    exactly,
    indented,
    people_take_no_longer_than_the_checker_says,
    takes_no_longer_than_the_checker_says,
)
from support import properties as held
from support.generated import Program, in_vain, program, side_by_side
from support.worst_host import WorstHost, run_of

Patch = pytest.MonkeyPatch
Check = Callable[[Program, int], None]


def of_a_run(notices: held.Property) -> Check:
    """A property of runs in any world."""
    return lambda made, seed: notices(run_of(made.plan, seed))


def of_a_diagnosis(made: Program, seed: int) -> None:
    held.a_diagnosis_changes_nothing(run_of(made.plan, seed, diagnose_only=True))


def of_two_orders(made: Program, seed: int) -> None:
    """What runs side by side, in two orders."""
    one, other = (came_of(AnyOrder(made.plan, replies=seed, order=order).run()) for order in (1, 2))
    assert one == other


APPROVED = of_a_run(held.no_change_without_its_plan_and_approval)
TWICE = of_a_run(held.nothing_takes_effect_twice)
NEWEST = of_a_run(held.undo_takes_back_newest_first_what_was_applied)
ALLOWED = of_a_run(held.undo_only_where_the_language_says)
COUNTED = of_a_run(held.what_is_left_is_counted)
ON_TIME = of_a_run(held.escalation_is_on_time)
TRIES = of_a_run(held.calls_keep_their_tries)
ENDS = of_a_run(held.ends)
FAULTS: list[Any] = []


def noticed_by(check: Check) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """A fault, and what notices it."""

    def add(fault: Callable[[Patch], None]) -> Callable[[Patch], None]:
        FAULTS.append(pytest.param(fault, check, id=fault.__name__.replace("_", " ")))
        return fault

    return add


# -- plans and approvals ---------------------------------------------------------------------


@noticed_by(APPROVED)
def nobody_is_asked(patch: Patch) -> None:
    patch.setattr(changes, "approval_of", lambda *_: approvals.Free())


@noticed_by(APPROVED)
def one_of_two_is_enough(patch: Patch) -> None:
    pose = changes.pose
    patch.setattr(
        changes, "pose",
        lambda *given, needed, **more: pose(*given, needed=replace(needed, how_many=1), **more),
    )  # fmt: skip


@noticed_by(APPROVED)
def anybody_may_approve(patch: Patch) -> None:
    patch.setattr(questions, "may_answer", lambda *_: True)


@noticed_by(APPROVED)
def an_approval_of_another_plan_counts(patch: Patch) -> None:
    refusal = questions.refusal_of

    def lenient(turn: Turn, question: Any, event: Any) -> str:
        why = refusal(turn, question, event)
        return "" if "another plan" in why else why

    patch.setattr(questions, "refusal_of", lenient)


@noticed_by(APPROVED)
def an_approval_holds_for_ever(patch: Patch) -> None:
    patch.setattr(changes, "has_expired", lambda *_: False)


@noticed_by(APPROVED)
def what_has_moved_is_applied_as_it_is_now(patch: Patch) -> None:
    asked = changes._show_and_ask

    def unasked(turn: Turn, fiber: Any, work: Any, *, again: bool) -> None:
        if again:
            turn.ready(working(fiber, replace(work, approved=True)))
        else:
            asked(turn, fiber, work, again=again)

    patch.setattr(changes, "_show_and_ask", unasked)


# -- once ---------------------------------------------------------------------------------------


@noticed_by(TWICE)
def a_lost_answer_is_no_reason_to_look(patch: Patch) -> None:
    def again(turn: Turn, fiber: Any, call: Any, _text: str, **_: Any) -> None:
        turn.park(fiber)
        calls.repeat(turn, call, attempt=call.attempt)

    patch.setattr(doubts, "look", again)


@noticed_by(TRIES)
def asking_again_gives_the_tries_back(patch: Patch) -> None:
    anew = changes._ask_anew
    patch.setattr(
        changes, "_ask_anew",
        lambda turn, fiber, work: anew(turn, fiber, replace(work, attempt=1)),
    )  # fmt: skip


@noticed_by(TRIES)
def a_step_repeats_once_more_than_it_says(patch: Patch) -> None:
    again = calls.when_again
    for module in (calls, changes):
        patch.setattr(
            module, "when_again",
            lambda turn, fiber, kind, attempt: again(turn, fiber, kind, max(1, attempt - 1)),
        )  # fmt: skip


# -- undo ---------------------------------------------------------------------------------------


@noticed_by(NEWEST)
def the_oldest_is_taken_back_first(patch: Patch) -> None:
    newest = Turn.newest_first
    patch.setattr(Turn, "newest_first", lambda turn, above=0: newest(turn, above)[::-1])


@noticed_by(NEWEST)
def what_was_refused_is_taken_back(patch: Patch) -> None:
    refused = changes.refused

    def entered(turn: Turn, fiber: Any, call: Any, kind: str, text: str) -> None:
        if call.use == "apply":
            turn.enter(Entry(number=0, kind="change", label=call.text, key=call.key))
        refused(turn, fiber, call, kind, text)

    patch.setattr(changes, "refused", entered)


@noticed_by(NEWEST)
def a_row_is_left_out(patch: Patch) -> None:
    def without_the_first(**given: Any) -> UndoRequest:
        return UndoRequest(**{**given, "images": given.get("images", ())[1:]})

    patch.setattr(undoing, "UndoRequest", without_the_first)


@noticed_by(ALLOWED)
def unwinding_passes_a_message(patch: Patch) -> None:
    patch.setattr(
        failures, "unwindable",
        lambda turn, mark: tuple(one.number for one in turn.newest_first(mark) if one.can_be_undone),
    )  # fmt: skip


@noticed_by(ALLOWED)
def unwinding_passes_the_beginning(patch: Patch) -> None:
    patch.setattr(failures, "unwindable", lambda turn, _mark: undoing.unwindable(turn, 0))


@noticed_by(ALLOWED)
def nobody_is_asked_whether_to_take_back(patch: Patch) -> None:
    patch.setattr(endings, "pose", lambda turn, fiber, **_: turn.ready(fiber))


@noticed_by(COUNTED)
def what_took_effect_after_all_is_not_counted(patch: Patch) -> None:
    enter = changes.enter

    def only_answered(turn: Turn, *given: Any, **more: Any) -> int:
        entry = enter(turn, *given, **more)
        turn.ledger = turn.ledger if turn.numbers.entry % 3 else turn.ledger.discard(entry)
        return entry

    patch.setattr(changes, "enter", only_answered)


# -- clocks --------------------------------------------------------------------------------------


@noticed_by(ON_TIME)
def escalation_is_a_minute_late(patch: Patch) -> None:
    due = rungs._due

    def late(*given: Any) -> Any:
        at = due(*given)
        return at and at + timedelta(minutes=1)

    patch.setattr(rungs, "_due", late)


@noticed_by(ON_TIME)
def acknowledged_is_for_ever(patch: Patch) -> None:
    acknowledge = clocks.acknowledge

    def silenced(turn: Turn, *given: Any) -> None:
        acknowledge(turn, *given)
        for number, rung in enumerate(turn.clocks.rungs):
            turn.stop_timer(rung.timer)
            rungs.set_rung(turn, number, replace(rung, timer=0, held=True))

    patch.setattr(clocks, "acknowledge", silenced)


@noticed_by(ON_TIME)
def the_playbook_s_own_escalation_silences_the_clock(patch: Patch) -> None:
    def all_of_them(turn: Turn, _to: Any) -> None:
        for number, rung in enumerate(turn.clocks.rungs):
            turn.stop_timer(rung.timer)
            rungs.set_rung(turn, number, replace(rung, timer=0))

    patch.setattr(escalation, "fulfil", all_of_them)


@noticed_by(ENDS)
def clocks_go_on_behind_the_end(patch: Patch) -> None:
    patch.setattr(clocks, "stop", lambda _turn: None)
    patch.setattr(Turn, "stop_timer", lambda _turn, _number: None)


# -- order and diagnosis ---------------------------------------------------------------------------


@noticed_by(of_two_orders)
def the_first_that_fails_is_told(patch: Patch) -> None:
    failed = crowd.branch_failed

    def in_time(turn: Turn, fiber: Any, failing: Any) -> None:
        frame = fiber.frames[0]
        assert isinstance(frame, BranchFrame)
        before = len(crowd._crowd_of(turn.fibers[frame.parent]).failed)
        failed(
            turn, replace(fiber, frames=(replace(frame, slot=before), *fiber.frames[1:])), failing
        )

    patch.setattr(failures, "branch_failed", in_time)


@noticed_by(of_two_orders)
def a_list_is_in_the_order_of_its_ends(patch: Patch) -> None:
    ended = crowd.branch_ended

    def in_time(turn: Turn, fiber: Any, given: Any) -> None:
        frame = fiber.frames[0]
        place = len(crowd._crowd_of(turn.fibers[frame.parent]).given)
        if given is not None:
            fiber = replace(fiber, frames=(replace(frame, slot=place), *fiber.frames[1:]))
        ended(turn, fiber, given)

    patch.setattr(loops, "branch_ended", in_time)


@noticed_by(of_a_diagnosis)
def a_diagnosis_goes_on(patch: Patch) -> None:
    decide = sections._decide

    def resolving(turn: Turn, diagnosis: Any) -> Any:
        assert turn.begun is not None
        turn.begun = replace(turn.begun, diagnose_only=False)
        return decide(turn, diagnosis)

    patch.setattr(sections, "_decide", resolving)


# -- the worst case --------------------------------------------------------------------------------


@noticed_by(takes_no_longer_than_the_checker_says)
def every_call_has_a_minute_more(patch: Patch) -> None:
    perform = Turn.perform
    patch.setattr(
        Turn, "perform",
        lambda turn, *, timeout, **more: perform(turn, timeout=timeout + timedelta(minutes=1), **more),
    )  # fmt: skip


@noticed_by(people_take_no_longer_than_the_checker_says)
def people_are_waited_for_longer(patch: Patch) -> None:
    pose = changes.pose
    patch.setattr(
        changes, "pose",
        lambda *given, due, **more: pose(*given, due=due + timedelta(minutes=4), **more),
    )  # fmt: skip


@noticed_by(people_take_no_longer_than_the_checker_says)
def plans_take_nobody_s_time(patch: Patch) -> None:
    patch.setattr(Patience, "plan", lambda *_: worst.NONE)


@pytest.mark.parametrize(("fault", "check"), FAULTS)
def test_a_faulty_machine_is_noticed(
    fault: Callable[[Patch], None], check: Check, monkeypatch: Patch
) -> None:
    """By the property that is about it, within the programs that the others get too."""
    fault(monkeypatch)
    made = programs()
    if check is of_two_orders:
        made = crowded()
    elif check in (NEWEST, ALLOWED, COUNTED, TRIES):
        made = vain()
    assert notices(check, made), "no property noticed it"


@cache
def programs() -> tuple[Program, ...]:
    """Read and checked once: each fault runs them until it is noticed."""
    return tuple(program(seed) for seed in range(150))


@cache
def vain() -> tuple[Program, ...]:
    """Those in which something is taken back."""
    return tuple(in_vain(seed) for seed in range(60))


@cache
def crowded() -> tuple[Program, ...]:
    """Those in which much runs side by side."""
    return tuple(side_by_side(seed) for seed in range(40))


def notices(check: Check, programs: tuple[Program, ...]) -> bool:
    """Whether `check` fails on any of these, in any of some worlds."""
    for world in range(8):
        for number, made in enumerate(programs):
            try:
                check(made, 1000 * world + number)
            except AssertionError:
                return True
    return False


def _forgetful(state: RunState) -> dict[str, RunState]:
    """States in which one thing is forgotten, by what it is."""
    fibers = {one.number: replace(one, work=None) for one in state.fibers.values()}
    late = {one.number: replace(one, wider=False) for one in state.timers.values()}
    return {
        "names": replace(state, base=NO_NAMES),
        "work": replace(state, fibers=fibers),
        "calls": replace(state, calls={}),
        "timers": replace(state, timers={}),
        "wider": replace(state, timers=late),
        "questions": replace(state, questions={}),
        "ledger": replace(state, ledger=EMPTY_LEDGER),
        "diagnosis": replace(state, course=replace(state.course, diagnosis=None)),
        "found": replace(state, course=replace(state.course, found=state.course.found[:1])),
        "approved_as": replace(state, course=replace(state.course, approved_as=())),
        "handed over": replace(state, course=replace(state.course, handed_to_people="")),
        "verified_at": replace(state, course=replace(state.course, verified_at=-1)),
        "clocks": replace(state, clocks=Clocks(progress=state.clocks.progress)),
        "progress": replace(state, clocks=replace(state.clocks, progress=state.now)),
        "acknowledged": replace(state, clocks=replace(state.clocks, acknowledged=False)),
        "numbers": replace(state, numbers=Numbers()),
        "tally": replace(state, tally=Tally()),
    }


FORGOTTEN = (
    "names", "work", "calls", "timers", "wider", "questions", "ledger", "diagnosis", "found", "approved_as",
    "handed over", "verified_at", "clocks", "progress", "acknowledged", "numbers", "tally",
)  # fmt: skip


@pytest.mark.parametrize("forgotten", FORGOTTEN)
def test_a_state_that_is_not_saved_whole_is_noticed(forgotten: str) -> None:
    """What is neither written nor read is the same on both sides: only the commands tell."""
    assert any(
        _differs(run_of(made.plan, number), forgotten) for number, made in enumerate(programs())
    )


def _differs(host: WorstHost, forgotten: str) -> bool:
    """Whether the run goes on otherwise from any state that was saved without it."""
    states = [state for _, _, state in fold(host.plan, host.events)]
    for place, state in enumerate(states[:-1]):
        lost = _forgetful(state)[forgotten]
        if lost == state:
            continue
        saved = decode_state(host.plan, encode_state(lost))
        try:
            rest = [commands for _, commands, _ in fold(host.plan, host.events[place + 1 :], saved)]
        except (UnexpectedEvent, KeyError, AttributeError, AssertionError):
            return True  # it does not even fold
        if rest != host.batches[place + 1 :]:
            return True
    return False


@pytest.mark.parametrize(
    ("owner", "name", "instead", "form"),
    [
        (machine_time, "_lost", lambda call: call, "an operation"),
        (machine_time, "_lost", lambda call: call, "a message"),
        (machine_time.UndoTime, "change", lambda *_: worst.NONE, "all or nothing"),
        (machine_time.MachineTime, "looking", lambda *_: worst.NONE, "until no finding holds"),
        (machine_time.MachineTime, "question", lambda *_: worst.NONE, "a manual"),
        (machine_time, "repeated", lambda time, count: time if count == 3 else time * count, "many items"),
    ],
)  # fmt: skip
def test_a_worst_case_that_forgets_something_is_noticed(
    owner: Any, name: str, instead: Any, form: str, monkeypatch: Patch
) -> None:
    """By the form of which it is the time."""
    if form == "all or nothing":
        cancel = indented(FORMS["an operation"], 6)
        check = '    step "T"\n      check 2 < 1 else "no"'
        steps = f'  all or nothing\n    step "S"\n{cancel}\n{check}\n'
    else:
        steps = f'  step "S"\n{indented(FORMS[form], 4)}\n'
    exactly(steps, 0)
    monkeypatch.setattr(owner, name, instead)
    with pytest.raises(AssertionError):
        exactly(steps, 0)
