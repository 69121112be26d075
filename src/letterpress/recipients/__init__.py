"""Files and databases become records, and a record the values of a job."""
