"""A report as text: what templates make of it. Whatever a value holds, it is text on the page."""

import re
from functools import cache
from pathlib import Path

from rbengine.host.templates import Ready, Style, filled, own
from rbengine.report.incident.model import Report
from rbengine.report.incident.timeline import timeline
from rbengine.report.site.layout import STYLE
from rbengine.report.text import visible

_FOLDER = Path(__file__).parent / "templates"
_ACTIVE = re.compile(r"([\\`*\[\]<>#|~&]|\{(?=[{%])|(?<!\w)_|_(?!\w))")
"""What means something in a line of Markdown, to its readers or to the sites that are built of it."""
_GAP = re.compile(r"<strong>\[to fill in: (.*?)\]</strong>")
"""Stars of a value are escaped: only a template can write this."""


def as_markdown(report: Report) -> str:
    """The report."""
    return filled(own(_FOLDER, "report.md.j2"), _values(report), _MARKDOWN)


def review_markdown(report: Report, template: str = "") -> str:
    """The review, by the project's own `template` where it has one. Raises BadTemplateError."""
    return filled(template or own(_FOLDER, "review.md.j2"), _values(report), _MARKDOWN)


def as_html(report: Report) -> str:
    """The report as one page that loads nothing."""
    return _page(report, "report.html.j2", "")


def review_html(report: Report, template: str = "") -> str:
    """The review as one page. Raises BadTemplateError."""
    from markdown_it import MarkdownIt

    told = review_markdown(report, template)
    rendered: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(told)
    marked = _GAP.sub(r'<span class="gap">to fill in: \1</span>', rendered)
    return _page(report, "review.html.j2", marked)


def escape_markdown(told: str) -> str:
    """One line in which nothing is markup."""
    return _ACTIVE.sub(r"\\\1", visible(" ".join(told.split("\n"))))


def _page(report: Report, name: str, body: str) -> str:
    given = {
        **_values(report),
        "style": Ready(STYLE + own(_FOLDER, "page.css")),
        "picture": Ready(timeline(report)),
        "body": Ready(body),
    }
    return filled(own(_FOLDER, name), given, _html())


def _values(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in report.__struct_fields__}


def _lines_visible(told: str) -> str:
    return "\n".join(visible(one) for one in told.split("\n"))


def _fenced(told: str) -> Ready:
    """Text as it is, in a block of code that nothing in it can close."""
    longest = max((len(one) for one in re.findall(r"`{3,}", told)), default=2)
    fence = "`" * max(longest + 1, 3)
    return Ready(f"{fence}text\n{_lines_visible(told).rstrip()}\n{fence}")


_MARKDOWN = Style(escape=escape_markdown, filters=(("fenced", _fenced),))


@cache
def _html() -> Style:
    return Style(
        escape=_lines_visible,
        html=True,
        parts=tuple((name, own(_FOLDER, f"{name}.html.j2")) for name in ("head", "layout")),
    )
