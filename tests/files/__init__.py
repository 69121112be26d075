"""Tests of `letterpress.files`."""
