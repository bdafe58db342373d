"""The end of a drill: each decision beside the rehearsal's, then the clocks."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rbengine.rehearsal.drill import Decision, Judgement, Lived, Pair, beside
from rbengine.report.durations import duration
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Style, heading, line

_SIGNS: dict[Judgement, tuple[str, Style]] = {
    "same": ("ok", "good"),
    "other": ("!!", "wrong"),
    "unanswered": ("!!", "wrong"),
    "not asked": ("--", "quiet"),
    "only you": ("--", "clock"),
}
_NAMES = ("you", "rehearsed")
_WIDEST = max(len(one) for one in _NAMES) + 2


def drill_rows(
    mine: Lived,
    rehearsed: Lived,
    mttr: timedelta | None,
    *,
    speed: int,
    width: int,
    colour: bool,
) -> list[str]:
    """All of it. `mttr` None is `immediate`; `speed` how many times faster than life it went."""
    pairs = beside(mine, rehearsed)
    lines = [BLANK, heading(("your decisions", "strong"))]
    for pair in pairs:
        lines += _decision(pair)
    if not pairs:
        lines.append(line("nobody was asked anything"))
    lines += [BLANK, heading(("the clocks", "strong"))]
    for name, run in zip(_NAMES, (mine, rehearsed), strict=True):
        lines.append(_row(name, _ended(run, mttr)))
        lines.append(_row("", _paged(run)))
    lines += [BLANK, heading(_sum(pairs, mine, speed))]
    return draw(lines, width, colour)


def _decision(pair: Pair) -> Iterator[Line]:
    sign, style = _SIGNS[pair.judgement]
    one = pair.mine or pair.rehearsed
    assert one is not None
    yield line((one.text, "strong"), margin=sign, margin_style=style, hang=2)
    for name, decision in zip(_NAMES, (pair.mine, pair.rehearsed), strict=True):
        yield _row(name, _told(decision), indent=2)


def _row(name: str, text: str, indent: int = 0) -> Line:
    return line((name.ljust(_WIDEST), "quiet"), text, indent=indent, hang=_WIDEST)


def _told(decision: Decision | None) -> str:
    if decision is None:
        return "was not asked"
    if decision.took is None:
        return "left open"
    if not decision.said:
        return f"nobody answered in {duration(decision.took)}"
    return f"{decision.said} after {duration(decision.took)}"


def _ended(run: Lived, mttr: timedelta | None) -> str:
    told = f"{run.outcome or 'broken off'} after {duration(run.took)}"
    if mttr is None:
        return f"{told}; the MTTR is immediate"
    left = mttr - run.took
    if run.outcome != "resolved":
        side = "past" if left < timedelta(0) else "within"
        return f"{told}, {side} the MTTR of {duration(mttr)}"
    side = "before" if left >= timedelta(0) else "after"
    return f"{told}, {duration(abs(left))} {side} the MTTR"


def _paged(run: Lived) -> str:
    if not run.paged:
        return "nobody was paged"
    times: dict[tuple[str, ...], list[str]] = {}
    for one in run.paged:
        times.setdefault(one.to, []).append(duration(one.at))
    told = (f"{', '.join(to)} at {', '.join(dict.fromkeys(at))}" for to, at in times.items())
    return "paged " + "; ".join(told)


def _sum(pairs: Sequence[Pair], mine: Lived, speed: int) -> str:
    counts = {name: sum(one.judgement == name for one in pairs) for name in _SIGNS}
    parts = [f"{counts['same']} as rehearsed"]
    if counts["other"]:
        parts.append(f"{counts['other']} otherwise")
    if counts["unanswered"]:
        parts.append(f"{counts['unanswered']} not answered")
    if counts["not asked"]:
        parts.append(f"{counts['not asked']} never came up")
    if counts["only you"]:
        parts.append(f"{counts['only you']} only in yours")
    thinking = sum((one.took or timedelta(0) for one in mine.decisions), timedelta(0))
    told = f"{_count(len(mine.decisions), 'decision')}: {', '.join(parts)}"
    waited = f" · {duration(thinking)} of {duration(mine.took)} waited for you"
    return told + waited + (f" · at {speed} times real time" if speed != 1 else "")


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
