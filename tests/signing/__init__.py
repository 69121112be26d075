"""Tests of `letterpress.signing`."""
