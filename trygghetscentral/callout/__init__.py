"""Rosters, who is reached, and did they answer."""
