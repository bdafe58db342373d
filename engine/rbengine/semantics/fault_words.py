"""What can be wrong with whom, in the words of a `fault` line; a run needs no more of the checker than this."""

VENDOR_FAULTS = (
    "unavailable",
    "rate limited",
    "timeout",
    "slow",
    "lost answer",
    "garbage answer",
    "duplicate",
)
"""What can be wrong with a vendor, in words."""

DATABASE_FAULTS = (
    "down",
    "slow",
    "lost answer",
    "serialization failure",
    "lock timeout",
)
