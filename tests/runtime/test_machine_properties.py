"""What holds of every run: generated playbooks, and hosts that do their worst within the protocol."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from rbengine.contract.changes import ChangePlan, Drifted, Planned
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.examples import examples
from support.generated import WorstHost, playbook, unwinding_playbook
from support.machine import BEGAN, MANAGER, OPERATOR, assert_folds_again

SEEDS = st.integers(min_value=0, max_value=2**32)
SOME = examples(1000)
FEWER = examples(400)


def run_of(seed: int, *, crashes: bool = True) -> WorstHost:
    rng = random.Random(seed)
    plan = playbook(rng)
    also: list[ev.Event] = []
    if rng.random() < 0.3:
        at = BEGAN + timedelta(minutes=rng.randint(0, 30))
        also.append(ev.Acknowledged(at=at, person=MANAGER))
    if rng.random() < 0.2:
        at = BEGAN + timedelta(seconds=rng.randint(0, 900))
        also.append(ev.Cancelled(at=at, person=OPERATOR, reason="enough"))
    host = WorstHost(plan, rng, crashes=crashes, also=also, diagnose_only=rng.random() < 0.05)
    return host.run(most=20_000)


@SOME
@given(SEEDS)
def test_every_run_ends_and_never_surprises_the_machine(seed: int) -> None:
    """Each wait, retry, loop and question is bounded; a legal host is never told off."""
    host = run_of(seed)
    assert host.finish is not None
    assert host.state.fibers == {}
    assert host.state.questions == {}
    assert host.state.timers == {}
    ended = host.shown(no.Ended)
    assert len(ended) == 1


@SOME
@given(SEEDS)
def test_nothing_is_applied_without_its_plan_and_approval(seed: int) -> None:
    """The plan that is applied was looked at, shown, and approved as shown, or free by the policy."""
    host = run_of(seed)
    planned: set[str] = set()
    asked: dict[int, ChangePlan] = {}
    allowed: list[ChangePlan] = []
    for event, commands in zip(host.events, host.batches, strict=True):
        match event:
            case ev.ChangePlanned(outcome=Planned(plan=plan)):
                planned.add(plan.digest)
            case ev.ChangeApplied(outcome=Drifted(plan=plan)):
                planned.add(plan.digest)
            case ev.Answered(question=number, answer=ev.Approved(digest=digest)):
                if number in asked and asked[number].digest == digest:
                    allowed.append(asked[number])
            case _:
                pass
        for command in commands:
            match command:
                case co.AskPeople(kind="plan", plan=ChangePlan() as plan):
                    asked[command.question] = plan
                case co.Show(notice=no.ChangeShown(approval="free", plan=plan)):
                    allowed.append(plan)
                case co.Perform(request=co.ApplyRequest(approved=plan)):
                    assert plan.digest in planned
                    assert any(_covers(one, plan) for one in allowed)
                case _:
                    pass


def _covers(whole: ChangePlan, part: ChangePlan) -> bool:
    return whole.digest == part.digest or all(one in whole.parts for one in part.parts)


@SOME
@given(SEEDS)
def test_no_change_and_no_message_takes_effect_twice(seed: int) -> None:
    """Not after a crash, not after a lost answer."""
    host = run_of(seed)
    assert [key for key, count in host.effects.items() if count > 1] == []


@SOME
@given(SEEDS)
def test_undo_runs_newest_first_and_only_on_what_was_applied(seed: int) -> None:
    """The one that is taken back is always the newest that can be."""
    host = run_of(seed)
    for event, commands in zip(host.events, host.batches, strict=True):
        for command in commands:
            if isinstance(command, co.Perform) and isinstance(command.request, co.UndoRequest):
                assert host.effects.get(command.key.removesuffix("/undo"), 0) == 1
                assert not isinstance(event, ev.Started)
    newest: dict[str, int] = {}
    taken: list[int] = []
    for commands in host.batches:
        for command in commands:
            match command:
                case co.Perform(request=co.ApplyRequest(), key=key):
                    newest.setdefault(key, len(newest))
                case co.Perform(request=co.UndoRequest(), key=key):
                    number = newest[key.removesuffix("/undo")]
                    later = [one for one in taken if one < number]
                    assert later == [] or taken[-1] > number or _applied_since(host, number, taken)
                    taken.append(number)
                case _:
                    pass


def _applied_since(host: WorstHost, number: int, taken: list[int]) -> bool:
    """A newer undo after an older one is right only for something applied after that undo."""
    keys = [
        one.key
        for one in host.commands
        if isinstance(one, co.Perform) and isinstance(one.request, co.ApplyRequest | co.UndoRequest)
    ]
    first: list[str] = list(dict.fromkeys(one for one in keys if not one.endswith("/undo")))
    return keys.index(first[number]) > keys.index(f"{first[taken[-1]]}/undo")


@SOME
@given(SEEDS)
def test_what_is_left_is_counted(seed: int) -> None:
    """`left_applied` is what stands; a resolved run leaves nothing to worry about."""
    host = run_of(seed)
    assert host.finish is not None
    standing = sum(one.kind == "change" for one in host.state.ledger.values())
    expected = 0 if host.finish.outcome == "resolved" else standing
    assert host.finish.left_applied == expected


@FEWER
@given(SEEDS)
def test_the_journal_folds_to_the_same_commands(seed: int) -> None:
    """From the start, and from any state that was saved on the way."""
    host = run_of(seed)
    assert_folds_again(host, every=max(1, len(host.events) // 8))


@FEWER
@given(SEEDS)
def test_a_diagnosis_changes_nothing(seed: int) -> None:
    """Read alone, it tells nobody, asks nobody and changes nothing."""
    rng = random.Random(seed)
    host = WorstHost(playbook(rng), rng, diagnose_only=True).run()
    assert host.outcome == "diagnosed"
    for command in host.commands:
        assert not isinstance(command, co.AskPeople)
        if isinstance(command, co.Perform):
            assert isinstance(command.request, co.QueryRequest | co.OperationRequest)


@SOME
@given(SEEDS)
def test_nothing_older_than_a_message_is_taken_back_unless_a_person_says_so(seed: int) -> None:
    """People were told: from there on only they decide."""
    rng = random.Random(seed)
    host = WorstHost(unwinding_playbook(rng), rng).run()
    done: list[
        str
    ] = []  # keys of changes and, empty, messages, in the order in which they took effect
    allowed = False
    undo_questions: set[int] = set()
    for event, commands in zip(host.events, host.batches, strict=True):
        if isinstance(event, ev.Answered) and event.question in undo_questions:
            allowed = allowed or isinstance(event.answer, ev.Approved)
        for command in commands:
            match command:
                case co.AskPeople(kind="undo", question=number):
                    undo_questions.add(number)
                case co.Perform(request=co.ApplyRequest(), call=number, key=key):
                    if key not in done:
                        done.append(key)
                case co.Show(notice=no.Told(kind=kind, failure="")) if kind.startswith("mail"):
                    done.append("")
                case co.Perform(request=co.UndoRequest() as undo, key=key) if not allowed:
                    assert undo.images or undo.actions
                    assert "" not in done[done.index(key.removesuffix("/undo")) :]
                case _:
                    pass
