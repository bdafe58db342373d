"""What calls have to be: as the signature says, also where the vendor fails and where an answer is lost."""

from collections.abc import Iterator, Mapping
from functools import partial

import msgspec

from rbengine.conformance.bench import TIMEOUT, Bench, promised
from rbengine.conformance.kit import LATER, Case, Kit, Named, each
from rbengine.conformance.requiring import require
from rbengine.contract.outcomes import RefusalKind, Refused, Succeeded, Unsettled
from rbengine.rehearsal.company.faults import FaultKind

READING: tuple[tuple[FaultKind, RefusalKind], ...] = (
    ("unavailable", "unavailable"),
    ("rate_limited", "rate_limited"),
    ("timeout", "timeout"),
    ("lost_answer", "timeout"),
    ("garbage_answer", "unavailable"),
)
"""What each fault of a vendor is for a call that only reads."""


def checks(kit: Kit) -> Iterator[Named]:
    """Of the live code, in the simulated company."""
    yield from each("ends as it should", _ends, kit, iter(kit.cases))
    yield from each("alone changes what it says", _effect, kit, kit.successes())
    for fault, _ in READING:
        yield from each(f"under {fault}", partial(_under, fault), kit, kit.successes())
    changing = [one for one in kit.successes() if kit.changes(one)]
    yield from each("again, with the same key", _again, kit, iter(changing))
    looked_for = [one for one in changing if promised(kit.full_name(one)).settles]
    keyed = [one for one in changing if promised(kit.full_name(one)).idempotency == "by key"]
    for fault in ("lost_answer", "garbage_answer", "timeout"):
        yield from each(
            f"looked for after {fault}", partial(_looked_for, fault), kit, iter(looked_for)
        )
        yield from each(f"sent again after {fault}", partial(_sent_again, fault), kit, iter(keyed))
    yield f"{kit.adapter}: an operation that it does not have is a defect", partial(_unknown, kit)
    yield f"{kit.adapter}: a missing setting is named", partial(_settings, kit)


def _ends(kit: Kit, case: Case) -> None:
    outcome = kit.call(kit.bench(case), case)
    if case.refused is not None:
        require(isinstance(outcome, Refused), f"expected `{case.refused}`, got {outcome}")
        assert isinstance(outcome, Refused)
        require(outcome.kind == case.refused, f"expected `{case.refused}`, got {outcome}")
        declared = sorted(kit.declared(case))
        require(outcome.kind in declared, f"`{outcome.kind}` is not declared: {declared}")
        require(outcome.text, "a refusal has words for people")
        return
    require(isinstance(outcome, Succeeded), f"expected a success, got {outcome}")
    if case.count is not None and isinstance(outcome, Succeeded):
        value = outcome.value.value
        found = len(value) if isinstance(value, tuple) else None
        require(found == case.count, f"{case.count} entries are there, {found} were given")


def _effect(kit: Kit, case: Case) -> None:
    bench = kit.bench(case)
    before = bench.state()
    kit.call(bench, case)
    changed = _changed(before, bench)
    if kit.changes(case):
        text = "its success changed nothing that the simulator shows: `objects` has to list it"
        require(changed, text)
    else:
        require(not changed, f"it only looks, and has changed {', '.join(changed)}")


def _under(fault: FaultKind, kit: Kit, case: Case) -> None:
    bench = kit.bench(case)
    bench.fault(kit.faulty, fault)
    before, began = bench.state(), bench.now
    outcome = kit.call(bench, case)
    took = bench.now - began
    require(took <= TIMEOUT, f"it may take {TIMEOUT}, and took {took}")
    require(not isinstance(outcome, Succeeded), f"it cannot know that it succeeded: {outcome}")
    if not kit.changes(case):
        expected = dict(READING)[fault]
        refused = isinstance(outcome, Refused) and outcome.kind == expected
        require(refused, f"a look ends in `{expected}`, not in {outcome}")
        return
    if isinstance(outcome, Refused):
        text = f"refused means that nothing happened, but {', '.join(_changed(before, bench))} did"
        require(not _changed(before, bench), text)
        require(outcome.kind in kit.declared(case), f"`{outcome.kind}` is not declared")
    if fault == "rate_limited":
        certain = isinstance(outcome, Refused) and outcome.kind == "rate_limited"
        require(certain, f"the vendor has said that it did nothing: {outcome}")


