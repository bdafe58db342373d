"""What is kept of every code: shown by `rbengine explain`, and proven by tests."""

import msgspec

from rbengine.diagnostics.model import Code


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One code. `wrong` is a whole file that earns exactly this code, `right` one that earns none."""

    code: Code
    title: str
    """The mistake in a few words, lower case, no final stop."""
    why: str
    """The reason for the rule."""
    wrong: str
    right: str
