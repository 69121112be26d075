"""Tests of `letterpress.pdf`."""
