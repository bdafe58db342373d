"""What a person types, as a value."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from rbengine.contract.reading import EXAMPLES, example, read_instant, read_value
from rbengine.contract.types import SCALARS, Enum, ListOf, Optional, Scalar, Type
from rbengine.contract.values import Json, Money, Percent, Value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Acme", "text", "Acme"),
        ("yes", "bool", True),
        ("false", "bool", False),
        ("42", "int", 42),
        ("12.50", "decimal", Decimal("12.50")),
        ("5%", "percent", Percent(Decimal(5))),
        ("1h 30m", "duration", timedelta(minutes=90)),
        ("2026-11-23", "date", date(2026, 11, 23)),
        ("6F1C0F6E-0f0e-4e0a-9a55-0c6a4c1c0a11", "uuid", "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"),
        ("ana@example.com", "email", "ana@example.com"),
        ("+14155550100", "phone", "+14155550100"),
        ('{"a": 0.5}', "json", Json({"a": Decimal("0.5")})),
        ("aGk=", "bytes", b"hi"),
        ("12.50 usd", "money", Money(1250, "usd")),
        ("1250 JPY", "money", Money(1250, "jpy")),
    ],
)
def test_a_value_is_read_by_its_type(text: str, kind: str, value: Value) -> None:
    """As one would write it in a playbook."""
    (scalar,) = [one for one in SCALARS if one.name == kind]
    read = read_value(text, scalar)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("kind", [one.name for one in SCALARS if one.name != "text"])
def test_a_wrong_value_is_told_with_what_would_fit(kind: str) -> None:
    """Never a traceback, never a guess."""
    (scalar,) = [one for one in SCALARS if one.name == kind]
    with pytest.raises(ValueError, match=r"^(is |has )"):
        read_value("@@", scalar)


@pytest.mark.parametrize("scalar", SCALARS)
def test_every_example_can_be_typed(scalar: Scalar) -> None:
    """What an error offers must work."""
    if scalar.name in {"bytes", "bool"}:
        assert EXAMPLES[scalar.name]
        return
    read_value(EXAMPLES[scalar.name], scalar)


@pytest.mark.parametrize("text", ["12.505 usd", "1.5 jpy"])
def test_money_has_no_more_digits_than_its_currency(text: str) -> None:
    """Half a cent would vanish silently."""
    with pytest.raises(ValueError, match="more digits"):
        read_value(text, Scalar("money"))


def test_lists_enums_and_optionals() -> None:
    """Parts by commas, values from the list, nothing for absent."""
    colour: Type = Enum(("red", "green"))
    assert read_value("red, green", ListOf(colour)) == ("red", "green")
    assert read_value("", ListOf(colour)) == ()
    assert read_value("", Optional(colour)) is None
    assert example(ListOf(colour)) == "red or green, …"
    with pytest.raises(ValueError, match="none of red, green"):
        read_value("blue", colour)


def test_a_time_of_day_is_today_in_the_policys_zone() -> None:
    """`--started 14:02` is what the alert's clock on the wall said."""
    today = date(2026, 11, 23)
    assert read_instant("14:02", ZoneInfo("Europe/Vienna"), today) == datetime(
        2026, 11, 23, 13, 2, tzinfo=UTC
    )
    assert read_instant("2026-11-23 14:02", UTC, today) == datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
    assert read_instant("2026-11-23T14:02+02:00", UTC, None) == datetime(
        2026, 11, 23, 12, 2, tzinfo=UTC
    )
    with pytest.raises(ValueError, match="is no time"):
        read_instant("yesterday", UTC, today)
