"""One slip, one report: names that broken lines would have bound or declared are not also unknown."""

from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from support.described import OneTable

RUNBOOK = """runbook RB-900 "Shops"

severity P2
mttr 20m

diagnose
  step "Look"
    shop = query maybe
      SELECT id FROM shops
    more = = 3
  finding broken "It is broken
    shop is absent
  finding open "It is open"
    shop is present
resolve broken
  note "{{ more }}"
resolve open now
  note "open"
recover
  email.send(to: "a@b.test", message: hello())
otherwise
  note "fine"
message hello( "Hi"
  Hi
"""


def problems(text: str) -> list[str]:
    made = Workspace({"a.rb": text}, signature_of=signature_of, describer=OneTable())
    return [
        f"{one.code} {text[one.primary.span.start : one.primary.span.end]}"
        for one in made.problems("a.rb")
        if not one.code.startswith("E1")
    ]


def test_what_broken_lines_would_have_meant_is_not_unknown() -> None:
    """A binding, a finding, a `resolve` and a message, each broken in its own place."""
    assert problems(RUNBOOK) == []


def test_other_mistakes_are_seen_beside_them() -> None:
    """What is unknown in spite of them."""
    text = RUNBOOK.replace("{{ more }}", "{{ less }}").replace("hello())", "helo())")
    text = text.replace("resolve broken", "resolve brokn")
    assert problems(text) == ["E220 brokn", "E201 less", "E214 helo"]
