"""Which words may begin a line, by what it stands below."""

import re
from collections.abc import Iterator

from rbengine.syntax.kinds import Kind
from rbengine.workspace.editor.offers import Offer, words

_READING = (
    "step", "check", "if", "match", "for each", "parallel", "wait", "within", "note", "stop resolved",
    "stop handed over", "on failure", "query one", "query all", "try", "call", "allow",
)  # fmt: skip
_ACTING = (
    "change", "ask", "choose", "manual", "approve", "escalate", "all or nothing",
)  # fmt: skip
_CHANGE = (
    "sql", "expect 1 row", "expect at most", "expect any number of rows", "may drift", "undo", "irreversible",
    "approve by", "for each", "if", "in one transaction", "allow",
)  # fmt: skip
_BELOW: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"finding\b", ("either",)),
    (r"either\b", ()),
    (r"(?:\w+ = )?change\b|undo\b", _CHANGE),
    (r"escalate\b", ("impact", "next")),
    (r"(?:\w+ = )?manual\b", ("give",)),
    (r"(?:\w+ = )?choose\b", ()),
    (r"match\b", ("when", "when present", "when absent", "when failed", "otherwise")),
    (r"world\b", ("table", "contact", "person", "starts", "alert")),
    (r"scenario\b", ("fault", "person", "at", "crash during", "expect")),
    (r"at\b", ("sql", "table")),
    (r"limits\b", ("question", "wait", "loop", "query", "statement", "call", "replan")),
    (r"(?:daily|weekly|monthly)\b", ("task",)),
    (r"diagnose\b", ("step", "finding")),
    (r"(?:table|expect table|record|tier)\b", ()),
)
_RULES = (
    "escalate at once to", "escalate after", "escalate again after", "escalate next business day at",
    "changes need approval by", "changes above", "changes up to", "messages to more than", "after",
)  # fmt: skip


def words_below(kind: Kind, above: tuple[str, ...]) -> Iterator[Offer]:
    """The words for a line below the lines `above`, the innermost first."""
    if kind == "policy" and above[-1].startswith("severity "):
        return words(_RULES)
    for pattern, offered in _BELOW:
        if re.match(pattern, above[0]):
            return words(offered)
    more: tuple[str, ...] = ()
    if above[-1].split(" ", maxsplit=1)[0] not in ("diagnose", "verify"):
        more = _ACTING
    if any(re.match(r"(?:\w+ = )?for each\b", one) for one in above):
        more = (*more, "give", "skip")
    if above[0].startswith("within "):
        more = (*more, "until", "until no finding holds")
    if kind == "app":
        more = ("sql", "answer")
    if kind == "library":
        more = (*more, "give")
    return words((*_READING, *more))
