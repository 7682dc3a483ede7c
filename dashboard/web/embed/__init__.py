"""Pages for frames on other sites: one chart or one map, with its source and a link to its page."""
