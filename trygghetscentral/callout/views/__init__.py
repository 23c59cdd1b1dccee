"""The app's pages, split by noun."""
