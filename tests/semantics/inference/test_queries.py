"""SQL blocks: parameters, answers, and where PostgreSQL's word is underlined."""

from rbengine.semantics.analysis import BoundParameter
from rbengine.semantics.catalogue.sample import sample
from support.check import analyse, check


def test_names_become_numbered_parameters_with_types() -> None:
    """The value is sent beside the statement, with the type that it has."""
    analysis = analyse(
        sample(
            """
            verify
              ids = [1, 2]
              n = query value
                SELECT count(*) AS n FROM accounts
                WHERE id = :account AND credits = ANY(:ids) AND name = :row.name OR id = :account
            """
        )
    )
    bound = list(analysis.tables.statements.values())[-1]
    assert bound.sql == (
        "SELECT count(*) AS n FROM accounts\n"
        "WHERE id = $1 AND credits = ANY($2) AND name = $3 OR id = $1"
    )
    assert bound.parameters == (
        BoundParameter(path=("account",), type="uuid"),
        BoundParameter(path=("ids",), type="bigint[]"),
        BoundParameter(path=("row", "name"), type="text"),
    )


def test_quotes_comments_casts_and_dollars_are_left_alone() -> None:
    """`:name` is a parameter only where PostgreSQL would see a value."""
    analysis = analyse(
        sample(
            """
            verify
              n = query value
                SELECT count(*) AS n FROM accounts -- :nobody
                WHERE name = ':x' AND name = $a$ :y $a$ AND rate::text = 'a' /* :z /* :z */ */
            """
        )
    )
    assert analysis.problems == ()
    assert list(analysis.tables.statements.values())[-1].parameters == ()


def test_a_value_inside_quotes_is_shown_how_to_bind() -> None:
    """Only a name that is one: `'12:30'` is a time."""
    check(
        """
        verify
          n = query value
            SELECT count(*) AS n FROM accounts WHERE name = 'x :account y' AND name = '12:30:account'
        """,
        ["E511 at `:account`"],
    )


def test_the_answer_of_a_query_follows_its_kind() -> None:
    """`one` is there, `maybe` may not be, `all` is a list, `value` is its column."""
    check(
        """
        verify
          a = query one
            SELECT id, customer FROM accounts
          b = query maybe
            SELECT id FROM accounts
          c = query all
            SELECT id FROM accounts
          d = query value
            SELECT customer FROM accounts
        """,
        types={
            "a": "{id: uuid, customer: optional text}",
            "b": "optional {id: uuid}",
            "c": "list of {id: uuid}",
            "d": "optional text",
        },
    )


def test_postgres_word_is_underlined_in_the_file() -> None:
    """Also behind a parameter, which is shorter in what PostgreSQL sees."""
    check(
        """
        verify
          n = query all
            SELECT id, nmae FROM accounts
          m = query all
            SELECT teir FROM accounts WHERE id = :account
        """,
        ["E512 at `nmae`", "E512 at `teir`"],
    )


def test_a_refused_statement_is_reported_once() -> None:
    """What is made of its answer fits everywhere."""
    check(
        """
        verify
          a = query one
            SELECT nmae FROM accounts
          b = a.nmae + 3
        """,
        ["E512 at `nmae`"],
    )


def test_an_absent_value_may_be_assigned_but_not_compared() -> None:
    """Nothing is equal to it."""
    check(
        """
        resolve stale
          change "Copy"
            sql
              UPDATE accounts SET customer = :row.customer WHERE id = :account
            expect 1 row
          n = query value
            SELECT count(*) AS n FROM accounts WHERE customer = :row.customer
        """,
        ["E514 at `:row.customer`"],
    )


def test_the_fields_of_a_parameter_are_checked_one_by_one() -> None:
    """The wrong one is underlined."""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          a = query value
            SELECT count(*) AS n FROM accounts WHERE name = :row.nmae
          b = query value
            SELECT count(*) AS n FROM accounts WHERE name = :order.id
          c = query value
            SELECT count(*) AS n FROM accounts WHERE name = :rwo.name
        """,
        ["E210 at `nmae`", "E514 at `:order.id`", "E510 at `:rwo`"],
    )


def test_braces_never_reach_sql() -> None:
    """They would be text, and text can be anything."""
    check(
        """
        verify
          n = query value
            SELECT count(*) AS n FROM accounts WHERE id = {{ account }} AND name = '{{ row.name }}'
        """,
        ["E513 at `{{ account }}`", "E513 at `{{ row.name }}`"],
    )
