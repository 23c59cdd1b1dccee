"""A made-up city on the real map of Malmö. Nothing here exists; no person is real."""
