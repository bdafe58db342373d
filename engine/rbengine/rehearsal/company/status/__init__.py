"""Status pages as a company meets them: vendors' own, and its own at Statuspage."""
