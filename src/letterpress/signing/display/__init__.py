"""Whether all programs show the same of a file: what in it acts or changes, and how its revisions look when drawn."""
