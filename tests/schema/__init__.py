"""Tests of `letterpress.schema`."""
