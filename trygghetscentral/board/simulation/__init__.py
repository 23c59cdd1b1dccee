"""A day of Malmö's alarms, planned by pure functions and sent through the real ports."""
