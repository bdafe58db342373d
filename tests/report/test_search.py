"""The runbook that is meant is found by what one remembers of it."""

import pytest
from rbengine.report.search import search, words
from rbengine.workspace.card import Card

SHELF = (
    Card(
        path="rb001.rb",
        id="RB-001",
        title="Account frozen due to payment failure",
        symptoms=('Customer reports "Account frozen" banner', "Cannot send messages"),
        alerts=("PaymentFailed",),
    ),
    Card(
        path="rb002.rb",
        id="RB-002",
        title="Message delivery failures",
        symptoms=("Messages stuck in sending",),
        messages=("Your messages were not delivered", "Dear customer, we are sorry."),
    ),
    Card(path="rb003.rb", id="RB-003", title="Database high CPU", tags=("database",)),
)


def ids(asked: str) -> list[str]:
    return [one.card.id for one in search(asked, SHELF)]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("frozen banner", "RB-001"),
        ("frozn bannr", "RB-001"),
        ("froz", "RB-001"),
        ("PaymentFailed", "RB-001"),
        ("payment failed", "RB-001"),
        ("messages stuck", "RB-002"),
        ("MESSAGES, stuck!", "RB-002"),
        ("dear customer", "RB-002"),
        ("rb-003", "RB-003"),
        ("database", "RB-003"),
    ],
)
def test_the_runbook_that_is_meant_comes_first(asked: str, first: str) -> None:
    """By symptom, alert, title, message, id; begun or mistyped."""
    assert ids(asked)[0] == first


def test_the_line_that_fits_is_shown() -> None:
    """Whoever looks sees at once why it was found."""
    hit = search("frozen banner", SHELF)[0]
    assert (hit.where, hit.text) == ("symptom", 'Customer reports "Account frozen" banner')


def test_words_that_every_text_has_find_nothing_by_themselves() -> None:
    """`is the database down` is about the database."""
    assert ids("is the database in cpu") == ["RB-003"]


@pytest.mark.parametrize("asked", ["xyzzy", "", "!!", "the"])
def test_what_no_runbook_has_finds_none(asked: str) -> None:
    """Better nothing than a guess."""
    assert ids(asked) == []


def test_equal_runbooks_come_by_id() -> None:
    """The same question has the same answer every time."""
    twins = [Card(path=f"{one}.rb", id=one, title="Disk full") for one in ("RB-009", "RB-008")]
    assert [one.card.id for one in search("disk", twins)] == ["RB-008", "RB-009"]


def test_an_alert_is_read_as_words() -> None:
    """People say `webhook failure` for `WebhookFailure`."""
    assert words("WebhookFailure HTTP5xx RB-011") == ["webhook", "failure", "http5xx", "rb-011"]
