"""The Urbanisation page."""
