"""Tests of `letterpress.carriers`."""
