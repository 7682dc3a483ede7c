"""Pages of the dashboard: layout and words."""
