"""A change becomes one specification: parts, bounds, undo, approval, and whether it may ever be free."""

import pytest
from rbengine.contract.values import Datum
from rbengine.plan import code
from rbengine.plan import expressions as ir
from rbengine.plan.build import build_plan
from rbengine.plan.program import Plan
from support.lenient import analysis_of, runbook

FOUND = 'diagnose\n  finding broken "It is broken"\n    {condition}\n'


def plan_of(
    body: str, *more: str, condition: str = '"a" is "a"', libraries: tuple[str, ...] = ()
) -> Plan:
    """A runbook whose one resolve has `body`."""
    indented = "".join(f"  {line}\n" if line else "\n" for line in body.strip("\n").split("\n"))
    head = "severity P2\nmttr 20m\n" + ("use shared\n" if libraries else "")
    text = runbook(
        FOUND.format(condition=condition), f"resolve broken\n{indented}", *more, head=head
    )
    return build_plan(analysis_of(text, *libraries))


def changes(plan: Plan) -> list[code.ChangeSpec]:
    """Every change of the plan, in order."""
    return [one.change for one in plan.code if isinstance(one, code.MakeChange)]


def one_change(body: str) -> code.ChangeSpec:
    """The only one."""
    (change,) = changes(plan_of(body))
    return change


def number(value: int) -> ir.Constant:
    return ir.Constant(Datum(value))


SQL = """
change "Do it"
  sql
    UPDATE things SET a = :x WHERE id = :y
  {expect}
"""


@pytest.mark.parametrize(
    ("expect", "bound"),
    [
        ("expect 1 row", code.RowBound(at_least=number(1), at_most=number(1))),
        ("expect at most 3 rows", code.RowBound(at_most=number(3))),
        ("expect at least 2 rows", code.RowBound(at_least=number(2))),
        ("expect any number of rows", code.RowBound()),
    ],
)
def test_the_row_bound_is_what_expect_says(expect: str, bound: code.RowBound) -> None:
    """A statement that touches more rows than its author expected is not applied."""
    change = one_change(SQL.format(expect=expect))
    (part,) = change.parts
    assert isinstance(part, code.SqlPart)
    assert part.bound == bound
    assert [one.name for one in part.arguments] == ["x", "y"]
    assert part.sql == "UPDATE things SET a = $1 WHERE id = $2"
    assert change.undo == code.DerivedUndo()
    assert change.place == "resolve broken/1"


def test_a_written_undo_may_decide() -> None:
    """`if` inside an undo is decided when it is taken back, with the values of before."""
    change = one_change(
        """
change "Call it"
  supabase.invoke(function: "a")
  undo
    if x is present
      supabase.invoke(function: "b")
    else
      supabase.invoke(function: "c")
  approve by tech_lead or cto
"""
    )
    assert isinstance(change.undo, code.WrittenUndo)
    (part,) = change.undo.parts
    assert isinstance(part, code.IfPart)
    assert isinstance(part.then[0], code.OperationPart)
    assert part.otherwise[0] != part.then[0]
    assert change.approve_by == ("tech_lead", "cto")


def test_a_reason_makes_it_irreversible() -> None:
    """The person who approves sees why there is no way back."""
    change = one_change(
        'change "Call it"\n  supabase.invoke(function: "a")\n  irreversible "mail is out"\n'
    )
    assert change.undo == code.IrreversibleUndo(ir.Constant(Datum("mail is out")))


def test_a_loop_in_a_change_is_one_change_with_every_item() -> None:
    """One plan, one approval; bound by the policy where the author gave none; undone item by item."""
    change = one_change(
        """
change "Do all"
  for each m in things
    sql
      UPDATE things SET a = 1 WHERE id = :m.id
    expect 1 row
    may drift a
    undo
      sql
        UPDATE things SET a = 0 WHERE id = :m.id
      expect 1 row
  in one transaction
"""
    )
    (part,) = change.parts
    assert isinstance(part, code.EachPart)
    assert (part.name, part.at_most, part.one_transaction) == ("m", 500, True)
    assert isinstance(part.parts[0], code.SqlPart)
    assert part.parts[0].may_drift == ("a",)
    assert isinstance(change.undo, code.WrittenUndo)
    (undo,) = change.undo.parts
    assert isinstance(undo, code.EachPart)
    assert undo.items == part.items


