"""Layers as GeoParquet files: read, written, published, renewed."""
