"""What became of a run after its end: people may take back what it did, and RESOLVED alone would hide that."""

from collections.abc import Sequence

from rbengine.report.durations import instant
from rbengine.report.incident import Report
from rbengine.runtime.events import Closed, Event, UndoOrdered


def afterwards(events: Sequence[Event], whole: Report, zone: str) -> str:
    """Who had what taken back, and when; empty where nobody had. `whole` is the report of all of `events`."""
    ended = next((number for number, one in enumerate(events) if isinstance(one, Closed)), None)
    if ended is None:
        return ""
    orders = [one for one in events[ended:] if isinstance(one, UndoOrdered)]
    if not orders:
        return ""
    by = ", ".join(
        f"by {one.person.name} ({one.person.role}) on {instant(one.at, zone)}" for one in orders
    )
    undone = ", ".join(one.label for one in whole.changes if one.state == "undone")
    left = ", ".join(
        f"{one.label}: {one.state}"
        for one in whole.changes
        if one.state not in ("undone", "not applied")
    )
    told = f"taken back afterwards, {by}: {undone or 'nothing'}"
    return f"{told}; left as it was: {left}" if left else told
