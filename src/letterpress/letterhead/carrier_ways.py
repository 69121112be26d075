"""What helps where a letterhead does not fit a carrier as it is: one of its parameters; papers that it takes.

Not here: whether it fits (carrier_fit.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from string import Formatter
from typing import Any

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic
from letterpress.letterhead import carrier_fit, definition
from letterpress.letterhead.definition import Letterhead
from letterpress.letterhead.papers import PAPERS


def helped(
    faults: Iterable[Diagnostic],
    head: Letterhead,
    values: Mapping[str, Any],
    paper: str,
    carrier: Carrier,
    *,
    profile: str = "archive",
    marks: bool = False,
) -> list[Diagnostic]:
    """Say with each fault of `carrier_fit.check` which parameter of the letterhead makes it fit, if one does.

    :param values: of its parameters, with which it does not.
    """
    return [
        _with(fault, found)
        if (found := _parameter(fault, head, values, paper, carrier, profile=profile, marks=marks))
        else fault
        for fault in faults
    ]


def _with(fault: Diagnostic, found: tuple[str, str]) -> Diagnostic:
    name, value = found
    hint = f"choose '--param {name}={value}', or another letterhead or carrier"
    return replace(fault, hint=hint, params=(*fault.params, ("with", found)))


def _parameter(
    fault: Diagnostic, head: Letterhead, values: Mapping[str, Any], paper: str, carrier: Carrier, **given: Any
) -> tuple[str, str] | None:
    """The parameter with which a letterhead fits, and its value: of those that name its standard, or its head."""
    band = ("reason", "band") in fault.params
    of_standard = [name for _, name, _, _ in Formatter().parse(head.standard or "") if name]
    for name in ["head"] if band else of_standard:
        spec = head.parameters.get(name)
        for value in spec.choices if spec is not None else ():
            if value == "auto":  # the letterhead's own, which it is that does not fit
                continue
            tried = {**values, name: value}
            standard = definition.standard_of(head, tried)
            if not carrier_fit.check(head, paper, standard, carrier, band=tried.get("head") == "band", **given):
                return name, value
    return None


def papers_of(carrier: Carrier) -> tuple[str, ...]:
    """List the sizes of paper that a carrier takes, by their names."""
    return tuple(name for name, sheet in PAPERS.items() if carrier.takes_sheet(sheet.width, sheet.height))
