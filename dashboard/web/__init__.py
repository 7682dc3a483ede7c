"""The HTTP server around the pages: routes, middleware, embeds, logs, metrics."""
