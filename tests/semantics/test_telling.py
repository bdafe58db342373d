"""Retries, messages and conclusions."""

from support.check import check

MESSAGE = 'message late(row: accounts) "Late"\n  We are late, {{ row.name }}.\n'


def test_a_call_with_a_key_may_be_repeated() -> None:
    """The provider knows it again."""
    check(
        'recover\n  step "Tell", retry 2 times every 5s\n'
        "    mail.send(to: row.email, message: late(row))\n" + MESSAGE
    )


def test_a_message_at_the_end_of_a_resolve_is_in_time() -> None:
    """Nothing behind it can fail."""
    check(
        'resolve stale\n  order = shop.latest_order(customer: "c")\n'
        "  mail.send(to: row.email, message: late(row))\n"
        '  note "told"\n' + MESSAGE
    )


def test_a_check_before_it_confirms_a_message_to_many() -> None:
    """Something had to hold."""
    check(
        'otherwise\n  check row.frozen\n    else "not frozen"\n'
        "  mail.send_each(to: [row.email], message: late(row))\n" + MESSAGE
    )
