"""What may be read and what is in it, how a file is replaced, and locks."""
