"""Signals and alarms in /api/v1/."""