def _again(kit: Kit, case: Case) -> None:
    if promised(kit.full_name(case)).idempotency == "no":
        return
    bench = kit.bench(case)
    first = kit.call(bench, case)
    before = bench.state()
    second = kit.call(bench, case)
    require(isinstance(second, Succeeded), f"the second time it ended otherwise: {second}")
    if promised(kit.full_name(case)).idempotency == "by key":
        require(second == first, f"the same key was answered otherwise: {first}, then {second}")
    changed = _changed(before, bench)
    require(not changed, f"twice is not once: the second call changed {', '.join(changed)}")


def _looked_for(fault: FaultKind, kit: Kit, case: Case) -> None:
    bench = kit.bench(case)
    before = bench.state()
    if not _is_lost(fault, kit, case, bench):
        return
    for wait in (None, LATER):  # at first the vendor still does not answer
        if wait is not None:
            bench.pass_time(wait)
        lost = bench.state()
        found = bench.settle(kit.full_name(case))
        changed = _changed(lost, bench)
        require(not changed, f"a look changes nothing, and this one has changed {changed}")
    if fault != "timeout":  # it was done
        require(isinstance(found, Succeeded), f"it was done, and the look says {found}")
    elif isinstance(found, Succeeded):
        require(_changed(before, bench), f"it was not done, and the look says {found}")


def _sent_again(fault: FaultKind, kit: Kit, case: Case) -> None:
    once = kit.bench(case)
    before = once.state()
    kit.call(once, case)
    wanted = _changed(before, once)
    bench = kit.bench(case)
    if not _is_lost(fault, kit, case, bench):
        return
    bench.pass_time(LATER)
    found = kit.call(bench, case)
    require(isinstance(found, Succeeded), f"sent again with its key it ends otherwise: {found}")
    changed = _changed(before, bench)
    require(changed == wanted, f"once changes {wanted}; a lost call and its repetition {changed}")


def _is_lost(fault: FaultKind, kit: Kit, case: Case, bench: Bench) -> bool:
    """Whether the answer to the call is lost; False where it did not come as far as the change."""
    before = bench.state()
    bench.fault(kit.faulty, fault)
    outcome = kit.call(bench, case)
    if isinstance(outcome, Refused):
        changed = _changed(before, bench)
        require(not changed, f"refused means that nothing happened, but {changed} did")
        return False
    require(isinstance(outcome, Unsettled), f"nobody can tell whether it was done: {outcome}")
    return True


def _unknown(kit: Kit) -> None:
    case = next(kit.successes())
    bench = kit.bench(case)
    known = bench.invocation(kit.full_name(case), "key-1", case.arguments)
    try:
        outcome = bench.adapter(kit.adapter).perform(
            msgspec.structs.replace(known, operation="no_such_operation")
        )
    except ValueError:
        return
    require(False, f"`perform` of an operation that does not exist has to raise: {outcome}")


def _settings(kit: Kit) -> None:
    bench = _WithoutSettings()
    try:
        bench.adapter(kit.adapter)
    except LookupError as missing:
        require(
            any(name in str(missing) for name in bench.asked),
            f"the text says which setting is missing ({', '.join(bench.asked)}): {missing}",
        )


class _WithoutSettings(Bench):
    """A profile in which nothing is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def setting(self, name: str) -> str:
        self.asked.append(name)
        raise KeyError(name)


def _changed(before: Mapping[str, str], bench: Bench) -> list[str]:
    now = bench.state()
    return sorted(one for one in before.keys() | now.keys() if before.get(one) != now.get(one))
