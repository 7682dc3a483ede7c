"""The Network page."""
