"""The Your places page."""
