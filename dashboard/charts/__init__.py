"""Charts: declaration, export, and the registry of charts with a URL."""
