"""Stateless HTTP routes in addition to the pages."""
