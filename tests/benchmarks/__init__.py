"""Figures, measured as whole processes in one run. Never part of the tests: a timed test lies on a busy machine."""
