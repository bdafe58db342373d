"""The tutorial works as it stands: its files, its commands and its screens."""

from pathlib import Path

from support.tutorial import PAGE, Typed, moves, play


def test_the_tutorial_shows_what_comes_out(tmp_path: Path) -> None:
    """A new author who sees another screen than the page's gives up there.

    In tests/: `python -m support.tutorial` puts today's screens into the page.
    """
    played = list(play(PAGE.read_text(encoding="utf-8"), tmp_path))
    assert [move.shown for move, _ in played] == [text for _, text in played]


def test_the_tutorial_ends_with_a_rehearsal_that_passes() -> None:
    """That is what it promises: an unhappy way too, and no miss at the end."""
    last = [one for one in moves(PAGE.read_text(encoding="utf-8")) if isinstance(one, Typed)][-1]
    assert last.commands == ("rbengine simulate",)
    assert "3 rehearsals, 3 ok" in last.shown
