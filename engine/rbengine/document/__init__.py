"""A runbook document of prose, in Markdown: what stands in it, and where."""

from rbengine.document.places import Place, places_of

__all__ = ["Place", "places_of"]
