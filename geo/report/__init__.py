"""Add a new Monitoring & Evaluation report to the source tables."""
