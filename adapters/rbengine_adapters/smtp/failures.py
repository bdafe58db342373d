"""What a submission server's replies mean for a call.

A reply is a code of three digits and, with most servers, an enhanced one (`4.7.0`), which decides where it is known.
Every reply is certain: what a server does not say `250` to, it has not taken. Only silence leaves a mail open.
Source: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3, https://www.rfc-editor.org/rfc/rfc3463.
"""

import re

from rbengine.contract.outcomes import RefusalKind, Refused

BY_ENHANCED: dict[str, RefusalKind] = {
    "4.7.0": "rate_limited",
    "4.7.28": "rate_limited",
    "5.7.0": "unauthorized",
    "5.7.8": "unauthorized",
    "5.7.9": "unauthorized",
    "5.2.2": "conflict",  # the receiver's mailbox is full
}

BY_CODE: dict[int, RefusalKind] = {
    421: "unavailable",
    450: "unavailable",  # the mailbox is busy, or the server wants to be asked again
    451: "unavailable",
    452: "unavailable",
    454: "unavailable",
    530: "unauthorized",
    534: "unauthorized",
    535: "unauthorized",
    538: "unauthorized",
    552: "conflict",
    554: "conflict",  # refused by the server's policy
}

_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")


def refusal(server: str, code: int, said: str) -> Refused:
    """How a reply that is no success ends the call. `said` is what stood behind the code."""
    enhanced = _ENHANCED.match(said)
    kind = BY_ENHANCED.get(enhanced[1]) if enhanced is not None else None
    if kind is None:
        kind = BY_CODE.get(code) or ("unavailable" if 400 <= code < 500 else "invalid")
    if kind == "unauthorized":
        # Servers like to repeat the name they were given.
        return Refused(kind, f"{server} does not accept the login")
    return Refused(kind, f"{server}: {code} {' '.join(said.split())[:200]}")
