"""Values of enums that no finding covers."""

from support.check import check

HEAD = """diagnose
  step "Look"
    row = query one
      SELECT id, name, tier, frozen FROM accounts WHERE id = :account
    order = shop.latest_order(customer: "c")
"""
RESOLVES = 'resolve one\n  note "a"\nresolve two\n  note "b"\n'


def findings(first: str, second: str, rest: str = "") -> str:
    return (
        HEAD
        + f'  finding one "One"\n    {first}\n  finding two "Two"\n    {second}\n'
        + RESOLVES
        + rest
    )


def test_every_value_must_be_in_some_finding() -> None:
    """Whichever way it is asked for."""
    check(findings('row.tier is "free"', 'row.tier in ["starter"]'), ["W704 at `otherwise`"])
    check(findings('row.tier is "free"', 'row.tier is not "free"'))
    check(findings('row.tier is "free"', 'row.tier in ["starter", "pro"]'))
    check(findings('row.tier is "free"', 'not (row.tier is "free")'))
    check(findings('row.tier not in ["free"]', 'row.tier is "starter"'), ["W704 at `otherwise`"])
    check(
        findings(
            'either\n      row.tier is "free"\n      row.frozen',
            'row.tier is "pro"\n    row.frozen',
        ),
        ["W704 at `otherwise`"],
    )


def test_an_enum_that_one_finding_asks_about_is_a_condition_among_others() -> None:
    """It does not tell cases apart."""
    check(findings('row.tier is "free"', "row.frozen"))


def test_what_the_diagnosis_has_ruled_out_is_not_missed() -> None:
    """It was told when the diagnosis ended."""
    check(
        HEAD
        + '    check row.tier is not "pro"\n      else "nothing is ever wrong with these"\n'
        + '  finding one "One"\n    row.tier is "free"\n  finding two "Two"\n    row.tier is "starter"\n'
        + RESOLVES
    )


def test_comparing_two_enums_with_each_other_asks_for_no_value() -> None:
    """Nor does an item of a list."""
    check(
        findings(
            "row.tier is not row.name",
            'any([row.tier] each it is "free")\n    any([row.tier] each it is "pro")',
        )
    )


def test_otherwise_may_ask_itself() -> None:
    """Or the author accepts it there."""
    two = ('row.tier is "free"', 'row.tier is "starter"')
    check(
        findings(*two, 'otherwise\n  if row.tier is "pro"\n    note "fine"\n  escalate "what?"\n')
    )
    check(
        findings(
            *two, 'otherwise\n  allow W704 "these pay by invoice"\n  escalate "nothing found"\n'
        )
    )
    check(
        findings(*two, 'otherwise\n  note "a"\n  allow W704 "too late"\n  note "b"\n'),
        ["W704 at `otherwise`", "E231 at `W704`"],
    )
