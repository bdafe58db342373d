"""Which changes hang on what an adapter says: none is overlooked, and those that cannot are left alone."""

from rbengine.plan.build import build_plan
from rbengine.plan.dependence import dependences
from support.lenient import analysis_of, runbook

DIAGNOSIS = """
diagnose
  step "Look"
    customer = stripe.customer(customer: "cus_1")
    rows = query all
      SELECT id FROM business
  finding gone "Nobody of that name"
    customer is absent
  finding many "Too many"
    count(rows) > 3
"""


def hanging(
    *sections: str, on: str = "stripe", diagnosis: str = DIAGNOSIS
) -> list[tuple[int, str, str]]:
    """Line, adapter and what it comes in by, of each change that depends on `on`."""
    plan = build_plan(analysis_of(runbook(diagnosis, *sections)))
    return [
        (one.origin.line, one.cause.adapter, one.cause.through) for one in dependences(plan, {on})
    ]


def change(indent: str = "  ", value: str = "'x'") -> str:
    """A change of one row."""
    return (
        f'{indent}change "Set it"\n{indent}  sql\n{indent}    UPDATE business SET name = {value} WHERE id = 1\n'
        f"{indent}  expect 1 row\n"
    )


def test_a_change_under_a_finding_that_reads_it_depends_on_it() -> None:
    """The finding is the decision."""
    gone, many = "resolve gone\n" + change(), "resolve many\n" + change()
    assert [one[1:] for one in hanging(gone, many)] == [("stripe", "`gone`"), ("stripe", "`gone`")]
    assert [one[1:] for one in hanging(many)] == []


def test_a_value_is_followed_through_names() -> None:
    """However often it is renamed."""
    resolve = "resolve many\n  name = customer.name\n  other = lower(name)\n" + change(
        value=":other"
    )
    assert [one[1:] for one in hanging(resolve)] == [("stripe", "`other`")]


def test_a_call_before_the_change_decides_whether_it_comes() -> None:
    """It may fail, and the section ends there."""
    before = 'resolve many\n  stripe.customer(customer: "cus_2")\n' + change()
    after = "resolve many\n" + change() + '  stripe.customer(customer: "cus_2")\n'
    assert [one[1:] for one in hanging(before)] == [("stripe", "`stripe.customer`")]
    assert hanging(after) == []


def test_what_the_adapter_itself_changes_is_its_own_affair() -> None:
    """Only what is changed for real can be wrong by what is not."""
    assert hanging("resolve many\n" + change(), on="postgres") == []


def test_otherwise_depends_on_every_finding() -> None:
    """It runs because none of them holds."""
    assert [one[1:] for one in hanging('resolve many\n  note "x"\n', "otherwise\n" + change())] == [
        ("stripe", "`gone`")
    ]


def test_a_check_in_the_diagnosis_decides_about_all() -> None:
    """Where it does not hold, `otherwise` comes at once."""
    checked = DIAGNOSIS.replace(
        "    rows = query", '    check customer is present else "none"\n    rows = query'
    )
    assert [one[1:] for one in hanging("resolve many\n" + change(), diagnosis=checked)] == [
        ("stripe", "`customer`")
    ]


def test_a_loop_gathers_what_is_given_in_it() -> None:
    """Its list holds something of theirs."""
    loop = (
        "resolve many\n  found = for each row in rows, at most 5\n    one = stripe.customer(customer: row.id)\n"
        "    give one.name\n"
    )
    assert [one[1:] for one in hanging(loop + change(value=":found"))] == [("stripe", "`found`")]


def test_without_such_an_adapter_nothing_depends_on_it() -> None:
    """The usual case costs nothing."""
    plan = build_plan(analysis_of(runbook(DIAGNOSIS, "resolve gone\n" + change())))
    assert dependences(plan, ()) == ()
