"""The conformance kit: what every adapter has to keep, as checks that its author runs.

An author says by cases how each operation succeeds and how it is refused; the kit does the rest, on the simulated
company and on answers and failures that no company gives. `docs/writing-an-adapter.md` tells how.
"""

from rbengine.conformance.kit import Case, Check, Kit
from rbengine.conformance.requiring import NonconformanceError

__all__ = ["Case", "Check", "Kit", "NonconformanceError"]
