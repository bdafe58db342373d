"""What looks like a secret to whoever has seen one: a recording that still holds such a thing is not written."""

import math
import re
from collections import Counter

_KNOWN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("a Stripe key", r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{8,}"),
        ("a webhook's signing secret", r"\bwhsec_[0-9A-Za-z+/=]{8,}"),
        ("a SendGrid key", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
        ("a Resend key", r"\bre_[0-9A-Za-z]{6,}_[0-9A-Za-z]{16,}"),
        ("a Supabase key", r"\b(?:sbp|sb_secret|sb_publishable)_[0-9A-Za-z_-]{16,}"),
        (
            "a token of GitHub or GitLab",
            r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,})",
        ),
        ("a Slack token", r"\bxox[abeoprs]-[\w-]{10,}"),
        ("an AWS key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        ("a Google key", r"\bAIza[\w-]{30,}"),
        ("a Meta token", r"\bEAA[0-9A-Za-z]{20,}"),
        ("a JSON Web Token", r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
        ("a private key", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"),
        ("an address with a password", r"\b[a-z][a-z0-9+.-]*://[^\s/:@]*:[^\s/@]+@[^\s/]+"),
        ("a password of a connection", r"(?i)\bpassword\s*=\s*(?!redacted-)['\"]?[^\s'\"]{3,}"),
        ("credentials of a request", r"(?i)\b(?:bearer|basic)\s+(?!redacted-)[\w.~+/-]{16,}"),
    )
)
_TOKEN = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w+/=-])")
_HEX_OR_UUID = re.compile(r"[0-9a-fA-F-]+")
_ID = re.compile(r"[a-z]{2,12}(?:_(?:test|live))?_[0-9A-Za-z]+")
"""`in_1Mtw…`, `evt_…`: names of objects at a vendor, which open nothing."""
_PATH = re.compile(r"[\w+-]*(?:/[a-z_-]+){2,}[\w+/-]*")
_BITS = 4.0
"""Per character. Words and names are below it, what a generator made is above."""


def looks_like(text: str) -> tuple[str, str] | None:
    """What `text` seems to hold, with the beginning of it that may be shown; None where nothing stands out."""
    if len(text) < _SHORTEST:
        return None
    for what, pattern in _KNOWN:
        found = pattern.search(text)
        if found is not None:
            return what, _shown(found[0])
    for match in _TOKEN.finditer(text):
        if _is_random(match[0]):
            return "a generated token", _shown(match[0])
    return None


def masked(text: str) -> str:
    """`text` for a screen, with a word in the place of whatever looks like a secret."""
    if len(text) < _SHORTEST:
        return text
    for what, pattern in _KNOWN:
        text = pattern.sub(f"({what})", text)
    return _TOKEN.sub(lambda one: "(a token)" if _is_random(one[0]) else one[0], text)


_SHORTEST = 8


def _is_random(token: str) -> bool:
    if _HEX_OR_UUID.fullmatch(token) or _ID.fullmatch(token) or _PATH.fullmatch(token):
        return False
    kinds = sum(bool(re.search(one, token)) for one in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds == len("aA0") and _entropy(token) >= _BITS


def _entropy(token: str) -> float:
    counts = Counter(token).values()
    return -sum(one / len(token) * math.log2(one / len(token)) for one in counts)


def _shown(found: str) -> str:
    """As much as says which one is meant and lets nobody in."""
    return f"{found[:4]}… ({len(found)} characters)"
