"""Letters for carriers: each letterhead with each of its windows, of two pages, made for one carrier and then examined."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import letterpress
from letterpress import preflight
from letterpress.carriers import catalogue
from letterpress.letterhead import definition
from letterpress.preflight import Report

ROOT = Path(__file__).resolve().parents[2]
_WINDOWS = ("window", "form")
"""Parameters that choose where the address stands."""
_TO = {
    "GB": "{name: Dr Priya Raman, lines: [14 Castle Street, WOODBRIDGE, IP12 3HG]}",
    None: "{name: Dr. Ada Bruckner, lines: [Mühlenweg 4, 80331 München]}",
}
_FROM = "{name: Hafenlicht Klinik, lines: [Kaistraße 12, 20457 Hamburg], phone: 040 555 0142, email: post@hafenlicht.example}"
_FRONT = """\
letterhead: {head}
lang: en-GB
date: 2026-01-15
from: {sender}
to: {to}
subject: The new sluice
reference: {{Our ref: AB/12, Your ref: jl-2041}}
salutation: Dear Dr Raman
closing: Yours sincerely
signatories: [{{name: Jo Lind, title: Director}}]
enclosures: [A drawing]
"""
_BODY = "\n\n".join(["The old gate has held since 1968, and it is as soft as cheese below the water line. " * 4] * 9)


class Look(NamedTuple):
    """A letterhead with its window."""

    head: str
    parameters: tuple[tuple[str, str], ...]
    papers: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join([self.head, *(value for _, value in self.parameters)])


def looks() -> Iterator[Look]:
    """Every letterhead that ships, with every place of its address."""
    for name in definition.names(ROOT):
        head = definition.find(name, ROOT)
        if head.system_fonts:
            continue  # its fonts may not be here; the sample letters hold it
        chosen = [key for key in _WINDOWS if key in head.parameters and head.standard and f"{{{key}}}" in head.standard]
        if not chosen:
            yield Look(name, (), head.papers)
        for key in chosen:
            for value in head.parameters[key].choices:
                yield Look(name, ((key, value),), head.papers)


def letter(folder: Path, look: Look, country: str | None, body: str = _BODY) -> Path:
    """Write the letter of a look."""
    path = folder / "letter.md"
    front = _FRONT.format(head=look.head, sender=_FROM, to=_TO.get(country, _TO[None]))
    path.write_text(f"---\n{front}---\n\n{body}\n", encoding="utf-8")
    return path


def made(folder: Path, look: Look, carrier: str, **chosen: Any) -> letterpress.Result:
    """Make the letter of a look for a carrier."""
    found = catalogue.find(carrier, ROOT)
    country = found.address.country if found.address is not None else None
    path = letter(folder, look, country)
    return letterpress.render(path, carrier=carrier, parameters=dict(look.parameters), **chosen)


def examined(result: letterpress.Result, carrier: str) -> Report:
    """Hold a letter that was made against its carrier."""
    assert result.pdf is not None
    return preflight.examine(result.pdf, carrier=carrier)


def broken(report: Report) -> list[str]:
    """What a letter breaks that is made for its carrier."""
    return [
        f"{finding.rule}, page {finding.page}: {finding.message} {finding.box}"
        for finding in report.findings
        if finding.severity == "error"
    ]
