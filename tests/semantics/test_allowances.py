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
