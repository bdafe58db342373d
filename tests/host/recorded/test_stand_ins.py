"""Stand-ins keep the shape and the equality of what they stand for, and nothing else of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rbengine.host.recorded.stand_ins import EMAIL, PHONE, UUID, Kind, StandIns, shape_of

KEY = b"a key of this test"
NUMBERS = st.from_regex(r"\+[1-9][0-9]{8,13}", fullmatch=True)
ADDRESSES = st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z0-9]@[a-z]{1,8}\.[a-z]{2,4}", fullmatch=True)


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        ("email", "owner@acme.test", EMAIL),
        ("phone", "+39 333 1234567", PHONE),
        ("uuid", "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11", UUID),
        ("url", "https://invoice.stripe.com/i/acct_1/test_YWNj", re.compile(r"https://invoice\.stripe\.com/redacted/\w+")),
        ("name", "Acme GmbH & Co. KG", re.compile(r"Name [A-Z2-7]{6}")),
        ("number", "4711", re.compile(r"\d{4}")),
    ],
)  # fmt: skip
def test_a_stand_in_has_the_shape_of_what_it_stands_for(
    kind: Kind, text: str, form: re.Pattern[str]
) -> None:
    """Otherwise a replay would trip over the type of a value that was only hidden."""
    stand_in = StandIns(KEY).of(kind, text)
    assert form.fullmatch(stand_in)
    assert stand_in != text


@given(st.lists(st.one_of(NUMBERS, ADDRESSES), max_size=30, unique=True))
def test_two_values_never_share_one_and_one_value_never_has_two(texts: list[str]) -> None:
    """Comparisons, joins and `in` come out as they did."""
    ins = StandIns(KEY)
    made = [ins.of(shape_of(one), one) for one in texts]
    assert len(set(made)) == len(set(texts))
    assert made == [ins.of(shape_of(one), one) for one in texts]


@given(ADDRESSES)
def test_an_address_in_capitals_is_the_same_one_written_otherwise(address: str) -> None:
    """`lower(a) is lower(b)` says the same of both, `a is b` too."""
    ins = StandIns(KEY)
    small, large = ins.of("email", address), ins.of("email", address.upper())
    assert small == large.lower()
    assert small != large


def test_a_number_written_with_blanks_has_the_same_digits() -> None:
    """People write numbers as they like."""
    ins = StandIns(KEY)
    written = ins.of("phone", "+39 333-1234567")
    assert re.sub(r"\D", "", written) == re.sub(r"\D", "", ins.of("phone", "+393331234567"))
    assert written.startswith("+39 3")
    assert (written[3], written[7]) == (" ", "-")


def test_another_key_makes_other_stand_ins() -> None:
    """Nobody who has two recordings can tell whether a customer is in both."""
    assert StandIns(KEY).of("email", "a@b.test") != StandIns(b"another").of("email", "a@b.test")
