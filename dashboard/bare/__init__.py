"""Bare pages for frames: one chart, or one map, with its source and the way to its page."""
