"""Serves a person at work: pages and faults while a letter is written, lists to step through and to correct."""

__all__ = (
    "answers",
    "catalogue",
    "crew",
    "forms",
    "lists",
    "preview",
    "runs",
    "sheets",
    "signatures",
    "variant_runs",
    "watching",
)
