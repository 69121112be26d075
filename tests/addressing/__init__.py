"""Tests of `letterpress.addressing`."""
