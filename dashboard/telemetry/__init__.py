"""Log lines and Prometheus metrics of the server process."""
