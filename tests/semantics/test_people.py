"""Roles and contacts are those of the policy."""

from support.check import check


def test_every_place_that_names_people_is_looked_at() -> None:
    """Questions, approvals, escalations and the owner."""
    check(
        """
        owner mnager
        resolve stale
          x = ask "Why?": text by on_cal
          y = choose "How?" by manager or bos
            a "A"
            b "B"
          manual "Do" by on_call
          approve "Really?" by nobody_at_all
          escalate "help" to manager, ct
          change "Cancel"
            shop.cancel(order: "o")
            irreversible "x"
            approve by mangr
        """,
        [
            "E608 at `mnager`",
            "E607 at `on_cal`",
            "E607 at `bos`",
            "E607 at `nobody_at_all`",
            "E608 at `ct`",
            "E607 at `mangr`",
        ],
    )
