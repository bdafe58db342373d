"""`match`: complete, and without branches that never run."""

from support.check import check


def test_every_value_of_an_enum_is_named() -> None:
    """The message lists what is missing."""
    check(
        """
        verify
          match row.tier
            when "free", "pro"
              note "a"
        """,
        ["E406 at `row.tier`"],
    )


def test_an_attempt_is_present_absent_or_failed() -> None:
    """All three, where all three are possible."""
    check(
        """
        verify
          order = try shop.latest_order(customer: "c")
          match order
            when present
              note "{{ order.id }}"
            when failed "unavailable"
              note "{{ order.failure.text }}"
            when failed
              note "{{ order.failure.kind }}"
            when absent
              note "none"
          orders = try shop.orders(customer: "c")
          match orders
            when present
              note "{{ count(orders) }}"
            when absent
              note "none"
            when failed
              note "x"
        """,
        ["E407 at `absent`"],
    )


def test_a_kind_of_failure_alone_leaves_the_others() -> None:
    """`when failed` takes them all."""
    check(
        """
        verify
          orders = try shop.orders(customer: "c")
          match orders
            when present
              note "x"
            when failed "unavailable"
              note "y"
        """,
        ["E406 at `orders`"],
    )


def test_a_value_is_named_once_and_exists() -> None:
    """The second branch would never run."""
    check(
        """
        verify
          match row.tier
            when "free"
              note "a"
            when "free"
              note "b"
            when "por"
              note "c"
            otherwise
              note "d"
        """,
        ['E407 at `"free"`', 'E405 at `"por"`'],
    )


def test_any_text_needs_otherwise() -> None:
    """Nobody can name them all."""
    check(
        """
        verify
          match row.name
            when "a"
              note "a"
        """,
        ["E406 at `row.name`"],
    )
