"""The lines and stretches of a run's timeline, while its journal is read."""

from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from rbengine.report.durations import since, zone_of
from rbengine.report.incident.model import Line, Mark, Span, When


class Tape:
    """Says what time it is in the run, and keeps what is told at that time."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.lines: list[Line] = []
        self.spans: list[Span] = []
        self._began: datetime | None = None
        self._now: datetime | None = None

    def turn(self, began: datetime | None, now: datetime) -> None:
        """The next event; `began` where it is the first one."""
        self._began = began or self._began
        self._now = now

    def here(self) -> When:
        """The moment of the event that is read."""
        assert self._now is not None
        return self.when(self._now)

    def when(self, moment: datetime) -> When:
        """With its day where that is not the day on which the incident began."""
        assert self._began is not None, "the first event of a run says when it began"
        zone = zone_of(self.zone)
        there = moment.astimezone(zone)
        same = there.date() == self._began.astimezone(zone).date()
        span = moment - self._began
        return When(
            at=f"{there:%H:%M:%S}" if same else f"{there:%Y-%m-%d %H:%M:%S}",
            since=since(span),
            seconds=span.total_seconds(),
        )

    def line(self, mark: Mark, text: str, *detail: str) -> None:
        """Something happens now. Empty details are left out."""
        told = tuple(one for one in detail if one)
        self.lines.append(Line(when=self.here(), mark=mark, text=text, detail=told))

    def open(self, kind: Literal["section", "people"], text: str) -> int:
        """A stretch begins now; its number, to close it."""
        begin = self.here().seconds
        self.spans.append(Span(kind=kind, text=text, begin=begin, end=None))
        return len(self.spans) - 1

    def close(self, number: int) -> None:
        """The stretch ends now."""
        self.spans[number] = replace(self.spans[number], end=self.here().seconds)

    def wait(self, text: str, until: datetime) -> None:
        """A pause that the runbook makes."""
        begin, end = self.here().seconds, self.when(until).seconds
        self.spans.append(Span(kind="wait", text=text, begin=begin, end=end))
        self.line("clock", text)


def rows_text(count: int) -> str:
    """`1 row`, `7 rows`."""
    return "1 row" if count == 1 else f"{count} rows"
