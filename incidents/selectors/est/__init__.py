"""The reads of EST."""
