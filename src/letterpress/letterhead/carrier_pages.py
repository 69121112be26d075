"""Holds a letter's pages to what the carrier that it is made for takes.

Not here: where its pages may have ink (`carrier_fit`), and files that are made already (preflight/).
"""

from __future__ import annotations

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic


def faults(carrier: Carrier, pages: int, country: str | None) -> list[Diagnostic]:
    """Say that a letter has more pages than its carrier takes, or more sheets even where both sides are printed.

    :param pages: of the letter with its enclosures.
    :param country: ISO 3166-1 code of where it goes; None: the carrier's own.
    """
    where = country or carrier.country or ""
    most = dict(carrier.pages_by_country).get(where, carrier.pages)
    leaves = carrier.leaves_abroad if where != carrier.country and carrier.leaves_abroad else carrier.leaves
    if leaves is not None:
        most = min(most or 2 * leaves, 2 * leaves)
    if most is None or pages <= most:
        return []
    to = f" to {where}" if where in dict(carrier.pages_by_country) else ""
    params = (("carrier", carrier.name), ("title", carrier.title), ("pages", pages), ("most", most))
    return [
        Diagnostic(
            message=f"the letter has {pages} pages, and {carrier.title} takes {most} at most{to}",
            field="carrier",
            hint=f"write less, enclose less, or part the letter; source: {carrier.cited}",
            code="carrier-pages",
            value=pages,
            params=params,
        )
    ]
