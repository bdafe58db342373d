"""Text and places in it. Everything else that speaks of a place speaks in these words."""

from rbengine.source.files import SourceFile, normalise
from rbengine.source.span import Span

__all__ = ["SourceFile", "Span", "normalise"]
