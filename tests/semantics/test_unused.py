"""Parts of libraries that nobody uses."""

from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from support.check import check
from support.described import OneTable

LIBRARY = """library doors "Doors"

record state
  open: bool

procedure look() gives state
  give {open: true}

procedure lock()
  note "locked"

message closed(name: text) "Closed"
  {{ name }} is shut.
"""
USER = 'library keys "Keys"\n\nuse doors\n\nprocedure turn()\n  s = call look()\n  note "{{ s.open }}"\n'


def unused(files: dict[str, str]) -> list[str]:
    made = Workspace(files, signature_of=signature_of, describer=OneTable())
    return [
        f"{one.code} {LIBRARY[one.primary.span.start : one.primary.span.end]}"
        for one in made.problems("doors.rb")
    ]


def test_parts_that_no_file_mentions_are_unused() -> None:
    """What another part of the library uses is used."""
    assert unused({"doors.rb": LIBRARY, "keys.rb": USER}) == ["W682 lock", "W682 closed"]


def test_a_file_that_cannot_be_read_uses_what_it_names() -> None:
    """It is wrong enough already."""
    broken = USER + "\nprocedure broken(\n  call lock()\n  # closed\n"
    assert unused({"doors.rb": LIBRARY, "keys.rb": broken}) == []


def test_a_library_that_nobody_uses_yet_is_left_alone() -> None:
    """It is being written."""
    assert unused({"doors.rb": LIBRARY}) == []


def test_a_library_uses_what_it_says_that_it_uses() -> None:
    """As a runbook does."""
    check(
        "use keys\nresolve stale\n  call turn()\n",
        ["W702 at `base`"],
        libraries={
            "keys": 'library keys "Keys"\n\nuse base\n\nprocedure turn()\n  note "x"\n',
            "base": 'library base "Base"\n\nprocedure look()\n  note "x"\n',
        },
    )


def test_a_library_may_keep_a_part_that_nobody_uses_yet() -> None:
    """Whoever reviews it reads why; where the part is used, the line is too much."""
    allowed = 'allow W682 "for the next door"\n'
    kept = (
        'library doors "Doors"\n\n{}procedure shut()\n  note "x"\n\nprocedure see()\n  note "y"\n'
    )
    using = 'library keys "Keys"\n\nuse doors\n\nprocedure turn()\n  call {}()\n'

    def found(text: str, called: str) -> list[str]:
        made = Workspace(
            {"doors.rb": text, "keys.rb": using.format(called)},
            signature_of=signature_of,
            describer=OneTable(),
        )
        return [one.code for one in made.problems("doors.rb")]

    assert found(kept.format(""), "see") == ["W682"]
    assert found(kept.format(allowed), "see") == []
    assert found(kept.format(allowed), "shut") == ["E231", "W682"]
