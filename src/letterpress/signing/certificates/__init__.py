"""Certificates: what they say, whether they may sign, and whether a path leads from them to one that is trusted."""
