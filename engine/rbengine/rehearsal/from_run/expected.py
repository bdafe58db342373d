"""What came of a run, as expectations: what was found, changed, sent and asked, who was told, how it ended."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rbengine.contract.changes import Applied, Undone
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.effects import Effects
from rbengine.rehearsal.from_run.moments import Lived
from rbengine.rehearsal.literals import Literals, quoted, span_text
from rbengine.rehearsal.people import headline

_MOST_ROWS = 5
_MINUTE = timedelta(minutes=1)


def expected(run: Lived, people: Sequence[str]) -> Iterator[str]:
    """Everything but what was sent: letters are known to the world that they are sent in."""
    effects = Effects(run.turns, run.began)
    for name, verdict in _verdicts(effects).items():
        if verdict != "not found":
            yield f"expect {verdict} {name}"
    labels = dict.fromkeys(one.label for one in effects.deeds if one.rows != 0)
    for label in labels:
        gone = _stands(effects, label)
        yield f'expect {"changed" if gone else "undone"} "{quoted(label)}"'
    asked = Counter(headline(one.ask) for one in effects.questions)
    for text, times in asked.items():
        named = any(f'"{quoted(text)}"' in line for line in people)
        if not named and not any(label in text for label in labels):
            yield f'expect asked {times} {"time" if times == 1 else "times"} "{quoted(text)}"'
    told = dict.fromkeys(contact for one in effects.escalations for contact in one.notice.to)
    yield from (f"expect escalated to {one}" for one in told)
    if not told:
        yield "expect no escalation"
    if not labels:
        yield "expect nothing changed"
    yield _ended(run)


def expected_rows(run: Lived) -> Iterator[str]:
    """Rows that the run changed, as it left them: each in the columns that it wrote, without moments."""
    left: dict[tuple[str, str, str], dict[str, Value]] = {}
    for seen in run.calls:
        outcome = getattr(seen.answer, "outcome", None)
        if isinstance(outcome, Undone):
            return  # what is put back is as it was
        for image in outcome.images if isinstance(outcome, Applied) else ():
            key, old, new = image.key.value, image.before.value, image.after.value
            if not isinstance(key, Row) or len(key) != 1 or not isinstance(old, Row):
                continue
            ((name, value),) = key.items()
            if isinstance(new, Row) and isinstance(value, str | int):
                changed = {
                    column: one
                    for column, one in new.items()
                    if one != old.get(column) and not isinstance(one, datetime)
                }
                left.setdefault((image.table, name, str(value)), {}).update(changed)
    write = Literals(run.starts)
    for (table, name, value), cells in [*left.items()][:_MOST_ROWS]:
        if cells:
            shown = [write.cell(one) for one in cells.values()]
            widths = [max(map(len, pair)) for pair in zip(cells, shown, strict=True)]
            yield f'expect table {table} where {name} = "{quoted(value)}"'
            for line in (cells, shown):
                inside = " | ".join(one.ljust(size) for one, size in zip(line, widths, strict=True))
                yield f"  | {inside} |"


def _verdicts(effects: Effects) -> dict[str, str]:
    """Of each finding, as an expectation takes it: found if it ever was, else as it was judged first."""
    found: dict[str, str] = {}
    for one in effects.judged:
        first = found.setdefault(one.name, one.verdict)
        if one.verdict == "found" and first != "found":
            found[one.name] = "found"
    return found


def _stands(effects: Effects, label: str) -> bool:
    last = [one for one in effects.deeds if one.label == label][-1]
    return not last.taken_back


def _ended(run: Lived) -> str:
    outcome = "failed" if run.finish is None else run.finish.outcome
    took = run.turns[-1].event.at - run.began
    return f"expect {outcome} within {span_text(-(-took // _MINUTE) * _MINUTE)}"
