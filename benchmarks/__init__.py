"""Timed runs, never part of the test suite."""
