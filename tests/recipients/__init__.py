"""Tests of `letterpress.recipients`."""
