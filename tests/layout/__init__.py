"""Tests of `letterpress.layout`."""
