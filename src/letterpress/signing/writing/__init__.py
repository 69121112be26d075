"""Puts a signature into a PDF: the CMS structure, PAdES, time stamps."""
