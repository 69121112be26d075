"""Tests of `letterpress.content`."""
