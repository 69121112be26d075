"""Tests of letterpress as a library in a host: what the host has set stays, and changes no letter."""
