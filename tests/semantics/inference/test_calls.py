"""Arguments of operations, procedures and messages."""

from support.check import check


def test_every_mistake_of_one_call_is_reported() -> None:
    """Each argument is a place of its own."""
    check(
        """
        resolve stale
          x = shop.orders(customer: 5, sicne: now, status: "opn")
        """,
        ["E401 at `5`", "E205 at `sicne`", 'E405 at `"opn"`'],
    )


def test_a_misspelt_argument_is_not_also_a_missing_one() -> None:
    """One slip, one report."""
    check(
        """
        resolve stale
          x = shop.orders(custmer: "c")
        """,
        ["E205 at `custmer`"],
    )


def test_arguments_of_operations_have_names() -> None:
    """A call is read aloud."""
    check(
        """
        resolve stale
          x = shop.orders("c")
        """,
        ['E205 at `"c"`'],
    )


def test_an_optional_argument_takes_an_absent_value() -> None:
    """And the value inside it."""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          check order is present
            else "none"
          x = shop.orders(customer: "c", status: order.status)
          y = shop.orders(customer: row.customer)
        """,
        ["E403 at `row.customer`"],
    )


def test_a_binding_has_no_operations() -> None:
    """It has fields."""
    check(
        """
        resolve stale
          x = row.name()
        """,
        ["E203 at `row`"],
    )


def test_a_message_takes_any_row_with_the_columns_it_uses() -> None:
    """The type of its parameter names the table, not the whole row."""
    check(
        """
        diagnose
          step "Look"
            small = query one
              SELECT id, email FROM accounts
          finding f "F"
            small.email is "x"
        resolve f
          note "f"
        recover
          mail.send(to: small.email, message: by_mail(small))
          mail.send(to: small.email, message: by_name(row: small))
        message by_mail(row: accounts) "For {{ row.email }}"
          Your mail is {{ row.email }}.
        message by_name(row: accounts) "Hi"
          Hi {{ row.name }}.
        """,
        ["E401 at `small`"],
    )


def test_an_unknown_message_is_called_a_message() -> None:
    """Where one is asked for, nobody looks for a function."""
    check(
        """
        recover
          mail.send(to: row.email, message: by_mial(row))
          mail.send(to: row.email, message: by_mail(row))
        message by_mail(row: accounts) "Hi"
          Hi {{ row.name }}.
        """,
        ["E214 at `by_mial`"],
    )


def test_records_are_matched_field_by_field() -> None:
    """The wrong field is underlined, not the record."""
    check(
        """
        use lib
        resolve stale
          call take(point: {x: 1, y: "a"})
        """,
        ['E401 at `"a"`'],
        libraries={
            "lib": """
                library lib "Lib"

                record point
                  x: int
                  y: int

                procedure take(point: point)
                  note "{{ point.x }}"
            """
        },
    )
