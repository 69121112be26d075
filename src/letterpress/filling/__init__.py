"""A letter and the values of a job become `Filled`: every text final."""
