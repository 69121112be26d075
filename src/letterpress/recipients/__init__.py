"""Files and databases become records, and a record the values of a job."""

__all__ = (
    "column_names",
    "columns",
    "corrections",
    "empty_countries",
    "groups",
    "headers",
    "marks",
    "nobody",
    "part_values",
    "records",
    "rows",
    "selection",
    "shard_files",
    "sql_names",
    "tables",
    "writing",
)
