"""Processes that stand still and wake up when others have gone on: nothing is done twice."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.facts.adapters import adapter_names, signature_of
from rbengine.facts.postgres.server import Server
from rbengine.host.journal import OwnedError
from rehearsal.kept_club import small_club
from rehearsal.theatre import Theatre

RUN = "RUN-2026-11-23-001"

POINTS = (6, 17, 26, 33, 40, 47)
"""Boundaries of the usual run: before and behind effects and writes, in every part of it."""

PUT_TO_A_PERSON = {"supabase.invoke", "supabase.restart_database"}
"""A function of the company's own that the app declares to be repeatable is sent again all the same."""


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as theatre:
        yield theatre


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_wakes_up_after_a_take_over_does_nothing_more(
    theatre: Theatre, tmp_path: Path, point: int
) -> None:
    """While it stands still its run is refused to others; taken by force the run ends as it should, and so it stays."""
    for name in ("whole", "cut"):
        (tmp_path / name).mkdir()
    whole = small_club(theatre, tmp_path / "whole" / "state", "scripted")
    whole.begin()
    cut = small_club(theatre, tmp_path / "cut" / "state", "scripted")
    child = cut.stopped_at(point)
    try:
        with pytest.raises(OwnedError):
            cut.take_up(RUN)
        kept = cut.take_up(RUN, force=True)
        assert kept.finish is not None
        store = cut.store()
        before = store.read(RUN)
        ended = cut.woken(child)
        child = 0
        assert ended in ("FencedError", "CannotGoOnError")
        assert store.read(RUN) == before
        assert store.audit(RUN).broken == 0
        store.close()
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    assert whole.left_by(RUN).differences(cut.left_by(RUN)) == []


def test_what_nothing_can_tell_of_is_put_to_a_person() -> None:
    """Every operation has a key, or is the same when it is done twice, or leaves something to look for; but for these.

    Of these alone a process that wakes up late may do something twice, so nobody sends them again unasked.
    """
    found = set()
    for adapter in adapter_names():
        signature = signature_of(adapter)
        assert signature is not None
        for one in signature.operations:
            if one.effect != "observe" and one.idempotency == "no" and not one.settles:
                found.add(f"{adapter}.{one.name}")
    assert found == PUT_TO_A_PERSON
