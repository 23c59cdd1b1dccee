"""Receivers: each reads one outside protocol and hands what it read to intake."""
