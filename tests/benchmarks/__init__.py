"""Timings, never asserted: ``python -m tests.benchmarks [name ...]``."""
