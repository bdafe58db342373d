"""What somebody may type next about a kept run: the end of its screens, ready to be copied."""

from collections.abc import Iterable

from rbengine.host.waiting import FOR_PEOPLE
from rbengine.runtime.commands import AskPeople, Finish
from rbengine.runtime.ways_to_answer import ways_to_answer


def while_open(run: str, questions: Iterable[AskPeople], waits: str = "") -> list[str]:
    """What answers its `questions`, or says that somebody has it where it `waits` for that; then what takes it up."""
    ways = [f"rbengine acknowledge {run}"] if waits == FOR_PEOPLE else []
    ways += [way for one in questions for way in ways_to_answer(one, run)]
    return [*dict.fromkeys(ways), f"rbengine resume {run}"]


def when_over(run: str, finish: Finish) -> list[str]:
    """What takes back what a run left applied without having resolved anything, then what tells of it."""
    undo = [f"rbengine undo {run}"] if finish.undoable else []
    return [*undo, f"rbengine report {run}"]
