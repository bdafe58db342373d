"""`rbengine explain`."""

import pytest
from cli.conftest import Command
from rbengine.report import codes
from rbengine.report.text import cells


@pytest.mark.parametrize("code", codes.entries())
def test_every_code_has_a_page(rbengine: Command, code: str) -> None:
    """Every drawn problem ends with the command that shows it."""
    entry = codes.entries()[code]
    done = rbengine("explain", code.lower())
    assert done.code == 0
    assert done.out.startswith(f"{code}: {entry.title}\n")
    if entry.wrong:
        wrong, said, right = (
            done.out.index(f"\n{word}\n") for word in ("wrong", "what is said", "right")
        )
        assert wrong < said < right
        severity = "warning" if code.startswith("W") else "error"
        assert f"  {severity}[{code}]: " in done.out[said:right]
    assert not any(one in done.out for one in ("\t", "\x1b", "\u202e", "\udce9"))


def test_without_a_code_all_are_listed_by_hundred(rbengine: Command) -> None:
    """To look for what one has not met yet."""
    done = rbengine("explain")
    assert done.code == 0
    rows = done.out.splitlines()
    assert rows[0] == "1xx  syntax"
    assert [one for one in rows if one.startswith("  ")] == [
        f"  {one.code}  {one.title}" for one in codes.entries().values()
    ]
    assert [one for one in rows if cells(one) > 80] == []


@pytest.mark.parametrize(
    ("asked", "help_"),
    [("E2O4", "did you mean `E204`?"), ("nonsense", "`rbengine explain` lists all codes")],
)
def test_a_code_that_is_none_is_told(rbengine: Command, asked: str, help_: str) -> None:
    """With what a code looks like, and what may have been meant."""
    done = rbengine("explain", asked)
    assert (done.code, done.out) == (2, "")
    assert f"there is no page about `{asked}`" in done.err
    assert help_ in done.err
