"""Which parts each kind of file has."""

PART_WORDS: dict[str, tuple[str, ...]] = {
    "runbook": (
        "severity", "mttr", "alerts", "tags", "owner", "use", "input", "symptoms", "diagnose", "resolve",
        "otherwise", "verify", "recover", "on", "prevent", "message", "allow",
    ),
    "policy": (
        "timezone", "holidays", "business", "limits", "contact", "role", "sql", "approvals", "severity",
        "allow",
    ),
    "calendar": ("timezone", "use", "daily", "weekly", "monthly", "allow"),
    "library": ("use", "record", "procedure", "message", "function", "allow"),
    "app": ("tier", "function", "on", "allow"),
    "scenarios": ("use", "world", "scenario", "not"),
}  # fmt: skip
"""The words that a part of each kind of file may begin with, in the order in which they usually stand."""
