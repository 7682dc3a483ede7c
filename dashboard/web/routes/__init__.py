"""Stateless HTTP routes beside the pages."""
