"""Files and databases become records, and a record the values of a job."""

__all__ = ("columns", "records", "rows", "selection", "tables", "writing")
