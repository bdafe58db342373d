"""Processes that stand still and wake up when others have gone on: nothing is done twice."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.host.journal import OwnedError
from rehearsal.kept_club import small_club
from rehearsal.theatre import Theatre

RUN = "RUN-2026-11-23-001"

POINTS = (6, 17, 26, 33, 40, 47)
"""Boundaries of the usual run: before and behind effects and writes, in every part of it."""


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
