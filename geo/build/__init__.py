"""Build layers from source tables: joins, computed columns, consistency, validation."""
