"""Outside systems: mail, text messages, and the one who listens for our silence."""
