"""The source tables, ``data/sources/*.csv``: read, checked, edited."""
