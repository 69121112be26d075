"""The table of kinds of faults, and the cases in which they were found."""
