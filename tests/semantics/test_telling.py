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


MANY = "mail.send_each(to: [row.email], message: late(row))\n"


def test_a_check_on_one_way_confirms_nothing_on_another() -> None:
    """What is told behind both depends on neither."""
    check(
        'otherwise\n  if row.frozen\n    check row.credits > 0 else "no"\n  ' + MANY + MESSAGE,
        ["E612 at `mail.send_each`"],
    )
    check(
        'otherwise\n  if row.frozen\n    check row.credits > 0 else "no"\n'
        '  else\n    stop handed over "no"\n  ' + MANY + MESSAGE
    )


def test_a_recovery_is_confirmed_by_the_verify_that_passed() -> None:
    """Without one nothing has passed."""
    check(f'verify\n  check row.frozen else "no"\nrecover\n  {MANY}{MESSAGE}')
    check(f"recover\n  {MANY}{MESSAGE}", ["E612 at `mail.send_each`"])


def test_waiting_until_it_is_so_confirms_it() -> None:
    """Where it was not so, something else has to."""
    poll = "within 1m checking every 5s\n    until row.frozen\n"
    check(f"otherwise\n  {poll}  {MANY}{MESSAGE}")
    check(
        f'otherwise\n  {poll}  else\n    note "late"\n  {MANY}{MESSAGE}',
        ["E612 at `mail.send_each`"],
    )


LIBRARY = {
    "lib": """
        library lib "Lib"

        procedure tell(name: text)
          mail.send_each(to: ["a@b.test"], message: hello(name))

        procedure tell_when_asked(name: text)
          approve "Really?"
          call tell(name: name)

        message hello(name: text) "Hi"
          Hi {{ name }}.
    """
}


def test_what_a_procedure_tells_is_judged_where_it_is_called() -> None:
    """Its caller knows what was confirmed, what follows, and what is repeated."""
    check(
        """
        use lib
        resolve stale
          call tell(name: row.name)
          call tell_when_asked(name: row.name)
          call tell(name: row.name)
        otherwise
          step "Tell", retry 2 times every 1s
            call tell_when_asked(name: row.name)
        """,
        [
            "E612 at `tell`",
            "W613 at `tell`",
            "W613 at `tell_when_asked`",
            "E611 at `tell_when_asked`",
        ],
        libraries=LIBRARY,
    )


def test_what_follows_on_another_way_cannot_fail_after_it() -> None:
    """Nor what stands behind a stop."""
    check(
        "resolve stale\n  if row.frozen\n    mail.send(to: row.email, message: late(row))\n"
        '    stop resolved "told"\n  order = shop.latest_order(customer: "c")\n' + MESSAGE
    )
    check(
        "resolve stale\n  if row.frozen\n    mail.send(to: row.email, message: late(row))\n"
        '  else\n    order = shop.latest_order(customer: "c")\n' + MESSAGE
    )


def test_what_waits_in_vain_fails() -> None:
    """Who was told before it would be told again."""
    check(
        "resolve stale\n  mail.send(to: row.email, message: late(row))\n"
        "  within 1m checking every 5s\n    until row.frozen\n" + MESSAGE,
        ["W613 at `mail.send`"],
    )


def test_what_follows_in_the_next_round_may_fail_after_it() -> None:
    """In a loop the first line comes after the last."""
    told = "    mail.send(to: row.email, message: late(row))\n"
    order = '    order = shop.latest_order(customer: "c")\n'
    loop = "mttr 100000d\nresolve stale\n  for each n in [1, 2]\n"
    check(loop + order + told + MESSAGE, ["W613 at `mail.send`"])
    check(loop + told + MESSAGE)
    inner = "    for each m in [1, 2]\n" + "  ".join(("", *(told.splitlines(keepends=True))))
    check(loop + order + inner + MESSAGE, ["W613 at `mail.send`"])


def test_loops_in_loops_are_judged_in_time() -> None:
    """Fifty levels, each looked at a second time for what its next round may do."""
    deep = "".join(f"{'  ' * (n + 1)}for each n{n} in [1, 2], at most 2\n" for n in range(50))
    body = f"{'  ' * 51}mail.send(to: row.email, message: late(row))\n"
    check("mttr 100000d\nresolve stale\n" + deep + body + MESSAGE)


def test_a_message_to_many_may_be_told_by_a_procedure_of_a_procedure() -> None:
    """However deep: what confirms it may stand in any of them, or before the call."""
    library = {
        "deep": """
            library deep "Deep"

            procedure outer(name: text, sure: bool)
              if sure
                note "sure"
              call inner(name: name)

            procedure inner(name: text)
              mail.send_each(to: ["a@b.test"], message: hello(name))

            message hello(name: text) "Hi"
              Hi {{ name }}.
        """
    }
    call = "call outer(name: row.name, sure: row.frozen)\n"
    check(f"use deep\notherwise\n  {call}", ["E612 at `outer`"], libraries=library)
    check(f'use deep\notherwise\n  approve "Really?"\n  {call}', libraries=library)
