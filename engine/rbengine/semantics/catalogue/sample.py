"""Samples of the catalogue: the part that matters is written, the rest of a runbook is filled in."""

import re
from textwrap import dedent

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry

HEAD = """\
runbook RB-900 "A runbook of the shop"

severity P2
mttr 2h
"""
INPUT = """
input account: uuid "The account"
"""
STEP = """\
  step "Look"
    row = query one
      SELECT id, name, email, customer, tier, frozen, credits, rate, seen_at
      FROM accounts WHERE id = :account
"""
FINDING = """\
  finding stale "Never seen"
    row.seen_at is absent
"""
RESOLVE = """
resolve stale
  note "stale"
"""
OTHERWISE = """
otherwise
  escalate "nothing was found"
"""

_HEAD_WORDS = frozenset({"severity", "mttr"})


def sample(text: str) -> str:
    """`text` as a whole file. A text that begins with `runbook` is one; else its parts replace the plainest ones."""
    text = dedent(text).strip("\n") + "\n"
    if text.startswith("runbook "):
        return text
    words = {line.split(" ")[0] for line in text.splitlines() if line[:1].strip()}
    lines = [line for line in HEAD.splitlines() if line.split(" ")[0] not in words & _HEAD_WORDS]
    whole = "\n".join(lines) + "\n"
    if "diagnose" not in words or re.search(r"\baccount\b", text):
        whole += INPUT
    if "diagnose" not in words:
        whole += "\ndiagnose\n" + STEP + FINDING
        if "resolve" not in words:
            whole += RESOLVE
    whole += "\n" + text
    return whole if "otherwise" in words else whole + OTHERWISE


def entry(code: str, title: str, why: str, wrong: str, right: str) -> Entry:
    """One code with its samples completed."""
    return Entry(code=Code(code), title=title, why=why, wrong=sample(wrong), right=sample(right))
