"""`covers RB-011/resolve/1.2`: places of the source document. Which places that has is not known here.

`RB-011/diagnose/2.*` is an item with all that stands listed under it, `RB-011/diagnose/2/query` the query beside it.
"""

import re
from collections.abc import Iterable

from rbengine.diagnostics import nearest
from rbengine.semantics.problems import shape as problems
from rbengine.semantics.problems.base import Report
from rbengine.source import Span
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes.statements import Covers

_FORM = re.compile(r"[A-Z]+-[0-9]+/(?P<section>[a-z][a-z_-]*)/[0-9]+(\.[0-9]+)*((\.\*)|(/[a-z]+))?")
_SECTIONS = ("symptoms", "diagnose", "resolve", "otherwise", "verify", "recover", "prevent")


def check_covers(file: str, nodes: Iterable[Node], report: Report) -> None:
    """Report places that are none, and places named twice on one line.

    One place may be carried out by several steps: "run the statement, then write to the customer".
    """
    for node in nodes:
        if not isinstance(node, Covers):
            continue
        seen: dict[str, Span] = {}
        for place in node.places:
            form = _FORM.fullmatch(place.text)
            section = form["section"] if form else ""
            near = nearest(section, _SECTIONS) if section not in _SECTIONS else None
            if form is None or near is not None:
                better = None if near is None else place.text.replace(f"/{section}/", f"/{near}/")
                wrong = problems.NotAPlace(
                    file=file, span=place.span, place=place.text, better=better
                )
                report(problems.describe(wrong))
            elif place.text in seen:
                twice = problems.PlaceTwice(
                    file=file, span=place.span, place=place.text, first=seen[place.text]
                )
                report(problems.describe(twice))
            seen.setdefault(place.text, place.span)
