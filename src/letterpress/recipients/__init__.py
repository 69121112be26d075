"""Files and databases become records, and a record the values of a job."""

__all__ = ("columns", "groups", "headers", "marks", "nobody", "records", "rows", "selection", "tables", "writing")
