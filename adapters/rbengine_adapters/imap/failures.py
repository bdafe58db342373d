"""What a mail server's answers mean for a call.

A `NO` or `BYE` may carry a code in brackets that says why; then it decides. Without one, a refused login is a
matter of credentials and anything else one of the server. Source: https://www.rfc-editor.org/rfc/rfc5530.
"""

import re

from rbengine.contract.outcomes import RefusalKind, Refused

BY_CODE: dict[str, RefusalKind] = {
    "AUTHENTICATIONFAILED": "unauthorized",
    "AUTHORIZATIONFAILED": "unauthorized",
    "EXPIRED": "unauthorized",
    "PRIVACYREQUIRED": "unauthorized",
    "NOPERM": "unauthorized",
    "NONEXISTENT": "not_found",
    "LIMIT": "rate_limited",
    "OVERQUOTA": "rate_limited",
    "UNAVAILABLE": "unavailable",
    "INUSE": "unavailable",
    "SERVERBUG": "unavailable",
    "CLIENTBUG": "invalid",
    "CANNOT": "invalid",
}

_CODE = re.compile(r"\[([A-Z-]+)")


def refusal(server: str, said: str, *, at_login: bool) -> Refused:
    """How an answer of the server that is no `OK` ends the call. `said` is what it wrote."""
    found = _CODE.search(said)
    kind = BY_CODE.get(found[1]) if found is not None else None
    if kind is None:
        kind = "unauthorized" if at_login else "unavailable"
    if kind == "unauthorized":
        # Servers like to repeat the name or the token they were given.
        return Refused(kind, f"{server} does not accept the login")
    return Refused(kind, f"{server}: {' '.join(said.split())[:200]}")
