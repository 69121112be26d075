"""Tests of `letterpress.fonts`."""
