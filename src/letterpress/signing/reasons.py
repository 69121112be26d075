"""A reason of a verdict as a value: its code, its sentence, and what the sentence names.

The code stays when the wording changes; what it means is in `data/diagnostics/signing.toml`. Remarks that break nothing
(notes) are of the same form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a signature or a file is not valid or not trusted, or what else a reader ought to know of it."""

    code: str
    """Which kind of reason it is, such as `certificate-expired`."""
    text: str
    """A sentence or a fragment of one, without a full stop."""
    params: tuple[tuple[str, Any], ...] = ()
    """Pairs of what the text names: `("certificate", "Ada Okafor")`. Hashable values; moments in ISO 8601."""

    def as_json(self) -> dict[str, Any]:
        """Return the reason as an object of docs/verifying.md."""
        return {"code": self.code, "text": self.text, "params": dict(self.params)}


def texts(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Return the sentences alone."""
    return tuple(reason.text for reason in reasons)
