"""Reads a letter's file, and the people and organisations that it names, into a checked, frozen `Letter`."""

__all__ = ("defaults", "edits", "places", "reader", "shared_files")
