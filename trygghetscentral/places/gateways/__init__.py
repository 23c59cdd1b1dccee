"""Outside systems: map tiles."""
