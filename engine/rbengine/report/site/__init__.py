"""A static site of a project's runbooks: pages that load nothing from elsewhere and read on a phone."""

from rbengine.report.site.build import SiteRunbook, build_site

__all__ = ["SiteRunbook", "build_site"]
