"""Refresh the source tables from their publishers."""
