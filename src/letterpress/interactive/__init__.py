"""Answers whoever waits: pages and faults while a letter is written, lists to step through, letters for programs."""

__all__ = (
    "answers",
    "catalogue",
    "crew",
    "fault_bodies",
    "finished",
    "forms",
    "letters",
    "listening",
    "lists",
    "packages",
    "preflights",
    "preview",
    "printed",
    "record_schema",
    "runs",
    "sheets",
    "signatures",
    "variant_runs",
    "watching",
)
