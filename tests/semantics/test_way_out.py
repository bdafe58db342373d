"""What to do is said as well where nothing near enough exists to be suggested."""

import pytest
from rbengine.contract.policy import PolicyModel
from rbengine.semantics.catalogue.sample import sample
from support.check import analyse

BARE = PolicyModel(name="Bare")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('resolve stale\n  note "{{ qqqqqq }}"\n', "E201"),
        ("resolve stale\n  n = qqqqqq([1, 2])\n", "E208"),
        ('input day: qqqqqq "The day"\n', "E211"),
        ("use qqqqqq\n", "E212"),
        ("resolve stale\n  call qqqqqq()\n", "E213"),
        ("recover\n  mail.send(to: row.email, message: qqqqqq(row))\n", "E214"),
        ('resolve stale\n  x = row.frozen.qqqqqq\n  note "{{ x }}"\n', "E210"),
        ('resolve stale\n  x = row.name()\n', "E203"),
        ("resolve stale\n  for each n in row.seen_at\n    note \"{{ n }}\"\n", "E410"),
        ("resolve stale\n  x = -row.name\n", "E411"),
        ("resolve stale\n  x = row.frozen + row.frozen\n", "E411"),
        ('resolve stale\n  match row.frozen\n    when "a", "a"\n      note "a"\n', "E407"),
        (
            "resolve stale\n  n = query value\n    SELECT count(*) AS n FROM accounts WHERE id = :qqqqqq\n",
            "E510",
        ),
    ],
)  # fmt: skip
def test_a_name_far_from_all_others_has_a_way_out(text: str, code: str) -> None:
    """Whoever invents a name learns what there is, or how it would come to be."""
    found = analyse(sample(text)).problems
    assert code in [one.code for one in found]
    assert [one.code for one in found if not (one.help or one.notes or one.fixes)] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("resolve stale\n  escalate \"help\" to nobody\n", "E608"),
        ('resolve stale\n  manual "Look" by nobody\n', "E607"),
        ('resolve stale\n  note "a"\n', "E224"),
    ],
)  # fmt: skip
def test_an_empty_policy_is_told_what_to_add(text: str, code: str) -> None:
    """There is nothing that could be listed."""
    found = analyse(sample(text), policy=BARE).problems
    assert code in [one.code for one in found]
    assert [one.code for one in found if not (one.help or one.notes or one.fixes)] == []
