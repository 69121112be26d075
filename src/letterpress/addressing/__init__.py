"""How a person or an organisation is written to: lines of an address, forms of address, ranks."""

__all__ = ("address", "forms", "households", "ranks", "salutation", "shared_address", "words")
