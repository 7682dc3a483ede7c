"""What stands between the network and the pages: sign-in, limits, headers, log, metrics."""
