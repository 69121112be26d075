"""What is said of an installation: each part with its version and its use, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from letterpress.errors import Diagnostic

Kind = Literal["core", "extra", "program", "fonts"]
Status = Literal["there", "missing", "too old", "unusable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of letterpress, or something of the machine that it uses."""

    name: str
    kind: Kind
    status: Status
    use: str
    """What it is needed for."""
    version: str | None = None
    lacks: tuple[str, ...] = ()
    """What of it is missing or too old, such as the packages of an extra."""
    get: str | None = None
    """The command that brings it, or what to do; only where something is missing."""

    @property
    def is_there(self) -> bool:
        """Whether it can be used."""
        return self.status == "there"

    def as_json(self) -> dict[str, Any]:
        """The part as a JSON object."""
        return {
            "name": self.name,
            "kind": self.kind,
            "status": self.status,
            "needed": self.kind == "core",
            "use": self.use,
            "version": self.version,
            "lacks": list(self.lacks),
            "get": self.get,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is said of an installation."""

    version: str
    """Of letterpress."""
    python: str
    platform: str
    place: str
    """The folder that letterpress runs from."""
    parts: tuple[Part, ...]
    diagnostics: tuple[Diagnostic, ...]
    extras: str | None = None
    """The command that installs all extras that are missing, where there are several."""

    @property
    def passed(self) -> bool:
        """Whether all is there that letters need."""
        needed = all(part.is_there for part in self.parts if part.kind == "core")
        return needed and not any(fault.severity == "error" for fault in self.diagnostics)
