"""Tests of `letterpress.letterhead`."""
