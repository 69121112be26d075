"""What a start loads, and what is kept for the next one."""
