"""The playbooks carry out the whole runbook document, and each place of it can be pointed at."""

import os
from collections import Counter

import pytest
from support import coverage

FOUND = coverage.coverage()


def test_the_places_are_those_of_the_document() -> None:
    """Where the document changed, somebody reads the difference: `make coverage` writes it."""
    path = coverage.document()
    if not path.is_file():
        text = f"the runbook document is not at {path} (set RBENGINE_RUNBOOKS)"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
    assert coverage.kept_places() == coverage.places_now(path.read_text("utf-8"))


def test_every_place_has_one_name() -> None:
    """Two places of one name could not be told apart."""
    assert [
        name for name, times in Counter(one.id for one in FOUND.places).items() if times > 1
    ] == []


def test_no_playbook_claims_a_place_that_is_not_there() -> None:
    """A slip in a number would leave the real place without anybody."""
    assert [f"{one.file}:{one.line} {one.place}" for one in FOUND.unknown] == []


def test_no_place_is_claimed_by_two_playbooks() -> None:
    """Several steps may carry out one place; two playbooks that do are one too many."""
    doubled = {
        place: files
        for place, claims in FOUND.claims.items()
        if len(files := {one.file for one in claims}) > 1
    }
    assert doubled == {}


def test_every_place_is_carried_out_or_says_why_not() -> None:
    """Nothing of the document is forgotten."""
    assert [f"{one.id} {one.title}" for one in FOUND.missing] == []


def test_what_is_kept_by_hand_holds() -> None:
    """A reason for a place that is carried out after all, or a line that is gone, is out of date."""
    assert FOUND.faults == ()


def test_the_page_is_of_today() -> None:
    """`make coverage` writes it."""
    assert coverage.PAGE.read_text("utf-8") == coverage.page(FOUND)
