"""Reading, validating and editing the source tables, ``data/sources/*.csv``."""
