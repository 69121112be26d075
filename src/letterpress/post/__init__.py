"""What is made beside letters for those who print, envelope and post them: the package that is handed over."""

__all__ = ("package", "verification")
