"""What is said of values that a statement is sent, with a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from rbengine.semantics.analysis import BoundParameter
from rbengine.semantics.catalogue.sample import sample
from support.check import analyse

SCHEMA = (Path(__file__).parents[1] / "catalogue_schema.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def describer(postgres_server: Server) -> Iterator[PostgresDescriber]:
    made = PostgresDescriber(postgres_server, SCHEMA, "schema.sql")
    yield made
    made.close()


def found(body: str, describer: PostgresDescriber, head: str = "") -> list[str]:
    analysis = analyse(sample(f"{head}resolve stale\n{body}"), describer=describer)
    text = analysis.tables.source.text
    return [
        f"{one.code} at `{text[one.primary.span.start : one.primary.span.end]}`"
        for one in analysis.problems
    ]


def count(where: str) -> str:
    return f"  n = query value\n    SELECT count(*) AS n FROM shifts WHERE {where}\n"


ORDERS = '  orders = shop.orders(customer: "c")\n'


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("id::text <> ALL(:orders.id)", "<> ALL(:orders.id"),
        ("id::text != ALL (:orders.id)", "!= ALL (:orders.id"),
        ("NOT (id::text = ANY(:orders.id))", "= ANY(:orders.id"),
    ],
)
def test_a_list_that_excludes_must_have_an_item(
    describer: PostgresDescriber, where: str, shown: str
) -> None:
    """A list without one lets every row through, however it is written."""
    assert found(ORDERS + count(where), describer) == [f"E517 at `{shown}`"]
    known = '  check orders is not empty\n    else "none"\n'
    assert found(ORDERS + known + count(where), describer) == []


def test_a_list_that_chooses_may_be_empty(describer: PostgresDescriber) -> None:
    """It finds nothing then."""
    where = "id::text = ANY(:orders.id) AND NOT begins IS NULL"
    assert found(ORDERS + count(where), describer) == []


def test_a_list_that_is_written_with_items_has_some(describer: PostgresDescriber) -> None:
    """There is nothing to test."""
    where = "extract(day FROM begins) <> ALL(:ids)"
    assert found("  ids = [1, 2]\n" + count(where), describer) == []


@pytest.mark.parametrize(
    "where",
    [
        "begins > :now",
        "begins BETWEEN :now AND now()",
        "s.begins = :now",
        "now() - interval '1 day' > begins",
    ],
)
def test_a_wall_time_beside_an_instant_is_a_warning(
    describer: PostgresDescriber, where: str
) -> None:
    """The word that is underlined is the column."""
    statement = count(where).replace("FROM shifts", "FROM shifts s")
    assert found(statement, describer) == ["W518 at `begins`"]


@pytest.mark.parametrize(
    "where",
    [
        "ends > :now",
        "begins > begins",
        "begins AT TIME ZONE 'UTC' < :now",
        "begins > '2026-01-01'",
    ],
)
def test_an_instant_beside_an_instant_is_none(describer: PostgresDescriber, where: str) -> None:
    """Nor a wall time beside another, or one that says its zone."""
    assert found(count(where), describer) == []


HEAD = 'input feeling: one of happy or sad "How"\ninput word: text "What"\n'


def test_a_value_for_an_enum_of_postgresql_is_sent_as_one(describer: PostgresDescriber) -> None:
    """A text would be refused where the column is an enum: read, compared or set, alone or in a list."""
    body = """  old = query one
    SELECT id, mood, moods FROM shifts WHERE mood = :feeling AND id::text = :word
  feelings = [feeling]
  change "Set"
    sql
      UPDATE shifts SET mood = :old.mood, moods = :old.moods WHERE id = :old.id AND mood = ANY(:feelings)
    expect 1 row
