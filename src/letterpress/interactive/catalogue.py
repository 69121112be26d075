"""What there is to choose from, as people call it: letterheads with a picture, a letter's fields, papers, copies.

Not here: what a letterhead is (letterhead/definition.py), what a choice does (letterhead/choices.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from letterpress import api, data, pipeline, scaffold
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.filling import field_titles
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.letterhead import definition
from letterpress.model import FieldSpec
from letterpress.pdf import raster
from letterpress.pdf.raster import Picture
from letterpress.text import language

prepare = preview.prepare
PAPERS = {"a4": "A4, 210 × 297 mm", "letter": "US Letter, 8.5 × 11 in"}
"""What people call the sizes of paper."""
COPY_TITLES = {
    "original": "Original",
    "file": "File copy",
    "draft": "Draft",
    "conformed": "Conformed copy",
}
"""What people call the kinds of copies, those that are sent or kept first."""
_PARAMETER_OF_DESIGN = frozenset(
    ("logo", "logo_height", "logo_place", "accent", "font", "rule", "head", "head_name", "stationery_first", "foot")
)
"""Parameters that make a letterhead look like its firm's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a letterhead."""

    name: str
    title: str
    type: str
    default: str | None
    choices: tuple[str, ...]
    description: str
    of_design: bool
    """Whether it makes the letterhead look like its firm's: logo, colour, typeface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A letterhead to choose."""

    name: str
    title: str
    country: str | None
    """ISO 3166-1 code."""
    description: str
    papers: tuple[str, ...]
    """Its usual one first."""
    shipped: bool
    parameters: tuple[Parameter, ...]
    has_guides: bool = False
    """Whether it follows a standard whose geometry can be drawn over a page."""
    fault: Diagnostic | None = None
    """Why it cannot be used; it has no parameters then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterField:
    """A field that a letter declares."""

    name: str
    title: str
    type: str
    required: bool
    default: str | None
    choices: tuple[str, ...]
    currency: str | None
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A letterhead's picture."""

    picture: Picture | None
    """None where it cannot be set here."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Why."""


def letterheads(root: Path, *, country: str | None = None) -> tuple[Card, ...]:
    """List the letterheads that a project can use: its own first, then those of the country, then the others.

    :param country: ISO 3166-1 code.
    """
    cards = [card(name, root) for name in definition.names(root)]
    return tuple(sorted(cards, key=lambda one: (one.shipped, one.country != country, one.title.casefold())))


@answering
def cards(say: Say, root: str) -> tuple[Card, ...]:
    """List the letterheads that a project can use; see `letterheads`."""
    return letterheads(Path(root))


def card(name: str, root: Path) -> Card:
    """Describe one letterhead; where it cannot be used, its `fault` says why."""
    try:
        head = definition.find(name, root)
    except LetterpressError as error:
        title, fault = field_titles.title(name), error.diagnostics[0]
        return Card(
            name=name, title=title, country=None, description="", papers=(), shipped=False, parameters=(), fault=fault
        )
    parameters = tuple(
        Parameter(
            name=key,
            title=field_titles.title(key),
            type=spec.type,
            default=None if spec.default is None else str(spec.default),
            choices=spec.choices,
            description=spec.description,
            of_design=key in _PARAMETER_OF_DESIGN,
        )
        for key, spec in head.parameters.items()
    )
    return Card(
        name=head.name,
        title=head.title,
        has_guides=head.standard is not None,
        country=head.country,
        description=head.description,
        papers=head.papers,
        shipped=head.shipped,
        parameters=parameters,
    )


def fields(declared: Mapping[str, FieldSpec]) -> tuple[LetterField, ...]:
    """List the fields that a letter declares, in its order."""
    return tuple(
        LetterField(
            name=name,
            title=field_titles.title(name),
            type=spec.type,
            required=spec.required,
            default=None if spec.default is None else str(spec.default),
            choices=spec.choices,
            currency=spec.currency,
            description=spec.description,
        )
        for name, spec in declared.items()
    )


def copies() -> tuple[tuple[str, str], ...]:
    """List the kinds of copies: name and title."""
    return tuple(COPY_TITLES.items())


def languages() -> tuple[tuple[str, str], ...]:
    """List the languages that letterpress has labels for: tag and name, in English."""
    tags = sorted(tag for tag in data.table("labels") if language.is_known(tag))
    return tuple((tag, language.language_name(tag)) for tag in tags)


def first_text(root: str | Path, name: str) -> str:
    """Give a short letter of a letterhead, in the language of its country.

    :param root: of the project.
    :raises LetterpressError: there is no such letterhead, or it has faults.
    """
    return scaffold.sample(definition.find(name, root))


@answering
def sample(say: Say, root: str, name: str, dpi: int) -> Sample:
    """Draw a letterhead with a short letter in it, in the language of its country.

    :param root: of the project.
    """
    try:
        path = Path(root) / "content" / "letters" / "sample.md"
        letter, faults = reader.examine_text(first_text(root, name).encode(), path, "sample.md")
    except LetterpressError as error:
        return Sample(picture=None, diagnostics=error.diagnostics)
    if letter is None:
        return Sample(picture=None, diagnostics=faults)
    result = pipeline.preview(api.job(letter)).result
    if result.pdf is None:
        return Sample(picture=None, diagnostics=result.diagnostics)
    return Sample(picture=raster.picture(result.pdf, dpi=dpi))
