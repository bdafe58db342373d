"""Places of the source document."""

from support.check import check


def test_a_place_has_document_section_and_number() -> None:
    """A slip in the section is named, wherever the place stands."""
    check(
        """
        symptoms
          - Slow, covers RB-900/symptom/1
        resolve stale
          step "Look", covers RB-900/resolve
            note "a"
          step "Look again", covers RB-900/resolve/1.2, RB-901/resolve/3
            note "b"
        prevent
          - Look sooner, covers RB-900/prevnet/1
        """,
        ["E233 at `RB-900/symptom/1`", "E233 at `RB-900/resolve`", "E233 at `RB-900/prevnet/1`"],
    )


def test_several_steps_may_carry_out_one_place() -> None:
    """The document says "run it, then write to the customer" under one number; only one line may not say it twice."""
    check(
        """
        resolve stale
          step "Look", covers RB-900/resolve/1, RB-900/resolve/1
            note "a"
          step "Look again", covers RB-900/resolve/1
            note "b"
        """,
        ["E234 at `RB-900/resolve/1`"],
    )


def test_a_place_may_be_an_item_with_all_below_it_or_a_part_of_it() -> None:
    """`2.*` spares a line of five numbers where the document lists what to click; `2/query` is its query alone."""
    check(
        """
        resolve stale
          step "Look", covers RB-900/diagnose/2.*, RB-900/diagnose/1/query
            note "a"
          step "Look again", covers RB-900/diagnose/2.1.*
            note "b"
          step "Look once more", covers RB-900/look/2.*
            note "c"
        """,
        [],
    )
