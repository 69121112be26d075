"""Finished PDFs: looked at, appended to a letter, their structure and faces joined, drawn as pictures."""
