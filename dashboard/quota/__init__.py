"""Quotas of clients: identification, processor time accounts, and turns."""
