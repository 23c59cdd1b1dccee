"""The pages of EST."""
