"""Reads a letter's file, and the people and organisations it names, into a checked, frozen `Letter`."""
