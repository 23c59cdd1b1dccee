"""Drawing the common picture: zones, status of functions, notes."""
