"""Problems for other programs."""

from rbengine.diagnostics import Code, Diagnostic, Fix, Label
from rbengine.diagnostics.collector import Collector
from rbengine.diagnostics.export import to_json
from rbengine.source import SourceFile, Span

ONE = Diagnostic(
    code=Code("E204"),
    message="`stripe` has no operation `x`",
    primary=Label("a.rb", Span(4, 7), "unknown operation"),
    fixes=(Fix("write `y`", "a.rb", Span(4, 7), "y"),),
)


def test_an_object_says_where_in_offsets_and_in_lines() -> None:
    """An editor wants offsets, a person lines; both are there."""
    (shown,) = to_json([ONE], {"a.rb": SourceFile("a.rb", "abc\ndef\n")})
    assert shown == {
        "schema": 1,
        "code": "E204",
        "severity": "error",
        "message": "`stripe` has no operation `x`",
        "primary": {
            "file": "a.rb",
            "span": [4, 7],
            "start": [2, 1],
            "end": [2, 4],
            "label": "unknown operation",
        },
        "fixes": [{"title": "write `y`", "file": "a.rb", "span": [4, 7], "replacement": "y"}],
    }


def test_problems_are_collected_once_in_reading_order() -> None:
    """Two passes may find the same, and neither knows where the other looked."""
    later = Diagnostic(code=Code("E201"), message="m", primary=Label("a.rb", Span(9, 10)))
    collector = Collector()
    for one in (later, ONE, later):
        collector.report(one)
    assert collector.in_reading_order() == (ONE, later)
