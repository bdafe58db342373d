"""Where the programs are that `support.peer_cache` installs; one that is missing is skipped by name, or fails."""

from pathlib import Path

from support import peer_cache
from support.peer_programs import found, missing

HOW = "it with `make peers`"


def prism() -> Path:
    """The folder that Prism is installed in."""
    if not peer_cache.is_there(peer_cache.prism()):
        missing("Prism", HOW)
    found("Node", "nodejs", "node")
    return peer_cache.prism()


def postgres_programs(version: int) -> Path:
    """The folder that holds `bin`, `lib` and `share` of that PostgreSQL."""
    if not peer_cache.is_there(peer_cache.postgres(version)):
        missing(f"PostgreSQL {version}", HOW)
    return peer_cache.postgres_programs(version)


def python_with(name: str) -> Path:
    """The Python that has `name`."""
    if not peer_cache.is_there(peer_cache.python().parents[1]):
        missing(name, HOW)
    return peer_cache.python()


def statuspage() -> Path:
    """The folder that a client of status pages is installed in."""
    if not peer_cache.is_there(peer_cache.statuspage()):
        missing("a client of status pages", HOW)
    found("Node", "nodejs", "node")
    return peer_cache.statuspage()


def stripes_description() -> Path:
    """The newer of Stripe's descriptions, whole."""
    if not peer_cache.is_there(peer_cache.descriptions()):
        missing("the collection of descriptions", HOW)
    return peer_cache.descriptions() / peer_cache.STRIPES
