"""Rosters, messages, acknowledgement, auditor."""
