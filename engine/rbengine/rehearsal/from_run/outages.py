"""What went wrong at vendors, as faults: during a call, or from it on until the vendor answers again."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.values import Row, Value
from rbengine.rehearsal.explore.draft import faults_of, vendor_of
from rbengine.rehearsal.from_run.facts import Facts, Fault
from rbengine.rehearsal.from_run.history import A_MOMENT, History, between
from rbengine.rehearsal.from_run.known import listed
from rbengine.rehearsal.from_run.moments import Seen
from rbengine.rehearsal.from_run.objects import Line

_LASTS = timedelta(seconds=30)
"""For how long a fault goes on that nothing ended."""
_FOR_GOOD = timedelta(hours=3)
UNREACHED = "unreachable"
_STATES: Mapping[tuple[str, str], tuple[Line, Mapping[str, Value]]] = {
    ("realtime", "timeout"): (
        Line("realtime.service", {"trouble": "stuck"}), {"trouble": "none"},
    ),
    ("realtime", "unauthorized"): (
        Line("realtime.service", {"trouble": "wrong key"}), {"trouble": "none"},
    ),
    ("twilio", "unauthorized"): (Line("twilio.key", {"valid": False}), {"valid": True}),
    ("smtp", "unauthorized"): (Line("smtp.server", {"locked": True}), {"locked": False}),
}  # fmt: skip
"""How vendors are that refuse so whatever they are asked, and how they are when that is over."""


def went_wrong(facts: Facts, history: History, then: Seen) -> Iterator[Facts]:
    """`facts` with what explains that the call was refused."""
    vendor, refusal = vendor_of(then.request), trouble_of(then)
    state = _STATES.get((vendor, refusal))
    if state is not None:
        for at in (None, between(history.run.starts, then.at)):
            more = facts.copy()
            if more.say(state[0], at):
                yield more
    for kind in _kinds(vendor, refusal):
        for fault in _faults(history, vendor, kind, then):
            more = facts.copy()
            more.faults.append(fault)
            yield more


def over(now: Seen) -> Line | None:
    """That the vendor is well again that refuses so in a rehearsal."""
    state = _STATES.get((vendor_of(now.request), now.refusal))
    return None if state is None else Line(state[0].name, state[1])


def never_known(facts: Facts, history: History, then: Seen) -> Iterator[Facts]:
    """The vendor that was silent does not say afterwards either what became of the call."""
    vendor = vendor_of(then.request)
    silent = [
        one
        for one in history.run.calls
        if one.at <= then.at and one.refusal and vendor_of(one.request) == vendor
    ]
    for kind in _kinds(vendor, "unsettled") if silent else ():
        for lasts in (A_MOMENT, _FOR_GOOD):
            more = facts.copy()
            begins, ends = (
                at - history.run.starts for at in (silent[-1].at, then.answer.at + lasts)
            )
            more.faults = [one for one in more.faults if one.during not in silent[-1].names]
            more.faults.append(Fault(vendor=vendor, kind=kind, begins=begins, ends=ends))
            yield more


def not_handled(facts: Facts, handlers: tuple[str, ...]) -> Iterator[Facts]:
    """The company's own program did not take what it was told."""
    for name in handlers:
        more = facts.copy()
        more.faults.append(Fault(vendor=f'app "{name}"', kind="down"))
        yield more


def trouble_of(seen: Seen) -> str:
    """How a call was refused, or that a part of what it asks for was not reached; empty where all is well."""
    rows = (one for one in listed(seen.value) if isinstance(one, Row))
    return seen.refusal or (UNREACHED if any(one.get("state") == UNREACHED for one in rows) else "")


def _kinds(vendor: str, refusal: str) -> list[str]:
    """Faults by which `vendor` refuses so."""
    known = faults_of(vendor)
    match refusal:
        case "unsettled":
            found = ["lost answer", known["unavailable"]]
        case "unreachable":
            found = [known["unavailable"]]
        case _:
            found = [known.get(refusal, ""), f"refuses with {refusal}"]
    if refusal == "conflict" and vendor == "postgres":
        found.append("lock timeout")
    return list(dict.fromkeys(one for one in found if vendor and one))


def _faults(history: History, vendor: str, kind: str, then: Seen) -> Iterator[Fault]:
    """One that lasts as long as every call of the vendor goes so; tied to calls where only those go so."""
    its = [one for one in history.run.calls if vendor_of(one.request) == vendor]
    later = [one for one in its if one.at >= then.at]
    wrong = trouble_of(then)
    count = next((n for n, one in enumerate(later) if trouble_of(one) != wrong), len(later))
    last = later[count - 1]
    least = max(last.answer.at, then.at) + A_MOMENT
    ends = later[count].at - A_MOMENT if count < len(later) else max(last.at + _LASTS, least)
    starts = history.run.starts
    window = Fault(
        vendor=vendor,
        kind=kind,
        begins=then.at - starts,
        ends=max(ends, then.at + A_MOMENT) - starts,
    )
    tied = [
        Fault(vendor=vendor, kind=kind, during=name)
        for name in then.names
        if all(trouble_of(one) == wrong for one in its if name in one.names)
    ]
    is_long = len({one.names for one in later[:count]}) > 1
    yield from (window, *tied) if is_long else (*tied, window)
    if count < len(later):
        yield msgspec.structs.replace(window, ends=least - starts)
