"""Embeddable pages for other sites: one chart or map, with its source and a link to its page."""
