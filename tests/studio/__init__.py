"""Tests of letterpress.studio: a real server on the loopback, asked over real connections."""
