"""What is made beside letters for those who print, envelope and post them: spools, packages, envelopes, labels."""

__all__ = (
    "addressed", "as_merged", "asked", "envelopes", "formats", "grouping", "insert_sheets", "package", "printing",
    "spools", "verification",
)  # fmt: skip
