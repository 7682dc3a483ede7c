"""From checked source tables to layers: joins, computed columns, consistency, validation."""
