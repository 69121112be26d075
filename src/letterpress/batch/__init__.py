"""Many letters: variants of one, runs over records, their supervision and journal."""

__all__ = [
    "combine",
    "contact_sheet",
    "copies",
    "executor",
    "file_names",
    "fingerprint",
    "journal",
    "maker",
    "plan",
    "run",
    "variants",
]
