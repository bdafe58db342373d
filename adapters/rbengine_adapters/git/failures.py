"""What git's words mean for a call that speaks with a remote repository.

git has one exit status for nearly everything, so its words decide, in the language that is asked for (`LC_ALL=C`).
They are looked for in this order; a push that ends in none of them may have been taken.
Source: https://git-scm.com/docs/git-push#_output and the messages of git's transports.
"""

import re

from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled

BY_WORDS: tuple[tuple[str, RefusalKind], ...] = (
    ("[rejected]", "conflict"),
    ("[remote rejected]", "unauthorized"),
    ("couldn't find remote ref", "not_found"),
    ("Authentication failed", "unauthorized"),
    ("could not read Username", "unauthorized"),
    ("could not read Password", "unauthorized"),
    ("Permission denied", "unauthorized"),
    ("Host key verification failed", "unauthorized"),
    ("returned error: 401", "unauthorized"),
    ("returned error: 403", "unauthorized"),
    ("returned error: 404", "not_found"),
    ("Repository not found", "not_found"),
    ("' not found", "not_found"),
    ("does not appear to be a git repository", "not_found"),
    ("returned error: 429", "rate_limited"),
    ("Could not resolve host", "unavailable"),
    ("ssh: connect to host", "unavailable"),
    ("SSL certificate problem", "unavailable"),
    ("server certificate verification failed", "unavailable"),
    ("gnutls_handshake() failed", "unavailable"),
    ("HTTP code 407 from proxy", "unavailable"),
    ("Failed to connect to", "unavailable"),
    ("Couldn't connect to server", "unavailable"),
    ("Connection refused", "unavailable"),
    ("No route to host", "unavailable"),
)

_ADDRESS = re.compile(r"\S*://\S*|\S+@\S+:\S*")
"""An address of a remote may hold a token."""


def ending_of(said: str, *, changes: bool) -> Refused | Unsettled:
    """How a fetch or push that failed ends the call. `said`: everything it wrote."""
    for words, kind in BY_WORDS:
        if words in said:
            if kind == "conflict":
                return Refused(kind, "somebody has pushed meanwhile: nothing was pushed")
            return Refused(kind, f"git: {shown(said, words)}")
    text = f"git: {shown(said, '')}"
    return Unsettled(text) if changes else Refused("unavailable", text)


def shown(said: str, words: str) -> str:
    """The line of `said` that holds `words` (or the last one), short and without addresses."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    line = (
        next((one for one in lines if words in one), "no words") if words else (lines or [""])[-1]
    )
    return _ADDRESS.sub("…", " ".join(line.split()))[:200] or "no words"
