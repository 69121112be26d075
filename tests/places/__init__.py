"""Tests of `letterpress.places`."""
