"""Lägesrapporter: written, sent, mailed, confirmed, reminded of."""
