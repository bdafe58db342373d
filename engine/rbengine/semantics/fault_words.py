"""What can be wrong with whom, in the words of a `fault` line; a run needs no more of the checker than this."""

from collections.abc import Mapping

VENDOR_FAULTS: Mapping[str, str] = {
    "unavailable": "it answers that it cannot answer, and nothing happens",
    "rate limited": "it answers that there were too many requests, and nothing happens",
    "timeout": "it neither takes a request nor answers it",
    "slow": "everything takes thirty times as long",
    "lost answer": "it does what it is asked, and its answer never comes",
    "garbage answer": "it does what it is asked, and answers with something that is not its own",
    "duplicate": "each of its webhooks comes twice",
}
"""What can be wrong with a vendor, in words, and what that is."""

DATABASE_FAULTS: Mapping[str, str] = {
    "down": "no connection comes about, and those that were break",
    "slow": "each statement takes five seconds longer",
    "lost answer": "a transaction is committed, and the connection breaks before that is said",
    "serialization failure": "a transaction that changes something is refused with 40001",
    "lock timeout": "a transaction that changes something waits for a lock until it is refused with 55P03",
}

APP_FAULTS: Mapping[str, str] = {"down": "the function or handler does not answer"}
