"""Tests of `letterpress.rawhtml`."""
