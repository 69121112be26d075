"""Tests of `letterpress.cli`."""
