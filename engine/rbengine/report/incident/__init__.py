"""The report of a run, read from its journal: Markdown, one page of HTML, and the review that people fill in."""

from rbengine.report.incident.model import Report
from rbengine.report.incident.reading import read_report
from rbengine.report.incident.writing import as_html, as_markdown, review_html, review_markdown

__all__ = ["Report", "as_html", "as_markdown", "read_report", "review_html", "review_markdown"]
