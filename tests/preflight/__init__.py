"""Tests of `letterpress.preflight`."""
