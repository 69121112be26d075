"""Tests of what is made beside letters."""
