"""Who works which desk: sign-on, presence, handover, lock."""
