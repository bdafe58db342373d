"""Two runs of one incident compared: what each found and did, how long it took, and where they part first."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from rbengine.host.recorded.answering import Unlike
from rbengine.host.recorded.secret_looking import masked
from rbengine.host.recorded.unheld import Pair, Unheld
from rbengine.report.durations import duration, since
from rbengine.report.incident import Report
from rbengine.report.incident.model import Line

_MINUTE = 60.0

Sign = Literal["same", "changed", "only then", "only now"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a timeline."""

    seconds: float
    since: str
    mark: str
    text: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Two entries that stand beside each other; None on a side that has nothing there."""

    sign: Sign
    then: Entry | None
    now: Entry | None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to."""

    name: str
    judged: int
    """Findings that were judged."""
    found: tuple[str, ...]
    done: tuple[str, ...]
    """Changes with what became of them."""
    ended: str
    """`RESOLVED`; empty where it could not be followed to its end."""
    took: float
    """Seconds from the incident's start to its end, or as far as it could be followed."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One of the questions a replay answers. `same` is None where nobody can tell."""

    about: Literal["found", "done", "ended", "took"]
    same: bool | None
    text: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    incident: str
    run: str
    then: Side
    now: Side
    verdicts: tuple[Verdict, ...]
    afterwards: str
    """What became of the run after its end; empty where nothing did."""
    first: str
    """The first difference in a sentence; empty where there is none."""
    rows: tuple[Row, ...]
    unlike: tuple[Unlike, ...] = ()
    unheld: Unheld | None = None
    stopped: str = ""
    """Why the other text could not be followed to its end."""

    @property
    def same(self) -> bool:
        """Whether it found, did and ended the same; not how long it took."""
        return all(one.same for one in self.verdicts if one.about != "took")


def compared(
    then: Report,
    now: Report,
    *,
    names: tuple[str, str],
    stopped: str = "",
    unheld: Unheld | None = None,
    unlike: Sequence[Unlike] = (),
    afterwards: str = "",
) -> Comparison:
    """`then` is the recorded run up to its end, `now` the other one; `stopped` says why that could not go on."""
    left, right = _side(then, names[0], ""), _side(now, names[1], stopped)
    rows = tuple(_rows(_entries(then), _entries(now), now.lines[-1:], masked(stopped)))
    return Comparison(
        incident=then.incident,
        run=then.run,
        then=left,
        now=right,
        verdicts=tuple(_verdicts(left, right)),
        afterwards=masked(afterwards),
        first=masked(_first(rows, stopped, unlike)),
        rows=rows,
        unlike=tuple(
            msgspec.structs.replace(one, pairs=_masked(one.pairs), step=masked(one.step))
            for one in unlike
        ),
        unheld=None
        if unheld is None
        else msgspec.structs.replace(
            unheld, pairs=_masked(unheld.pairs), step=masked(unheld.step), why=masked(unheld.why)
        ),
        stopped=masked(stopped),
    )


