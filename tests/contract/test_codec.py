"""Values and structs survive being written down."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rbengine.contract.changes import Applied, RowImage
from rbengine.contract.codec import decode_value, encode_value, from_line, to_line
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import (
    Datum,
    Failure,
    Json,
    Money,
    Percent,
    Row,
    SecretReference,
    SecretValue,
)

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
JSON_CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | DECIMALS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PLAIN = (
    st.none()
    | st.text()
    | st.booleans()
    | st.integers()
    | DECIMALS
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas()
    | st.builds(Percent, DECIMALS)
    | st.builds(Money, st.integers(), st.sampled_from(["usd", "eur"]))
    | st.builds(Failure, st.just("timeout"), st.text())
    | st.builds(SecretReference, st.text(), st.text())
    | st.builds(Json, JSON_CONTENT)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(NAMES, inner, max_size=3).map(Row)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    """A journal that changes a value changes the past."""
    line = to_line(Succeeded(value=Datum(value)))  # type: ignore[arg-type]  # any value of the language
    assert from_line(line, Outcome) == Succeeded(value=Datum(value))  # type: ignore[arg-type, comparison-overlap]


def test_equal_things_have_equal_bytes() -> None:
    """Digests are taken over lines, so the order in which a record was made must not show."""
    left = to_line(Succeeded(value=Datum(Json({"b": 1, "a": 2}))))
    right = to_line(Succeeded(value=Datum(Json({"a": 2, "b": 1}))))
    assert left == right


def test_a_secret_is_written_as_its_reference() -> None:
    """The value itself is never in a journal, whatever carries it."""
    secret = SecretValue("hunter2", SecretReference("token", "d1"))
    line = to_line(Succeeded(value=Datum(Row({"token": secret}))))
    assert "hunter2" not in line
    assert from_line(line, Outcome) == Succeeded(
        value=Datum(Row({"token": SecretReference("token", "d1")}))
    )


def test_a_secret_shows_nothing_of_itself() -> None:
    """Exceptions and logs print what they hold."""
    assert "hunter2" not in repr(SecretValue("hunter2", SecretReference("token", "d1")))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1.50"), {"$decimal": "1.50"}),
        (
            datetime(2026, 11, 23, 3, 10, tzinfo=UTC),
            {"$instant": "2026-11-23T03:10:00.000000Z"},
        ),
        (date(2026, 11, 23), {"$date": "2026-11-23"}),
        (timedelta(milliseconds=200), {"$microseconds": 200_000}),
        (Money(1250, "usd"), {"$money": [1250, "usd"]}),
        (Percent(Decimal(5)), {"$percent": "5"}),
    ],
)
def test_each_kind_has_one_written_form(value: object, written: object) -> None:
    """The form is the journal's format: changing it would orphan every saved run."""
    assert encode_value(value) == written  # type: ignore[arg-type]  # values of the language
    assert decode_value(written) == value


def test_an_unknown_kind_of_value_is_an_error() -> None:
    """A newer journal must not be read as something it is not."""
    with pytest.raises(ValueError, match="unknown kind of value"):
        decode_value({"$colour": "red"})


@pytest.mark.parametrize(
    "outcome", [Refused(kind="timeout", text="t"), Unsettled(text="t"), Succeeded(value=Datum(1))]
)
def test_outcomes_keep_their_kind(outcome: Outcome) -> None:
    """Refused and unsettled differ in whether anything may have happened."""
    assert from_line(to_line(outcome), Outcome) == outcome  # type: ignore[arg-type]  # a union is a type to msgspec


def test_an_applied_change_keeps_its_images() -> None:
    """They are what an undo puts back."""
    applied = Applied(
        rows=1,
        images=(
            RowImage(
                table="t",
                key=Datum(Row({"id": 1})),
                before=Datum(Row({"a": Decimal("1.0")})),
                after=Datum(Row({"a": None})),
            ),
        ),
    )
    assert from_line(to_line(applied), Applied) == applied
