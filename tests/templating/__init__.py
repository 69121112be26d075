"""Tests of `letterpress.templating`."""