def _masked(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """A run of one's own journal has its texts in clear: a screen that is copied into a ticket need not."""
    return tuple(
        msgspec.structs.replace(one, then=masked(one.then), now=masked(one.now)) for one in pairs
    )


def _side(report: Report, name: str, stopped: str) -> Side:
    return Side(
        name=name,
        judged=len(report.findings),
        found=tuple(one.name for one in report.findings if one.verdict == "found"),
        done=tuple(
            f"{one.label}: {one.state}"
            for one in report.changes
            if not stopped
            or one.state != "not applied"  # nobody knows what would have become of it
        ),
        ended="" if stopped or report.end.word == "OPEN" else report.end.word,
        took=report.end.when.seconds,
    )


def _entries(report: Report) -> list[Entry]:
    """What happened, whoever drove the run."""
    return [_entry(one) for one in report.lines if one.mark != "process"]


def _entry(line: Line) -> Entry:
    return Entry(
        seconds=line.when.seconds,
        since=line.when.since,
        mark=line.mark,
        text=masked(" · ".join((line.text, *(one for one in line.detail if one)))),
    )


def _rows(
    then: Sequence[Entry], now: list[Entry], last: Sequence[Line], stopped: str
) -> Iterator[Row]:
    """Beside each other. Behind the point where the other text could not be followed nothing is compared."""
    if stopped:  # the journal's last line says so, in a word for runs that wait
        now.extend(
            msgspec.structs.replace(_entry(one), mark="stopped", text=f"stopped: {stopped}")
            for one in last
        )
    matcher = SequenceMatcher(
        a=[(one.mark, one.text) for one in then],
        b=[(one.mark, one.text) for one in now],
        autojunk=False,
    )
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            for one, two in zip(then[i:j], now[k:m], strict=True):
                yield Row(sign="same", then=one, now=two)
            continue
        both = min(j - i, m - k)
        for number in range(both):
            yield Row(sign="changed", then=then[i + number], now=now[k + number])
        for one in then[i + both : j]:
            yield Row(sign="only then", then=one, now=None)
        for one in now[k + both : m]:
            yield Row(sign="only now", then=None, now=one)


def _verdicts(then: Side, now: Side) -> Iterator[Verdict]:
    whole = bool(now.ended)
    judged = whole or now.judged >= then.judged
    yield _of_lists("found", then.found, now.found, whole=judged, nothing="nothing")
    yield _of_lists("done", then.done, now.done, whole=whole, nothing="nothing changed")
    if not whole:
        yield Verdict(
            about="ended", same=None, text=f"{then.ended or 'OPEN'}; today's text: nobody knows"
        )
        span = duration(timedelta(seconds=now.took))
        yield Verdict(about="took", same=None, text=f"it can be followed for {span}")
        return
    same = then.ended == now.ended
    told = then.ended if same else f"{then.ended}, today {now.ended}"
    yield Verdict(about="ended", same=same, text=told)
    before, after = (duration(timedelta(seconds=one.took)) for one in (then, now))
    gained = then.took - now.took
    if abs(gained) < _least(max(then.took, now.took)):
        yield Verdict(about="took", same=True, text=f"{before}, today as fast")
        return
    how = "faster" if gained > 0 else "slower"
    by = duration(timedelta(seconds=abs(gained)))
    yield Verdict(about="took", same=False, text=f"{before}, today {after}: {how} by {by}")


def _least(span: float) -> float:
    """What a clock that shows `span` can tell apart, in seconds: less is how two runs of one text differ."""
    return 0.1 if span < _MINUTE else 1.0


def _of_lists(
    about: Literal["found", "done"],
    then: tuple[str, ...],
    now: tuple[str, ...],
    *,
    whole: bool,
    nothing: str,
) -> Verdict:
    if then == now:
        return Verdict(about=about, same=True, text=", ".join(then) or nothing)
    less = [one for one in then if one not in now]
    more = [one for one in now if one not in then]
    parts = [f"not {one}" for one in less] + [f"also {one}" for one in more]
    if not whole and not more and then[: len(now)] == now:
        told = ", ".join(now) or nothing
        return Verdict(about=about, same=None, text=f"{told}, as far as it can be followed")
    return Verdict(about=about, same=False, text="; ".join(parts) or "in another order")


def _first(rows: Sequence[Row], stopped: str, unlike: Sequence[Unlike]) -> str:
    """One sentence. A change that does something else comes before what follows from it."""
    found = next((one for one in rows if one.sign != "same"), None)
    at = None if found is None else min(
        one.seconds for one in (found.then, found.now) if one is not None
    )  # fmt: skip
    if unlike and (at is None or unlike[0].at.total_seconds() <= at):
        one = unlike[0]
        differs = [pair.name for pair in one.pairs if not pair.same]
        verb = "differs" if len(differs) == 1 else "differ"
        return (
            f"{since(one.at)} into the incident today's text does something else at “{one.step}”: "
            f"{', '.join(differs)} {verb} from the recording"
        )
    if found is None:
        return stopped
    if stopped and not any(one.now is not None for one in rows[rows.index(found) :]):
        # Nothing differs but that it ends: that is the difference.
        return stopped
    return _sentence(found)


def _sentence(row: Row) -> str:
    then, now = row.then, row.now
    if then is not None and now is not None:
        return (
            f"{then.since} into the incident the run had “{then.text}”, and today's text has “{now.text}” "
            f"at {now.since}"
        )
    if then is not None:
        return f"{then.since} into the incident the run had “{then.text}”, and today's text has not"
    assert now is not None, "a row has a side"
    return f"{now.since} into the incident today's text has “{now.text}”, and the run had not"
