"""A draft of a recorded run, rehearsed until its faults fall where they fell: proven is what comes out the same."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from rbengine.rehearsal.deeds import done_in, found_in
from rbengine.rehearsal.explore.fitting import Play, fitted
from rbengine.rehearsal.from_run.drafting import Drafted, without
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import Show

Trouble = Callable[[str], tuple[int, str] | None]
"""Why lines cannot be rehearsed: the number of the line that is to blame, from 0, and the reason."""

_HEAD = 1
"""Lines of a draft before those of its world."""


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """World and scenario. `differs` says in what a rehearsal of them is another run; empty where it is the same."""

    text: str
    differs: tuple[str, ...]


def proven(drafted: Drafted, mttr: timedelta | None, play: Play, trouble: Trouble) -> Proven:
    """The draft as it rehearses, with comments about what it does not say.

    What no world can hold (a table of PostgreSQL's own, a row without what it refers to) is left out, with the reason.
    """
    for _ in drafted.draft.world:
        found = trouble(drafted.draft.written((), _expected(drafted)))
        if found is None:
            break
        less = without(drafted, found[0] - _HEAD, found[1])
        if less is None:
            break
        drafted = less
    text = fitted(drafted.draft, (), mttr, play)
    differs: tuple[str, ...] = ()
    if not text:
        times = [one.at for one in drafted.draft.troubles]
        text = drafted.draft.written(times, _expected(drafted))
        differs = tuple(_differences(drafted, play(text), trouble(text)))
    remarks = [*drafted.remarks, *(f"a rehearsal is another run: {one}" for one in differs)]
    comments = "".join(f"# {_one_line(one)}\n" for one in remarks)
    return Proven(text=comments + text, differs=differs)


def _one_line(text: str) -> str:
    """What a comment may hold: texts of a run are data, and must not end it."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _expected(drafted: Drafted) -> Sequence[str]:
    claim = drafted.draft.claim
    found = [f"expect found {one}" for one in claim.found]
    done = [f'expect changed "{one}"' for one in dict.fromkeys(claim.done)]
    return (*found, *done, f"expect {claim.outcome}")


def _first(rehearsal: Rehearsal) -> str:
    return next((one.message for one in rehearsal.misses), "nobody knows why")


def _differences(
    drafted: Drafted, rehearsal: Rehearsal | None, why: tuple[int, str] | None
) -> list[str]:
    claim = drafted.draft.claim
    if rehearsal is None:
        return [f"the world cannot be set up as it was read: {why[1] if why else ''}"]
    if rehearsal.finish is None:
        return [f"it cannot go on: {rehearsal.stopped or _first(rehearsal)}"]
    notices = [
        one.notice for turn in rehearsal.turns for one in turn.commands if isinstance(one, Show)
    ]
    told: list[str] = []
    for name, then, now in (
        ("found", claim.found, found_in(notices)),
        ("done", claim.done, done_in(notices)),
        ("ended", (claim.outcome,), (rehearsal.finish.outcome,)),
    ):
        if then != now:
            told.append(
                f"{name} {', '.join(then) or 'nothing'} then, {', '.join(now) or 'nothing'} in it"
            )
    return told or [one.message for one in rehearsal.misses]
