"""Tree to text: how a file is written, whoever wrote it."""

from rbengine.format.formatter import Formatted, format_source

__all__ = ["Formatted", "format_source"]
