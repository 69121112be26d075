"""Tests of `letterpress.processes`."""
