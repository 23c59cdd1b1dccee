"""What people fill in about incidents."""
