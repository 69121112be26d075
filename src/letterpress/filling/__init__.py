"""Fills a letter with the values of a job: every text becomes final (`Filled`), or is a fault."""

__all__ = (
    "amounts",
    "checks",
    "field_titles",
    "field_values",
    "letter",
    "samples",
    "slips",
    "source_locations",
)
