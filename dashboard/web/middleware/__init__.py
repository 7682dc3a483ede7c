"""ASGI middleware: sign-in, limits, security headers, request log, HTML shell."""
