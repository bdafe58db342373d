"""How connections are encrypted: TLS, always verified."""

import ssl
from functools import cache


@cache
def context(authorities: str | None = None) -> ssl.SSLContext:
    """Trusts the usual authorities and those in the file `authorities`. Raises OSError where that cannot be read."""
    import certifi

    made = ssl.create_default_context(cafile=certifi.where())
    if authorities is not None:
        made.load_verify_locations(authorities)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
