"""Many letters: variants of one, runs over records, their supervision and journal."""

__all__ = (
    "archive",
    "combine",
    "contact_sheet",
    "copies",
    "executor",
    "file_names",
    "fingerprint",
    "first_look",
    "journal",
    "list_plan",
    "made_files",
    "maker",
    "mappings",
    "named_files",
    "plan",
    "planning",
    "run",
    "stored",
    "variants",
    "versions",
)
