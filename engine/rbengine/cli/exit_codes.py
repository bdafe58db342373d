"""What the command's end says to a script. Scripts live on these numbers: they are pinned by a test."""

OK = 0
"""Clean, resolved, diagnosed."""
PROBLEMS = 1
"""Problems were found, or a scenario missed."""
USAGE = 2
"""The command line or the settings are wrong; nothing was run."""
FAILED = 3
"""Failed or cancelled; nothing is left applied."""
LEFT_APPLIED = 4
"""Failed or cancelled; something is left applied."""
IN_DOUBT = 5
"""Nobody can tell yet whether a change was made."""
HANDED_OVER = 6
"""Handed over, or escalated without being resolved."""
PARKED = 7
"""It waits for a person or a clock."""
BUG = 70
"""The engine itself is wrong."""
INTERRUPTED = 130
"""Ctrl-C where nothing could be parked."""
TERMINATED = 143
"""SIGTERM where nothing could be parked."""


def of_run(outcome: str, left_applied: int, in_doubt: int, *, unjudged: bool = False) -> int:
    """The code of a run that is over (`outcome` as in `runtime.commands.RunOutcome`).

    `unjudged`: a finding could not be judged. A diagnosis that could not see everything must not look like one that
    found nothing.
    """
    if in_doubt:
        return IN_DOUBT
    if outcome == "diagnosed" and unjudged:
        return HANDED_OVER
    if outcome in {"resolved", "diagnosed"}:
        return OK
    if outcome in {"handed over", "escalated"}:
        return HANDED_OVER
    return LEFT_APPLIED if left_applied else FAILED
