"""Runs that are only thought of: what no run can do, and how a run could come where none has been."""
