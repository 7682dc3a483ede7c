"""Renew the source tables from their publishers, where there is a network."""