CHANGE = 'change "Do it"\n  supabase.invoke(function: "a")\n  irreversible "why"\n'


def nested(head: str, body: str = CHANGE) -> str:
    """`body` one level below `head`."""
    return head + "\n" + "".join(f"  {line}\n" for line in body.strip("\n").split("\n"))


@pytest.mark.parametrize(
    ("body", "condition", "never_free"),
    [
        (CHANGE, '"a" is "a"', False),
        (CHANGE, "job is absent", True),
        (CHANGE, "job is not present", True),
        (CHANGE, "not (job is present)", True),
        (CHANGE, 'jobs is empty and "a" is "a"', True),
        (CHANGE, 'jobs is empty or "a" is "a"', False),
        (CHANGE, "job is present", False),
        (CHANGE, "either\n      job is absent\n      jobs is empty", True),
        (CHANGE, "either\n      job is absent\n      job is present", False),
        (nested("if x is absent"), '"a" is "a"', True),
        (nested("if x is present") , '"a" is "a"', False),
        (nested("if x is present", 'note "there"') + nested("else"), '"a" is "a"', True),
        (nested("if x is absent", 'note "gone"') + nested("else"), '"a" is "a"', False),
        (nested("match x", nested("when absent")) , '"a" is "a"', True),
        (nested("match x", nested("when present")), '"a" is "a"', False),
        ('check x is absent\n  else "there"\n' + CHANGE, '"a" is "a"', True),
        (nested('step "A"', "check x is absent") + CHANGE, '"a" is "a"', False),
    ],
)  # fmt: skip
def test_a_change_reached_by_absence_alone_is_never_free(
    body: str, condition: str, never_free: bool
) -> None:
    """A broken reading looks like an empty answer; it must not change anything unasked."""
    (change,) = changes(plan_of(body, condition=condition))
    assert change.never_free is never_free


LIBRARY = """library shared "Shared"

procedure outer(name: text)
  call inner(name: name)

procedure inner(name: text)
  change "Inside"
    supabase.invoke(function: name)
    irreversible "why"
"""


def test_a_procedure_called_by_absence_is_never_free_either() -> None:
    """Moving a change into a library must not make it free; nor must a second call from elsewhere."""
    called = 'call outer(name: "a")\n'
    (free,) = changes(plan_of(called, libraries=(LIBRARY,)))
    (bound,) = changes(plan_of(called + nested("if x is absent", called), libraries=(LIBRARY,)))
    assert not free.never_free
    assert bound.never_free


def test_places_do_not_move_when_something_is_added_elsewhere() -> None:
    """Keys are made of places; a change of the text must not make a running incident forget what it did."""
    before = plan_of(nested('step "A"') + nested('step "B"', CHANGE + CHANGE))
    after = plan_of(
        'note "new"\n'
        + nested('step "A"', CHANGE)
        + nested('step "New"')
        + nested('step "B"', CHANGE + CHANGE)
    )
    assert [one.place for one in changes(before)] == [
        "resolve broken/A/1", "resolve broken/B/1", "resolve broken/B/2",
    ]  # fmt: skip
    assert {one.place for one in changes(before)} <= {one.place for one in changes(after)}


def test_a_label_with_a_hole_is_a_place_as_it_is_written() -> None:
    """The value in the hole may differ from run to run; the key must not."""
    made = plan_of(
        nested('step "Book {{ x.id }}"', CHANGE) + nested('step "Book {{ y.id }}"', CHANGE)
    )
    assert [one.place for one in changes(made)] == [
        "resolve broken/Book {{ x.id }}/1",
        "resolve broken/Book {{ y.id }}/1",
    ]
