"""The worst case of every path, the machine's and the people's."""

from rbengine.report.at_worst import worst_rows
from rbengine.semantics.catalogue.sample import sample
from rbengine.semantics.route import stretches
from support.check import analyse

TEXT = """
        mttr 1h
        diagnose
          step "Look", retry 2 times every 5s
            row = query one
              SELECT id, seen_at, frozen FROM accounts
          finding stale "Never seen"
            row.seen_at is absent
          finding frozen "Frozen"
            row.frozen
        resolve stale
          within 5m checking every 1m
            until row.frozen
          else
            manual "Look" within 7m
        resolve frozen
          change "Cancel"
            shop.cancel(order: "o")
            irreversible "cancelled is cancelled"
        otherwise
          approve "Go on?" within 1m
        verify
          check row.frozen else "no"
"""


def test_every_path_has_the_machine_s_time_and_the_people_s() -> None:
    """Polling is the machine's; questions and plans are the people's. Of several findings there is one path more."""
    rows = [
        (one.text, one.machine, one.people)
        for one in worst_rows(analyse(sample(TEXT)).at_worst())
        if not one.depth and one.machine
    ]
    assert rows == [
        ("stale", "6m 20s", "7m"),
        ("frozen", "3m 40s", "5m"),
        ("otherwise", "40s", "1m"),
        ("several findings", "10m", "12m"),
    ]


def test_the_longest_ways_are_written_out() -> None:
    """Between two findings the diagnosis is read again, and again after a `manual`: all of it is counted."""
    worst = analyse(sample(TEXT)).at_worst()
    assert [(one.section, str(one.time)) for one in stretches(worst.machine[-1].worst.route)] == [
        ("diagnose", "0:00:40"),
        ("resolve stale", "0:05:40"),
        ("the diagnosis again", "0:00:40"),
        ("resolve frozen", "0:03:00"),
    ]
    (stale, frozen) = stretches(worst.people[-1].worst.route)
    assert [one.where for one in (*stale.parts, *frozen.parts)] == [
        ("else", 'manual "Look"'),
        ('approval of "Cancel"',),
    ]


def test_of_many_parts_the_longest_are_named() -> None:
    """The others are counted, so that nothing is left out of the sum."""
    waits = "".join(f"  wait {n}s\n" for n in range(1, 21))
    (path, _) = analyse(sample(f"mttr 1h\nresolve stale\n{waits}")).at_worst().machine
    _, resolve = stretches(path.worst.route, shown=4)
    assert [str(one.time) for one in resolve.parts] == [f"0:00:{n}" for n in range(17, 21)]
    assert (resolve.more, str(resolve.left)) == (16, "0:02:16")
