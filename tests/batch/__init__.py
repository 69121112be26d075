"""Tests of `letterpress.batch`."""
