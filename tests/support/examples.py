"""How many generated examples a property is tried on: some in every run, many more in a soak."""

import os

from hypothesis import HealthCheck, settings

SOAK = "RBENGINE_SOAK"
"""Names how many times more examples than usual are tried, other ones each time (`make soak`)."""


def examples(count: int) -> settings:
    """`count` examples, the same in every run; in a soak many times as many, and each time others."""
    times = int(os.environ.get(SOAK, "1"))
    return settings(
        max_examples=count * times,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=times == 1,
        database=None,
    )
