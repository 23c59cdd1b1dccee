"""The writes of EST."""
