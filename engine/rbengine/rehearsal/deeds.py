"""What a run found and did, from what it showed."""

from collections.abc import Sequence

from rbengine.runtime import notices as no


def found_in(notices: Sequence[no.Notice]) -> tuple[str, ...]:
    """Findings that held when they were judged first."""
    first: dict[str, str] = {}
    for one in notices:
        if isinstance(one, no.FindingJudged):
            first.setdefault(one.name, one.verdict)
    return tuple(sorted(name for name, verdict in first.items() if verdict == "found"))


def done_in(notices: Sequence[no.Notice]) -> tuple[str, ...]:
    """Labels of the changes that stand at the end, in order."""
    done: list[str] = []
    for one in notices:
        match one:
            case no.ChangeDone(label=label):
                done.append(label)
            case no.ChangeTakenBack(label=label) if label in done:
                done.remove(label)
            case _:
                continue
    return tuple(done)
