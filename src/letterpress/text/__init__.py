"""Languages, typography and characters of texts."""
