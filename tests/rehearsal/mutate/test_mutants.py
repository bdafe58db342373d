"""The faults that are put into a playbook: each is one small edit, told in words."""

from rbengine.rehearsal.mutate import Mutant, mutants_of
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes.runbook import Runbook

TEXT = """\
runbook RB-900 "Disk full"

severity P2
mttr     1h

diagnose
  step "Look"
    row = query one
      SELECT used FROM disks
      WHERE host = 'a'
        AND NOT gone
    check row.used > 0 and row.used < 101
      else "Nonsense"
  finding crowded "Too much"
    row.used > 90
    row.used < 100

resolve crowded
  step "Delete"
    change "Drop old rows"
      sql
        DELETE FROM logs WHERE old
      expect 1 row
  match row.used
    when present
      note "a"
    when absent
      escalate "b"

otherwise
  stop handed over "Not the disk"
"""


def made() -> tuple[Mutant, ...]:
    source = SourceFile("rb900.rb", TEXT)
    tree = parse(source).tree
    assert isinstance(tree, Runbook)
    return mutants_of(source, tree)


def test_each_kind_of_fault_is_made() -> None:
    """Conditions flipped, guards dropped, branches swapped, steps and changes left out, counts forgotten."""
    assert [(one.line, one.what) for one in made()] == [
        (7, 'dropped `step "Look"`'),
        (11, "dropped `AND NOT gone`"),
        (12, "dropped `check row.used > 0 and row.used < 101`"),
        (12, "`row.used > 0 and row.used < 101` the other way round"),
        (12, "`or` for `and`"),
        (15, "dropped `row.used > 90`"),
        (15, "`row.used > 90` the other way round"),
        (16, "dropped `row.used < 100`"),
        (16, "`row.used < 100` the other way round"),
        (19, 'dropped `step "Delete"`'),
        (20, 'dropped `change "Drop old rows"`'),
        (23, "`expect 1 row` counts nothing"),
        (25, "`when present` and `when absent` swapped"),
        (28, 'dropped `escalate "b"`'),
        (31, 'dropped `stop handed over "Not the disk"`'),
    ]


def test_what_stands_below_a_fault_stays_where_it_is() -> None:
    """Lines are how people and points name places."""
    for one in made():
        assert one.applied(TEXT).count("\n") == TEXT.count("\n"), one


def test_a_fault_changes_nothing_else() -> None:
    """One fault at a time, or nobody knows which of them was noticed."""
    fault = next(one for one in made() if one.what == "`or` for `and`")
    assert fault.applied(TEXT) == TEXT.replace("0 and row", "0 or row")


INSERTS = """\
      sql
        INSERT INTO logs (old, host)
        VALUES (true, 'a')
      expect 1 row
      sql
        INSERT INTO logs (old, host)
        VALUES (true, 'b')
        ON CONFLICT DO NOTHING
      expect 1 row
      sql
        INSERT INTO logs (old, host)
        SELECT true, host FROM disks
      expect 1 row
"""


def test_a_count_that_cannot_be_otherwise_is_not_forgotten() -> None:
    """Rows that a statement writes out are inserted, or it fails: no rehearsal could notice that nobody counts them."""
    text = TEXT.replace(
        "      sql\n        DELETE FROM logs WHERE old\n      expect 1 row\n", INSERTS
    )
    source = SourceFile("rb900.rb", text)
    tree = parse(source).tree
    assert isinstance(tree, Runbook)
    counts = [one for one in mutants_of(source, tree) if "counts nothing" in one.what]
    assert [text.splitlines()[one.line - 2].strip() for one in counts] == [
        "ON CONFLICT DO NOTHING",
        "SELECT true, host FROM disks",
    ]
