"""Knows the options that have a new name: the older one works as before, and a warning says until when.

The warning goes to stderr, and into the JSON document with the code `deprecated`: among `diagnostics`, counted in
`summary` where there is one. It changes no exit code.

Not here: what is promised to stay (docs/stability.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import click

from letterpress.errors import Diagnostic


class Renamed(NamedTuple):
    """An option's new name."""

    now: str
    until: str
    """The first version that does not know the older name."""


OPTIONS: dict[str, dict[str, Renamed]] = {
    name: {"--sheet": Renamed("--data-sheet", "2.0")}  # which is labels' and the contact sheet elsewhere
    for name in ("merge", "plan")
}
"""By command, the older name -> the new one. Both are declared where the option is."""
_NOTED = "letterpress.deprecated"


def note(context: click.Context, arguments: Sequence[str]) -> None:
    """Note which older names a command is called with."""
    own = OPTIONS.get(context.command.name or "", {})
    names = {argument.partition("=")[0] for argument in arguments} & own.keys()
    context.meta[_NOTED] = tuple(_warning(name, own[name]) for name in sorted(names))


def say() -> None:
    """Say on stderr what was noted."""
    from letterpress.cli import output

    output.diagnostics(_noted())


def added(document: Any) -> Any:
    """Give a command's JSON document with what was noted in it."""
    noted = _noted()
    if not noted or not isinstance(document, dict):
        return document
    told = [*document.get("diagnostics", ()), *(fault.as_json() for fault in noted)]
    document = {**document, "diagnostics": told}
    if isinstance(document.get("summary"), dict):
        document["summary"] = {**document["summary"], "deprecated": len(noted)}
    return document


def _noted() -> tuple[Diagnostic, ...]:
    context = click.get_current_context(silent=True)
    noted: tuple[Diagnostic, ...] = context.meta.get(_NOTED, ()) if context else ()
    return noted


def _warning(name: str, renamed: Renamed) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"the option has a new name, {renamed.now}; this one goes away in letterpress {renamed.until}",
        field=name,
        hint=f"write {renamed.now}",
        code="deprecated",
        value=name,
        params=(("now", renamed.now), ("until", renamed.until)),
    )
