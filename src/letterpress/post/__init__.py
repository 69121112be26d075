"""What is made beside letters for those who print, envelope and post them: files for the printer, the package."""

__all__ = ("grouping", "package", "spools", "verification")
