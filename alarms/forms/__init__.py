"""Shape and wording of what people fill in about the room's set-up."""
