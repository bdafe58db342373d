"""Many files in memory, each looked at once."""

from rbengine.workspace.workspace import CannotBePlannedError, Workspace

__all__ = ["CannotBePlannedError", "Workspace"]
