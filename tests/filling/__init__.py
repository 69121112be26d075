"""Tests of `letterpress.filling`."""
