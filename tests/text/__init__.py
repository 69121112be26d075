"""Tests of `letterpress.text`."""
