"""Letters of lists that nobody has typed: records with names of many scripts, long and empty cells, fields of any type."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress import api, pipeline
from letterpress.filling import standing
from letterpress.inserters import catalogue, marks
from letterpress.layout import engine
from letterpress.letterhead import compose
from letterpress.model import Job, Result
from tests.support.project import ROOT

LETTERS = tuple(sorted((ROOT / "content/letters").glob("*.md")))
CODED = tuple(sorted((ROOT / "tests/codes/samples").glob("*.md")))
"""Letters with the codes of posts and payments, whose every second one keeps room for the marks of an inserting machine."""
_PLACES = {  # country, region, towns with their postcodes
    "imb": ("US", "ME", (("Bangor", "04401"), ("Portland", "04101-1234"))),
    "kix": ("NL", None, (("Den Haag", "2514 GC"), ("Utrecht", "3512 AD"))),
    "slip": ("CH", None, (("Rorschach", "9400"), ("Basel", "4051"))),
}
"""Where the recipients of letters live whose codes ask for it, by the letter's name."""
_SWISS = ("Pia Rutschmann", "José Gómez Núñez", "Ágnes Müller-Lüdenscheidt", "Bo Ng")
"""Names in characters that a payment slip can hold."""
_GIVEN = (
    "Anna", "Bo", "José", "Łukasz", "Ágnes", "Hans-Peter", "Þóra", "Δημήτρης", "Олена", "Nguyễn", "Mary Ann", "Ø",
    "Jean-Baptiste", "Ffion", "İrem", "O’Shea", "d'Arcy", "Maximiliane Friederike",
)  # fmt: skip
_FAMILY = (
    "Meier", "van der Berg", "Smith-Jones", "Gómez Núñez", "Kowalská", "Ó Briain", "Fischer", "Le Goff", "Müller-Lüdenscheidt",
    "Wolfeschlegelsteinhausen", "Ng", "AVATAR", "Tóth", "ffitch",
)  # fmt: skip
_STREETS = ("Main Street", "Am Alten Hafen", "rue de l’Église", "Straße des 17. Juni", "Calle Mayor", "High St")
_TOWNS = ("Springfield", "Frankfurt (Oder)", "Aix-en-Provence", "Köln", "Newcastle upon Tyne", "Łódź")
_MACHINE = catalogue.find("pitney-bowes", ROOT)
_WORDS = (
    "the", "quick", "harbour", "ledger", "of", "Montréal", "(north)", "half-yearly", "window", "“quoted”", "AV", "To",
    "and/or", "office", "fluffy", "1,234.50", "Überprüfung", "–", "co-operation", "we", "Donaudampfschifffahrt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A letter that was made from the pages of another and is not what a layout gives."""

    job: Job
    pressed: Result
    laid_out: Result


def jobs(letter: Path, count: int, seed: int = 1) -> Iterator[Job]:
    """Give letters of a list, as a run would make them; the same for the same seed."""
    loaded = api.load(letter)
    base, chance = api.job(loaded), random.Random(f"{letter.stem} {seed}")
    for number in range(1, count + 1):
        values = {**dict(_person(chance)), **dict(_place(chance, letter)), **dict(_fields(chance, loaded.fields))}
        free = marks.stay_free(_MACHINE) if letter in CODED and number % 2 else ()
        about: dict[str, Any] = {"record": str(number), "id": f"{letter.stem}-{number}", "stays_free": free}
        yield replace(base, values=(*base.values, *values.items()), **about)


def _person(chance: random.Random) -> Iterator[tuple[str, Any]]:
    yield "to.name", f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"
    if chance.random() < 0.2:
        yield "to.organisation", " ".join(chance.choices(_WORDS, k=3))
    yield "to.street", f"{chance.choice(_STREETS)} {chance.randint(1, 300)}"
    yield "to.city", chance.choice(_TOWNS)


def _place(chance: random.Random, letter: Path) -> Iterator[tuple[str, Any]]:
    if letter not in CODED or letter.stem not in _PLACES:
        return
    country, region, towns = _PLACES[letter.stem]
    if letter.stem == "slip":
        yield from (("to.name", chance.choice(_SWISS)), ("to.street", f"Marktgasse {chance.randint(1, 300)}"))
        yield "to.organisation", chance.choice(("", "Werkstatt AG"))
    town, postcode = chance.choice(towns)
    yield from (("to.country", country), ("to.city", town), ("to.postcode", postcode))
    if region:
        yield "to.region", region


def _fields(chance: random.Random, specs: Any) -> Iterator[tuple[str, Any]]:
    for name, spec in specs.items():
        if spec.default is not None and chance.random() < 0.3:
            continue
        value = _value(chance, spec)
        if value is not None:
            yield f"fields.{name}", value


def _value(chance: random.Random, spec: Any) -> Any:
    if spec.type == "money":
        return f"{chance.choice((1, 12, 999, 1234, 99999))}.{chance.randint(10, 99)}"
    if spec.type == "date":
        return f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    if spec.type in ("number", "integer"):
        return str(chance.choice((1, 2, 10, 500, 12345)))
    if spec.type == "boolean":
        return chance.choice(("yes", "no"))
    if spec.type == "list":
        return None
    return " ".join(chance.choices(_WORDS, k=chance.choice((1, 2, 3, 5, 9, 14))))


def pressed(made: list[Job]) -> list[Result]:
    """Make letters one after the other, as a worker of a run does."""
    _forget()
    return [pipeline.press(job) for job in made]


def differences(made: list[Job], results: list[Result]) -> Iterator[Difference]:
    """Run the templates and lay each letter out that was made from another's pages, and give those that differ in a byte or a remark."""
    for job, result in zip(made, results, strict=True):
        if result.laid_out == "":
            _forget()
            full = pipeline.press(job)
            assert full.laid_out, "it was not laid out"
            if replace(full, laid_out="") != result:
                yield Difference(job, result, full)


def _forget() -> None:
    """Let go of all that letters of a list share."""
    engine.forget_plates()
    compose.forget()
    standing.forget()
