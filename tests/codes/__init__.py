"""Codes that machines read: what they are made of, and what they are drawn with."""
