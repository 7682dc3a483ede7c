"""The Action plans page."""