"""
    analysis = analyse(sample(f"{HEAD}resolve stale\n{body}"), describer=describer)
    assert [one.message for one in analysis.problems] == []
    bound = [one.parameters for one in analysis.tables.statements.values()][-2:]
    assert bound == [
        (
            BoundParameter(path=("feeling",), type="mood"),
            BoundParameter(path=("word",), type="text"),
        ),
        (
            BoundParameter(path=("old", "mood"), type="mood"),
            BoundParameter(path=("old", "moods"), type="mood[]"),
            BoundParameter(path=("old", "id"), type="uuid"),
            BoundParameter(path=("feelings",), type="mood[]"),
        ),
    ]


def test_a_value_that_the_enum_does_not_have_is_named(describer: PostgresDescriber) -> None:
    """And a text that may be anything is none of its values."""
    head = HEAD.replace("happy or sad", "happy or angry")
    assert found(count("mood = :feeling"), describer, head) == ["E405 at `:feeling`"]
    assert found(count("mood = :word"), describer, head) == ["E401 at `:word`"]
    assert found(count("mood = :word AND id = :word"), describer, head) == ["E512 at `=`"]


def test_the_halves_of_money_are_sent_one_by_one(describer: PostgresDescriber) -> None:
    """Whole cents and the currency: two currencies never meet in a column of numbers."""
    head = 'input price: money "How much"\n'
    assert found(count("length(id::text) = :price"), describer, head) == ["E515 at `:price`"]
    halves = count("length(id::text) = :price.minor AND id::text = :price.currency")
    assert found(halves, describer, head) == []
    assert found('  note "{{ price.cents }}"\n', describer, head) == ["E210 at `cents`"]


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT count(*) AS n FROM accounts WHERE tier = 'startr'", ["'startr'"]),
        ("SELECT count(*) AS n FROM accounts a WHERE 'fre' <> a.tier AND tier = 'pro'", ["'fre'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier IN ('free', 'por', 'gold')", ["'por'", "'gold'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier NOT IN ('gold')", ["'gold'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier = ANY(ARRAY['free', 'gold'])", ["'gold'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier IS NOT DISTINCT FROM 'gold'", ["'gold'"]),
        ("SELECT count(*) FILTER (WHERE tier = 'gold') AS n FROM accounts", ["'gold'"]),
        ("SELECT count(*) AS n FROM notes n WHERE EXISTS (SELECT FROM accounts WHERE tier = 'gold' AND name = n.text)",
         ["'gold'"]),
        ("WITH a AS (SELECT id FROM accounts WHERE tier = 'gold') SELECT count(*) AS n FROM a", ["'gold'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier = 'gold'::text", ["'gold'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier::text = 'gold'", ["'gold'"]),
        ("SELECT count(*) AS n FROM accounts WHERE tier = 'pro' AND name = 'gold'", []),
        ("SELECT count(*) AS n FROM accounts WHERE tier > 'gold' OR tier LIKE 'g%'", []),
        ("SELECT count(*) AS n FROM (SELECT 'gold' AS tier FROM accounts) a WHERE tier = 'gold'", []),
        ("WITH accounts AS (SELECT 'gold' AS tier) SELECT count(*) AS n FROM accounts WHERE tier = 'gold'", []),
        ("SELECT count(*) AS n FROM accounts, (SELECT 'gold' AS label) s WHERE label = 'gold'", []),
        ("SELECT CASE WHEN frozen THEN 'gold' ELSE tier END AS n FROM accounts LIMIT 1", []),
    ],
)  # fmt: skip
def test_a_text_beside_a_listed_column_is_one_of_its_list(
    describer: PostgresDescriber, statement: str, shown: list[str]
) -> None:
    """PostgreSQL compares it without a word, and finds nothing for ever."""
    body = f"  n = query value\n    {statement}\n"
    assert found(body, describer) == [f"E405 at `{one}`" for one in shown]


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("UPDATE accounts SET tier = 'gold' WHERE id = :account", ["'gold'"]),
        ("UPDATE accounts SET (name, tier) = ('gold', 'gold') WHERE id = :account", ["'gold'"]),
        ("UPDATE accounts SET tier = 'pro' WHERE tier = 'gold'", ["'gold'"]),
        ("UPDATE accounts SET tier = CASE WHEN frozen THEN 'gold' ELSE 'pro' END WHERE id = :account", ["'gold'"]),
        ("DELETE FROM accounts WHERE tier = 'gold'", ["'gold'"]),
        ("INSERT INTO accounts (id, name, email, tier, frozen, credits, rate) "
         "VALUES (:account, 'gold', 'e', 'gold', false, 0, 0)", ["'gold'"]),
        ("INSERT INTO accounts (id, name, email, tier, frozen, credits, rate) "
         "SELECT id, name, email, 'gold', frozen, credits, rate FROM accounts WHERE id = :account", ["'gold'"]),
    ],
)  # fmt: skip
def test_a_text_written_to_a_listed_column_is_one_of_its_list(
    describer: PostgresDescriber, statement: str, shown: list[str]
) -> None:
    """PostgreSQL would refuse it in the middle of an incident."""
    body = f'  change "Do"\n    sql\n      {statement}\n    expect any number of rows\n    irreversible "x"\n'
    assert found(body, describer) == [f"E405 at `{one}`" for one in shown]


def test_an_enum_beside_a_listed_column_has_a_value_of_its_list(
    describer: PostgresDescriber,
) -> None:
    """Compared, one in common is enough; assigned, each of them must fit."""
    head = 'input plan: one of gold or pro = "pro" "Which"\ninput mood: one of up or down = "up" "Which"\n'
    where = (
        "  n = query value\n    SELECT count(*) AS n FROM accounts WHERE tier = {}\n"
        '  note "{{{{ plan }}}} {{{{ mood }}}}"\n'
    )
    assert found(where.format(":plan"), describer, head) == []
    assert found(where.format(":mood"), describer, head) == ["E405 at `:mood`"]
    body = '  change "Do"\n    sql\n      UPDATE accounts SET tier = {} WHERE id = :account\n    expect 1 row\n'
    assert found(body.format(":plan"), describer, head) == ["E405 at `:plan`"]


def test_a_slip_in_a_listed_text_has_a_suggestion(describer: PostgresDescriber) -> None:
    """An editor offers it."""
    where = "SELECT count(*) AS n FROM accounts WHERE tier = 'startr'"
    text = sample(f"resolve stale\n  n = query value\n    {where}\n")
    (problem,) = analyse(text, describer=describer).problems
    assert [one.replacement for one in problem.fixes] == ["'starter'"]


def test_a_slip_in_a_label_of_an_enum_has_a_suggestion(describer: PostgresDescriber) -> None:
    """PostgreSQL itself refuses it, and says no more than that."""
    where = "SELECT count(*) AS n FROM shifts WHERE mood = 'hapy'"
    text = sample(f"resolve stale\n  n = query value\n    {where}\n")
    (problem,) = analyse(text, describer=describer).problems
    assert text[problem.primary.span.start : problem.primary.span.end] == "'hapy'"
    assert problem.primary.text == "it is one of happy, sad"
    assert [one.replacement for one in problem.fixes] == ["'happy'"]


SHIFT = (
    "  shift = query one\n    SELECT begins, ends, begins AT TIME ZONE 'UTC' AS utc FROM shifts\n"
)


@pytest.mark.parametrize(
    ("call", "wall"),
    [
        ("lines = logs.lines(since: shift.begins)", "shift.begins"),
        ("lines = logs.lines(since: shift.begins - 5m)", "shift.begins - 5m"),
        ('orders = shop.orders(customer: "c", since: shift.begins)', "shift.begins"),
    ],
)
def test_a_wall_time_is_no_instant_where_one_is_asked_for(
    describer: PostgresDescriber, call: str, wall: str
) -> None:
    """An adapter would be asked for another hour than the column holds."""
    (one,) = found(f"{SHIFT}  {call}\n", describer)
    assert one == f"W518 at `{wall}`"


@pytest.mark.parametrize(
    ("condition", "column"),
    [
        ("shift.begins < now", "shift.begins"),
        ("10m ago > shift.begins", "shift.begins"),
        ("shift.begins is incident.started", "shift.begins"),
        ("shift.ends is present and shift.begins < shift.ends", "shift.begins"),
        ("now - shift.begins > 5m", "shift.begins"),
        ("now - 5m > shift.begins + 1h", "shift.begins + 1h"),
        ("now in [shift.begins]", "shift.begins"),
        ("max([now, shift.begins]) < now", "max([now, shift.begins])"),
    ],
)
def test_a_wall_time_that_was_read_is_still_one(
    describer: PostgresDescriber, condition: str, column: str
) -> None:
    """Beside an instant it is a warning in a condition as in SQL: the value was read as if in UTC."""
    body = f'{SHIFT}  check {condition} else "late"\n'
    assert found(body, describer) == [f"W518 at `{column}`"]


@pytest.mark.parametrize(
    "condition",
    ["shift.begins < shift.begins + 8h", "shift.utc < now", "shift.begins - shift.begins < 5m"],
)
def test_wall_times_among_themselves_are_none(describer: PostgresDescriber, condition: str) -> None:
    """Nor one that says its zone in its query."""
    assert found(f'{SHIFT}  check {condition} else "late"\n', describer) == []
