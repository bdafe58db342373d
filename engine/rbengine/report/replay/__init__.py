"""A run and another text of its playbook on the same recording, beside each other."""

from rbengine.report.replay.comparison import Comparison, Row, Side, Verdict, compared
from rbengine.report.replay.drawing import drawn
from rbengine.report.replay.pairs import unheld_rows

__all__ = ["Comparison", "Row", "Side", "Verdict", "compared", "drawn", "unheld_rows"]
