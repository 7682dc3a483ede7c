"""The pages and HTTP routes of the dashboard; all data comes from :mod:`geo`."""
