"""Tests of letterpress.interactive."""
