"""The picture of a screen."""

from xml.etree import ElementTree

from rbengine.report.picture import picture

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn: str) -> list[ElementTree.Element]:
    group = ElementTree.fromstring(drawn).find(f"{SVG}g")
    assert group is not None
    return list(group)


def test_every_word_stands_at_its_cell() -> None:
    """Whatever font a reader has, the columns stay straight."""
    drawn = texts(picture(["ab  \x1b[32mcd\x1b[0m", "    cd"], "x"))
    assert [one.text for one in drawn] == ["ab", "cd", "cd"]
    assert drawn[1].get("x") == drawn[2].get("x")
    assert drawn[1].get("class") == "g"
    assert drawn[2].get("class") is None


def test_text_is_never_markup() -> None:
    """A customer called <script> stays a customer."""
    drawn = picture(["<script>alert(1)</script> & co"], "<title>")
    assert "<script>" not in drawn
    assert texts(drawn)[0].text == "<script>alert(1)</script> & co"


def test_a_picture_asks_nobody() -> None:
    """No font, style or image is loaded from elsewhere."""
    drawn = picture(["x"], "y")
    assert drawn.count("http") == drawn.count("http://www.w3.org/2000/svg") == 1


def test_equal_rows_give_equal_bytes() -> None:
    """So the committed picture changes only when a run does."""
    assert picture(["a", "b"], "x") == picture(["a", "b"], "x")
