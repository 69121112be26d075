"""What is made beside letters for those who print, envelope and post them: packages, envelopes, labels."""

__all__ = ("addressed", "envelopes", "formats", "package", "printing", "verification")
