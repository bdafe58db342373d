"""What a problem looks like: plain data, drawn by `render`, exported by `export`."""

from rbengine.diagnostics.model import Code, Diagnostic, Fix, Label, Severity
from rbengine.diagnostics.suggest import did_you_mean, nearest

__all__ = ["Code", "Diagnostic", "Fix", "Label", "Severity", "did_you_mean", "nearest"]
