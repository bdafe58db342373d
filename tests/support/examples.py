"""How many generated examples a property is tried on: some in every run, many more in a soak."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

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


SEEDS = st.integers(min_value=2**70, max_value=2**71)
"""Of programs, worlds and orders. Hypothesis tries numbers that it finds in the modules that happen to be loaded, so
that what is drawn would hang on which tests ran before; so large ones stand nowhere."""
