"""What is made beside letters for those who print, envelope and post them: spools, packages, envelopes, labels."""

__all__ = ("addressed", "asked", "envelopes", "formats", "grouping", "package", "printing", "spools", "verification")
