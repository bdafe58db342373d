"""From the events and commands of a run to lines for people: pure, so a stored journal gives the same screen."""

from rbengine.report.screen.screen import Screen

__all__ = ["Screen"]
