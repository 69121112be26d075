"""How a person or an organisation is written to: lines of an address, forms of address, ranks."""

__all__ = (
    "address",
    "countries",
    "forces",
    "forms",
    "households",
    "postcodes",
    "ranks",
    "regions",
    "salutation",
    "shared_address",
    "words",
)
