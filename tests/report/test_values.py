"""Values in words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from rbengine.contract.values import (
    Failure,
    Json,
    Money,
    Percent,
    Row,
    SecretReference,
    SecretValue,
    Value,
)
from rbengine.report.durations import coarse, duration, instant, since, took
from rbengine.report.values import cell, in_words, literal

MOMENT = datetime(2026, 12, 23, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "absent"),
        (True, "true"),
        ("", '""'),
        ("Acme", "Acme"),
        (42, "42"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (Percent(Decimal("5.0")), "5%"),
        (Money(1250, "usd"), "12.50 usd"),
        (Money(-5, "usd"), "-0.05 usd"),
        (Money(1250, "jpy"), "1250 jpy"),
        (Money(1250, "kwd"), "1.250 kwd"),
        (timedelta(seconds=90), "1m 30s"),
        (MOMENT, "2026-12-23 03:10 UTC"),
        (date(2026, 12, 23), "2026-12-23"),
        (b"abc", "3 bytes"),
        (Json({"a": [1, Decimal("0.5")]}), '{"a": [1, "0.5"]}'),
        (Failure("timeout", "no answer"), "failed, timeout: no answer"),
        ((), "none"),
        (("a", "b"), "a, b"),
        (Row({"id": "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11", "name": "Acme"}), "Acme"),
        (Row({"id": "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"}), "6f1c0f6e…"),
        (Row({"name": "Acme", "is_frozen": False, "note": None, "n": 2}), "Acme · not is_frozen · n 2"),
        (Row({}), "nothing in it"),
        ((Row({"a": "x"}), Row({"a": "y"})), "2 rows: x | y"),
    ],
)  # fmt: skip
def test_a_value_is_one_line_in_words(value: Value, words: str) -> None:
    """What stands on the screen is what one would say on the phone."""
    assert in_words(value) == words


def test_a_secret_shows_its_name_alone() -> None:
    """Wherever a secret may turn up, in memory or as its reference."""
    reference = SecretReference("webhook", "abcd")
    for value in (SecretValue("hunter2", reference), reference):
        assert in_words(value) == "<secret: webhook>"
        assert "hunter2" not in in_words(Row({"s": value})) + in_words((value,)) + literal(value)


def test_a_text_is_quoted_where_it_is_compared() -> None:
    """`""` and an absent value must not look alike beside a condition."""
    assert literal("active") == '"active"'
    assert literal(("a", 1)) == '["a", 1]'
    assert cell(None) == "null"


def test_times_are_told_in_the_policys_zone() -> None:
    """The people who read it live there."""
    assert instant(MOMENT, "Europe/Vienna") == "2026-12-23 04:10 CET"
    assert instant(MOMENT, "Nowhere/Atall") == "2026-12-23 03:10 UTC"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0s"),
        (timedelta(milliseconds=210), "210 ms"),
        (timedelta(seconds=1.5), "1.5s"),
        (timedelta(hours=1, minutes=59, seconds=3), "1h 59m"),
        (timedelta(hours=2), "2h"),
        (timedelta(hours=1, seconds=3), "1h"),
        (timedelta(days=2, hours=3), "2d 3h"),
        (-timedelta(minutes=5), "-5m"),
    ],
)
def test_durations_are_told_in_two_units_at_most(span: timedelta, words: str) -> None:
    """Nobody needs the seconds of a day."""
    assert duration(span) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0s"), (0.45, "0.4s"), (59.99, "59.9s"), (95.7, "1m35s"), (7200, "2h00m"), (360000, "4d04h")],
)  # fmt: skip
def test_the_margin_never_outgrows_its_six_cells(seconds: float, words: str) -> None:
    """Time since the incident began, always rounded down: nothing happened later than it says."""
    assert since(timedelta(seconds=seconds)) == words
    assert len(words) <= 6


def test_time_left_is_never_more_than_there_is() -> None:
    """A clock that rounds up lets an escalation come as a surprise."""
    assert coarse(timedelta(minutes=19, seconds=59)) == "19m"
    assert coarse(timedelta(minutes=1, seconds=30.9)) == "1m 30s"
    assert took(timedelta(milliseconds=4)) == "4 ms"
    assert took(timedelta(seconds=1.24)) == "1.2 s"
    assert took(timedelta(seconds=90)) == "1m 30s"
