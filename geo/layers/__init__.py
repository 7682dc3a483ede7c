"""Layers as GeoParquet files: reading, writing, validation and publishing."""
