"""Expressions: total over well-typed ones, absent goes through."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

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
from rbengine.plan import expressions as ex
from rbengine.plan.program import MessageSpec
from rbengine.runtime.evaluate import View, evaluate, marked_text_of
from rbengine.runtime.findings import operands
from rbengine.runtime.functions import FUNCTIONS
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import NO_NAMES
from rbengine.runtime.wording import FILTERS, as_text
from rbengine.semantics import functions as checked
from support.programs import k, program, say, v

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PLAN = program(
    messages=[
        MessageSpec(
            name="hello",
            parameters=("who", "count"),
            subject="About {{ who.name }}",
            body="Hello {{ who.name | upper }}, {{ count }} left.",
        ),
        MessageSpec(name="items", parameters=("who",), subject="s", body="{{ who.items }}"),
        MessageSpec(name="lacking", parameters=("who",), subject="s", body="{{ who.nothing }}"),
        MessageSpec(
            name="reaching",
            parameters=("who",),
            subject="s",
            body="{{ ''.__class__.__mro__ }}",
        ),
    ]
)
NAMES: dict[str, Value] = {
    "row": Row({"name": "Acme", "gone": None, "items": "three"}),
    "rows": (Row({"id": 1, "ok": True}), Row({"id": 2, "ok": False})),
    "absent": None,
    "failed": Failure("timeout", "no answer"),
    "json": Json({"a": {"b": [1, 2]}, "t": "text"}),
    "fee": Money(1250, "usd"),
    "none": (),
}


def names() -> Any:
    scope = NO_NAMES
    for name, value in NAMES.items():
        scope = scope.insert(name, value)
    return scope


def value(expr: ex.Expr) -> Value:
    return evaluate(expr, names(), View(NOW, PLAN))


def compare(left: ex.Expr, operator: Any, right: ex.Expr) -> Value:
    return value(ex.Comparison(operator, left, right))


def do(left: Value, operator: Any, right: Value) -> Value:
    return value(ex.Arithmetic(operator, k(left), k(right)))


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "in", "not in"])
def test_an_absent_side_never_compares(operator: str) -> None:
    """Neither less nor greater nor in, and not `not in` either: nothing is concluded from nothing."""
    assert compare(v("absent"), operator, k((1, 2))) is False
    assert compare(k(1), operator, v("absent")) is False


def test_is_compares_absent_with_absent() -> None:
    """The two that ask about it."""
    assert compare(v("row.gone"), "is", v("absent")) is True
    assert compare(v("row.gone"), "is not", k("x")) is True
    assert compare(k(True), "is", k(1)) is False
    assert compare(k(Decimal("1.0")), "is", k(1)) is True


def test_absent_goes_through_fields_functions_and_sums() -> None:
    """One test at the end is enough."""
    assert value(v("row.gone.further")) is None
    assert value(ex.Function("upper", (v("absent"),))) is None
    assert value(ex.Arithmetic("+", v("absent"), k(1))) is None
    assert value(ex.Ago(v("absent"))) is None


def test_fields_of_lists_and_json() -> None:
    """A field of a list is a list; JSON gives its scalars as they are."""
    assert value(v("rows.id")) == (1, 2)
    assert value(v("json.t")) == "text"
    assert value(v("json.a.b")) == Json([1, 2])
    assert value(v("json.nothing.at.all")) is None


def test_a_failure_says_what_it_is() -> None:
    """`x.failure.kind` and `x.failure.text`, of what was tried and has failed."""
    for field, said in (("kind", "timeout"), ("text", "no answer")):
        path = v(f"failed.failure.{field}")
        assert value(path) == said


def test_where_and_each_see_it() -> None:
    """`xs where it.ok`, `xs each it.id`."""
    assert value(ex.Where(v("rows"), v("it.ok"))) == (Row({"id": 1, "ok": True}),)
    assert value(ex.Each(v("rows"), v("it.id"))) == (1, 2)


def test_logic_looks_at_the_right_side_only_if_it_matters() -> None:
    """An unknown name behind a decided `and` does no harm."""
    assert value(ex.Logic("and", k(False), v("nowhere"))) is False
    assert value(ex.Logic("or", k(True), v("nowhere"))) is True
    with pytest.raises(NotKnown):
        value(ex.Logic("and", k(True), v("nowhere")))


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (2, "+", 3, 5),
        (Decimal("1.5"), "*", 2, Decimal("3.0")),
        (1, "/", 4, Decimal("0.25")),
        (Money(100, "usd"), "+", Money(50, "usd"), Money(150, "usd")),
        (Money(1000, "usd"), "*", Percent(Decimal("12.25")), Money(122, "usd")),
        (200, "*", Percent(Decimal(5)), Decimal(10)),
        (timedelta(minutes=1), "*", Decimal("1.5"), timedelta(seconds=90)),
        (timedelta(minutes=3), "/", timedelta(minutes=2), Decimal("1.5")),
        (NOW, "-", timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW, "-", NOW - timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_arithmetic(left: Value, operator: str, right: Value, result: Value) -> None:
    """Exact: no floats, money in whole minor units."""
    assert do(left, operator, right) == result
    assert type(do(left, operator, right)) is type(result)


@pytest.mark.parametrize(
    ("left", "operator", "right"),
    [
        (Money(1, "usd"), "+", Money(1, "eur")),
        (NOW, "+", timedelta(days=10**8)),
        (1, "/", 0),
        ("a", "-", 1),
        (timedelta(1), "+", 1),
    ],
)
def test_what_has_no_result_says_so(left: Value, operator: str, right: Value) -> None:
    """It fails the step with a sentence, never the machine."""
    with pytest.raises(Unevaluable):
        do(left, operator, right)


@pytest.mark.parametrize("name", ["sum", "min", "max"])
def test_amounts_in_two_currencies_are_refused(name: str) -> None:
    """They come from outside: nobody could say it before the run, and nothing is passed over in silence."""
    with pytest.raises(Unevaluable, match="eur and usd never meet"):
        value(ex.Function(name, (k((Money(1, "usd"), Money(2, "eur"))),)))


def test_a_sum_of_none_is_of_the_type_of_its_items() -> None:
    """No durations are a duration together; no amounts are none, as nothing has no currency."""
    assert value(ex.Function("sum", (v("none"),))) == 0
    assert value(ex.Function("sum", (v("none"), k(timedelta(0))))) == timedelta(0)
    assert value(ex.Function("sum", (v("none"), k(None)))) is None
    assert value(ex.Function("sum", (v("absent"), k(None)))) is None


def test_matches_and_states() -> None:
    """`when present|absent|failed "kind"`, and the tests."""
    assert value(ex.Matches(v("failed"), failures=("timeout",))) is True
    assert value(ex.Matches(v("failed"), failures=("conflict",))) is False
    assert value(ex.Matches(v("failed"), failures=("",))) is True
    assert value(ex.Matches(v("absent"), states=("absent",))) is True
    assert value(ex.Matches(v("row.name"), texts=("Acme", "Other"))) is True
    assert value(ex.Matches(v("failed"), states=("present",))) is False
    assert value(ex.StateTest(v("failed"), "present", False)) is False
    assert value(ex.StateTest(v("none"), "empty", True)) is False


def test_secrets_are_compared_by_their_digest() -> None:
    """In memory or only referred to: the same secret is the same."""
    one = SecretReference("key", "d1")
    assert compare(k(SecretValue("s3cret", one)), "is", k(one)) is True
    assert "s3cret" not in as_text(SecretValue("s3cret", one))


def test_a_text_made_from_a_secret_is_one() -> None:
    """It is put together where it is sent; until then nobody can read it."""
    key = SecretReference("key", "d1")
    made = value(ex.Text((ex.Chunk("Bearer "), ex.Slot(k(key)))))
    assert isinstance(made, SecretReference)
    assert (made.name, made.parts) == ("key", ("Bearer ", key))
    again = value(ex.Text((ex.Chunk("Bearer "), ex.Slot(k(SecretValue("s3cret", key))))))
    assert compare(k(made), "is", k(again)) is True
    other = value(ex.Text((ex.Chunk("Basic "), ex.Slot(k(key)))))
    assert compare(k(made), "is", k(other)) is False
    with pytest.raises(Unevaluable):
        compare(k(made), "is", k(key))
    with pytest.raises(Unevaluable):
        value(ex.Text((ex.Slot(k(key), ("upper",)),)))


def test_a_message_is_rendered_in_its_sandbox() -> None:
    """Fields are fields, whatever they are called; nothing else can be reached."""

    def render(name: str, *arguments: ex.Expr) -> Any:
        return value(ex.RenderMessage(name, arguments))

    message = render("hello", v("row"), k(Money(1250, "usd")))
    assert message == Row({"subject": "About Acme", "text": "Hello ACME, 12.50 usd left."})
    assert render("items", v("row"))["text"] == "three"
    for name in ("lacking", "reaching"):
        with pytest.raises(Unevaluable):
            render(name, v("row"))


def test_a_subject_never_has_a_line_break() -> None:
    """A header could be smuggled in with one."""
    sneaky = k(Row({"name": "x\r\nBcc: all@example.test"}))
    message = value(ex.RenderMessage("hello", (sneaky, k(1))))
    assert isinstance(message, Row)
    assert message["subject"] == "About x Bcc: all@example.test"


def test_words_to_people_mark_what_is_not_known() -> None:
    """An emergency letter goes out, with a gap that says it is one."""
    text = marked_text_of(say("{{ row.name }} lost {{ count }}"), names(), View(NOW, PLAN))
    assert text == "Acme lost (count: not known)"


def test_the_operands_of_a_line_are_its_paths() -> None:
    """What a reader wants beside the line that did not hold."""
    line = ex.Comparison("in", v("row.name"), k(("a",)))
    both = ex.Logic("or", line, ex.StateTest(ex.Function("count", (v("rows"),)), "absent", False))
    assert [name for name, _ in operands(both, names(), View(NOW, PLAN))] == [
        "row.name",
        "count(rows)",
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("all", ((True, False),), False),
        ("all", ((),), True),
        ("any", ((False, True),), True),
        ("any", ((Row({}),),), True),
        ("contains", ((1, 2), 2), True),
        ("contains", ("abc", "b"), True),
        ("count", ((1, 2),), 2),
        ("days", (2,), timedelta(days=2)),
        ("decimal", ("1.50",), Decimal("1.50")),
        ("decimal", ("x",), None),
        ("decimal", ("1e999999",), None),
        ("decimal", (Json("2"),), Decimal(2)),
        ("distinct", ((2, 1, 2),), (2, 1)),
        ("ends_with", ("abc", "c"), True),
        ("first", ((),), None),
        ("first", ((1, 2),), 1),
        ("hours", (Decimal("0.5"),), timedelta(minutes=30)),
        ("join", (("a", "b"), ", "), "a, b"),
        ("last", ((1, 2),), 2),
        ("length", ("abc",), 3),
        ("lower", ("A",), "a"),
        ("max", ((1, 3, 2),), 3),
        ("min", ((Money(2, "usd"), Money(1, "usd")),), Money(1, "usd")),
        ("minutes", (3,), timedelta(minutes=3)),
        ("percent", (1, 4), Percent(Decimal(25))),
        ("percent", (1, 0), None),
        ("seconds", (3,), timedelta(seconds=3)),
        ("starts_with", ("abc", "a"), True),
        ("sum", ((1, 2),), 3),
        ("sum", ((Money(2, "usd"), Money(1, "usd")),), Money(3, "usd")),
        ("sum", ((),), 0),
        ("text", (None,), "absent"),
        ("trim", (" a ",), "a"),
        ("upper", ("a",), "A"),
        ("whole", ("12",), 12),
        ("whole", ("1.5",), None),
        ("whole", (None,), None),
    ],
)
def test_the_pure_functions(name: str, arguments: tuple[Value, ...], result: Value) -> None:
    """Each as the checker's table describes it."""
    assert FUNCTIONS[name](*arguments) == result


def test_the_checker_and_the_machine_know_the_same_functions() -> None:
    """What is checked can be computed, and the reverse."""
    assert sorted(FUNCTIONS) == sorted(checked.FUNCTIONS)
    assert sorted(FILTERS) == sorted(checked.FILTERS)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (Money(1250, "usd"), "12.50 usd"),
        (Money(1250, "jpy"), "1250 jpy"),
        (Money(-5, "usd"), "-0.05 usd"),
        (timedelta(hours=1, minutes=30, seconds=3), "1h 30m"),
        (timedelta(milliseconds=200), "200ms"),
        (timedelta(0), "0s"),
        (NOW, "2026-11-23 03:00 UTC"),
        (Percent(Decimal("5")), "5%"),
        (Percent(Decimal("2.50")), "2.5%"),
        (Percent(Decimal(100) / 3), "33.33%"),
        (Percent(Decimal("7.999")), "8%"),
        ((), "none"),
        (True, "true"),
        (Json({"a": [1, None]}), "{a: [1, null]}"),
    ],
)
def test_values_read_as_the_language_writes_them(shown: Value, text: str) -> None:
    """A person compares them with the playbook."""
    assert as_text(shown) == text
