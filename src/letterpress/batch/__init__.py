"""Many letters: variants of one, runs over records, their supervision and journal."""
