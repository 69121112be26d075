"""Examines the letters of a package for their carriers.

Not here: the rules (preflight/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from letterpress.carriers import catalogue
from letterpress.dispatch import Dispatch
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.carriers.values import Carrier


class Examination:
    """Says of each letter whether its carrier takes it."""

    def __init__(self, carrier: str | None, root: str, limits: Limits | None) -> None:
        """:param carrier: for whom all letters are examined; None: each for its own.

        :raises UsageError: there is no such carrier.
        """
        self._root, self._limits = root, limits
        self._all = catalogue.find(carrier, root) if carrier is not None else None
        self._known: dict[str, Carrier] = {}

    def verdict(self, pdf: bytes, noted: Dispatch) -> str | None:
        """Give `passed` or `failed`; None of a letter that is for no carrier.

        :raises Ended: it took more than it may.
        """
        from letterpress import preflight

        carrier = self._all
        if carrier is None and noted.carrier is not None:
            if noted.carrier not in self._known:
                self._known[noted.carrier] = catalogue.find(noted.carrier, self._root)
            carrier = self._known[noted.carrier]
        if carrier is None:
            return None
        report = preflight.examine(pdf, carrier=carrier, duplex=noted.duplex, limits=self._limits)
        return "passed" if report.passed else "failed"
