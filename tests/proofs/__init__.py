"""Commands that prove more than the suite has time for: `make proof-...` runs them and prints a table."""
