"""The journal's lines around a moment, one short line each, for people who look for the reason of a miss."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rbengine.host.driver import Turn
from rbengine.runtime import notices as n
from rbengine.runtime.commands import Finish, Show
from rbengine.runtime.wording import duration_text

_AROUND = 3
"""Lines before and after."""


def excerpt(turns: Sequence[Turn], began: datetime, turn: int | None) -> tuple[str, ...]:
    """Lines around the turn of that index; the last ones where it is None."""
    lines: list[tuple[int, str]] = []
    for index, one in enumerate(turns):
        since = clock_text(one.event.at - began)
        lines.extend((index, f"{since:<9} {text}") for text in _texts(one))
    if turn is None:
        return tuple(text for _, text in lines[-2 * _AROUND :])
    middle = next(
        (number for number, (index, _) in enumerate(lines) if index >= turn), len(lines) - 1
    )
    return tuple(text for _, text in lines[max(0, middle - _AROUND) : middle + _AROUND + 1])


def clock_text(since: timedelta) -> str:
    """To the tenth of a second in the first minute, to the second later."""
    if timedelta(0) <= since < timedelta(minutes=1):
        return f"{since.total_seconds():.1f}s"
    return duration_text(timedelta(seconds=round(since.total_seconds())))


def _texts(turn: Turn) -> list[str]:
    texts = []
    for command in turn.commands:
        if isinstance(command, Show):
            texts.append(_text(command.notice))
        elif isinstance(command, Finish):
            texts.append(f"{command.outcome}: {command.reason}")
    # An answer to a change's plan is told twice: as an answer, and as what it means for the change.
    return [
        text
        for text in dict.fromkeys(texts)
        if text and not any(other != text and other.startswith(text) for other in texts)
    ]


_MOST_OF_A_CALL = 24
"""Characters of a call: what it was called with is seldom what is looked for."""


def _short(text: str) -> str:
    """On one line, with `email.send(…)` for a call that is long, wherever it stands in a question."""
    text = " ".join(text.split())
    begin, bracket, rest = text.partition("(")
    end = rest.rfind(")")
    if bracket and end > _MOST_OF_A_CALL:
        return f"{begin}(…){rest[end + 1 :]}"
    return text


def _text(notice: n.Notice) -> str:
    match notice:
        case n.SectionEntered(kind=kind, finding=finding):
            return f"{kind} {finding}".strip()
        case n.StepEntered(label=label):
            return f"step      {label}"
        case n.CallFailed(call=call, kind=kind, attempt=attempt):
            return f"failed    {_short(call)}: {kind}, attempt {attempt}"
        case n.FindingJudged(name=name, verdict=verdict):
            return f"{verdict:<9} {name}"
        case n.ChangeShown(label=label, approval=approval):
            return f"plan      {label} ({approval})"
        case n.ChangeDecided(label=label, verdict=verdict, role=role):
            return f"{verdict:<9} {label}{f' by {role}' if role else ''}"
        case n.ChangeDone(label=label, rows=rows):
            return f"applied   {label}{_rows(rows)}"
        case n.ChangeTakenBack(label=label, rows=rows):
            return f"undone    {label}{_rows(rows)}"
        case n.InDoubt(label=label, verdict=verdict):
            return f"in doubt  {_short(label)}{f': {verdict}' if verdict else ''}"
        case n.Told(kind="question", failure=""):
            return ""  # the question itself says whom it asks
        case n.Told(to=to, subject=subject, failure=failure):
            told = f"told      {', '.join(to)}: {_short(subject)}"
            return f"{told}, which failed: {failure}" if failure else told
        case n.Escalated(to=to, cause=cause, reason=reason):
            return f"escalated to {', '.join(to)}, by {cause}: {reason}"
        case n.Breached():
            return "the MTTR ran out"
        case n.Asked(text=text, by=by):
            return f"asked     {_short(text)} by {', '.join(by)}"
        case n.WasAnswered(text=text, verdict=verdict):
            return f"{verdict:<9} {_short(text)}"
        case n.Waiting(text=text, attempt=attempt):
            return f"waits     {text}{f', attempt {attempt}' if attempt else ''}"
        case n.StepFailed(label=label, kind=kind, text=text):
            return f"failed    {label}: {kind}: {text}"
        case n.DiagnosisStopped(reason=reason) | n.Skipped(reason=reason):
            return f"stopped   {reason}"
        case n.ResolveSkipped(finding=finding):
            return f"skipped   {finding}: it no longer holds"
        case n.Verified(text=text, holds=holds):
            return f"{'holds' if holds else 'fails':<9} {text}"
        case n.Noted(text=text):
            return f"note      {text}"
        case n.UndoOffered(labels=labels):
            return f"undo of   {', '.join(labels)}"
        case n.Bound() | n.Ended():
            return ""


def _rows(rows: int) -> str:
    """An operation touches none."""
    return f", {rows} {'row' if rows == 1 else 'rows'}" if rows else ""
