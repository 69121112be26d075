"""Tests of the project as a whole: its rules, its documents, its set-up, the Python API, security."""
