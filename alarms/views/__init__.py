"""Pages and acts of the room."""
