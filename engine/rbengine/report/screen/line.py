"""One line of the screen before it is drawn: a margin, a text in pieces, something at the right edge."""

from typing import Literal

import msgspec

Style = Literal["plain", "strong", "quiet", "change", "clock", "wrong", "good"]

MARGIN = 6
"""Cells of the left margin: a time, or a word such as `ok`; two blanks follow."""

Piece = tuple[str, Style]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What `draw` puts on one or more rows of a terminal. Texts may hold anything; drawing makes them harmless."""

    margin: str = ""
    margin_style: Style = "quiet"
    margin_left: bool = False
    """The margin's text at the left edge and as long as it is (headings), instead of right-aligned."""
    indent: int = 0
    """Cells after the margin."""
    hang: int = 0
    """Further cells for the second and later rows."""
    pieces: tuple[Piece, ...] = ()
    right: str = ""
    right_style: Style = "quiet"
    whole: bool = True
    """Wrap what does not fit; False: cut it with `…`."""


BLANK = Line()


def line(
    *pieces: str | Piece,
    margin: str = "",
    margin_style: Style = "quiet",
    indent: int = 0,
    hang: int = 0,
    right: str = "",
    right_style: Style = "quiet",
    whole: bool = True,
) -> Line:
    """A line; bare texts are plain pieces."""
    return Line(
        margin=margin,
        margin_style=margin_style,
        indent=indent,
        hang=hang,
        pieces=tuple((one, "plain") if isinstance(one, str) else one for one in pieces),
        right=right,
        right_style=right_style,
        whole=whole,
    )


def heading(
    *pieces: str | Piece,
    margin: str = "",
    right: str = "",
    style: Style = "strong",
    hang: int = 0,
) -> Line:
    """A line at the left edge; with a `margin`, its pieces begin in the text's column or after it."""
    return Line(
        margin=margin,
        margin_style=style,
        margin_left=True,
        hang=hang or (2 if margin else 0),
        pieces=tuple((one, "plain") if isinstance(one, str) else one for one in pieces),
        right=right,
    )
