"""The tidy data behind every chart and table of the pages."""
