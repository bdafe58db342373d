"""A recording moved to the minute at which it began: a run begins at any moment, and a world at a whole minute."""

import re
from datetime import datetime

import msgspec

from rbengine.host.journal import events_of, line_of
from rbengine.host.recorded.recording import Recording

_INSTANT = re.compile(r'"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)Z"')
"""As lines hold them: when something happened, and what was read."""


def on_the_minute(recording: Recording) -> Recording:
    """The same run, with every moment in it earlier by the seconds at which its first minute was left behind."""
    began = recording.started.at
    late = began - began.replace(second=0, microsecond=0)
    if not late:
        return recording

    def earlier(found: re.Match[str]) -> str:
        return f'"{(datetime.fromisoformat(found[1]) - late).isoformat(timespec="microseconds")}Z"'

    lines = (line_of(number, one) for number, one in enumerate(recording.events, start=1))
    events = events_of([_INSTANT.sub(earlier, one) for one in lines])
    return msgspec.structs.replace(recording, events=events)
