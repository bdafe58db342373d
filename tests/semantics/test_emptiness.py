"""Lists that may lose entries."""

import pytest
from support.check import check

HEAD = "resolve stale\n  lines = logs.lines(since: 1h ago)\n"


@pytest.mark.parametrize(
    ("binding", "condition"),
    [
        ("", "lines is empty"),
        ("", "not (lines is not empty)"),
        ('found = lines where it.text is "x"', "found is empty"),
        ("texts = lines each it.text", 'not any(texts each it is "x")'),
        ("found = lines.text", '"x" not in found'),
        ("n = count(lines)", "n is 0"),
        ("", "count(lines) < 3"),
        ("", "3 > count(lines)"),
        ("newest = first(lines)", "newest is absent"),
        ("", "not (count(lines) > 2)"),
        ('seen = any(lines each it.text is "x")', "not seen"),
        ("some = lines if row.frozen else []", "some is empty"),
    ],
)
def test_what_is_not_there_proves_nothing(binding: str, condition: str) -> None:
    """Through names, parts, counts and first items too."""
    bound = f"  {binding}\n" if binding else ""
    shown = condition[len("not (") : -1] if condition.startswith("not (") else condition
    shown = shown.removeprefix("not ") if condition.startswith("not any") else shown
    shown = shown.removeprefix("not ") if condition == "not seen" else shown
    check(HEAD + bound + f'  check {condition} else "no"\n', [f"W614 at `{shown}`"])


@pytest.mark.parametrize(
    "condition",
    [
        "lines is not empty",
        "count(lines) > 0",
        "count(lines) >= 3",
        "count(lines) is not 0",
        'any(lines each it.text is "x")',
        '"x" in lines.text',
        "first(lines) is present",
        "not (lines is empty)",
    ],
)
def test_what_is_there_is_there(condition: str) -> None:
    """Losing entries makes none up."""
    check(HEAD + f'  check {condition} else "no"\n')


def test_a_list_that_loses_nothing_may_be_empty() -> None:
    """Only operations that say so lose entries."""
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          open = orders where it.status is "open"
          check open is empty else "no"
        """
    )


def test_the_other_way_of_a_test_is_a_conclusion_where_something_is_done() -> None:
    """To show that nothing is there is none."""
    test = '  if lines is not empty\n    note "there"\n  else\n'
    check(HEAD + test + '    stop resolved "nothing wrong"\n', ["W614 at `lines is not empty`"])
    check(HEAD + test + '    note "nothing there"\n')


LIBRARY = {
    "lib": """
        library lib "Lib"

        procedure recent() gives list of text
          lines = logs.lines(since: 1h ago)
          give lines.text

        procedure of_recent() gives list of text
          found = call recent()
          give found

        procedure need(texts: list of text, others: list of text)
          found = texts where it is "x"
          check found is not empty
            else "nothing there"
          check others is empty
            else "something there"

        procedure need_all(these: list of text)
          call need(texts: these, others: these)
    """
}


def test_what_a_procedure_gives_may_lose_entries() -> None:
    """As what it read did."""
    check(
        'use lib\nresolve stale\n  found = call of_recent()\n  check found is empty else "no"\n',
        ["W614 at `found is empty`"],
        libraries=LIBRARY,
    )


def test_what_a_procedure_concludes_is_concluded_where_it_is_called() -> None:
    """Only from the parameters of whose emptiness it makes something."""
    check(
        "use lib\nresolve stale\n  lines = logs.lines(since: 1h ago)\n"
        '  call need(texts: lines.text, others: ["a"])\n'
        '  call need(texts: ["a"], others: lines.text)\n  call need_all(these: lines.text)\n',
        ["W614 at `lines.text`", "W614 at `lines.text`"],
        libraries=LIBRARY,
    )
