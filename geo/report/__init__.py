"""Add the table of a new Monitoring & Evaluation report to the source tables."""
