"""Judges the signatures and time stamps in a PDF one by one."""
