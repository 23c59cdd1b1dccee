"""What starts and keeps the processes of the house. Plain Python; imports `shared.env` only."""
