"""Answers from the layers: filters, selections, peers, flows, pressure."""
