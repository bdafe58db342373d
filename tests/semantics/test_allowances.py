"""Warnings that an author accepts."""

from support.check import check


def test_one_warning_is_accepted_below_the_line() -> None:
    """Not the same one elsewhere."""
    check(
        """
        resolve stale
          allow W703 "for readers"
          check row.name is present else "no"
          check row.email is present else "no"
        """,
        ["W703 at `row.email is present`"],
    )


def test_an_error_cannot_be_accepted() -> None:
    """It would fail at night."""
    check(
        """
        resolve stale
          allow E201 "why not"
          note "{{ nobody }}"
        """,
        ["E230 at `E201`", "E201 at `nobody`"],
    )


def test_a_library_accepts_its_own_warnings() -> None:
    """Whoever uses it need not know."""
    check(
        """
        use lib
        resolve stale
          call look()
        """,
        libraries={
            "lib": """
                library lib "Lib"

                procedure look()
                  allow W703 "for readers"
                  check operator.name is present else "no"
            """
        },
    )


def test_an_acceptance_has_a_reason() -> None:
    """Whoever reviews it reads it."""
    check(
        """
        resolve stale
          allow W703 ""
          check row.name is present else "no"
        """,
        ['E604 at `""`'],
    )


def test_a_part_of_a_file_is_accepted_on_the_line_above_it() -> None:
    """A library that is used soon, a message that somebody is writing."""
    text = """
        {}use lib
        resolve stale
          note "x"
        {}message hello(name: text) "Hi"
          Hi {{{{ name }}}}
        """
    libraries = {"lib": 'library lib "Lib"\n\nprocedure look()\n  note "x"\n'}
    check(text.format("", ""), ["W702 at `lib`", "W701 at `hello`"], libraries=libraries)
    soon = 'allow {} "the next change needs it"\n        '
    check(text.format(soon.format("W702"), soon.format("W701")), libraries=libraries)
    check(
        text.format(soon.format("W702"), soon.format("W703")),
        ["E231 at `W703`", "W701 at `hello`"],
        libraries=libraries,
    )
