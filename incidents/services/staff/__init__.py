"""All writes of the staff room: opening and closing, the log, decisions, who is there, papers."""
