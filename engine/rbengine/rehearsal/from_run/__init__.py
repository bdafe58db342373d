"""A recorded run as a world and a scenario: what it read becomes what there is, what it did what is expected."""

from rbengine.rehearsal.from_run.drafting import Draft, drafted
from rbengine.rehearsal.from_run.proving import Proven, proven

__all__ = ["Draft", "Proven", "drafted", "proven"]
