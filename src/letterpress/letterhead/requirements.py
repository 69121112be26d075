"""Checks a filled letter against what its letterhead asks for, prints and has room for, and against how it is signed.

Not here: whether a text fits its place once it is set (layout/), and what a letterhead may ask for (definition.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic, did_you_mean, fixes, nearest
from letterpress.frozen import last
from letterpress.letterhead import compose, definition, press_copies
from letterpress.model import Choices, Filled, Job, Signatory
from letterpress.text import language


def check(
    job: Job,
    head: definition.Letterhead,
    filled: Filled,
    parameters: Mapping[str, object],
    carrier: Carrier | None = None,
) -> list[Diagnostic]:
    """Give the faults of a letter against its letterhead; each names its field, and no file or line yet.

    :param parameters: the letterhead's own, with all values of the job.
    :param carrier: whom the letter is made for.
    """
    return [
        *_missing(head, filled),
        *_unprinted(job, head, filled, parameters),
        *_addresses(head, filled, parameters, carrier),
        *_signatures(job.choices, filled.signatories),
        *_conformed(job),
        *press_copies.check(job, filled),
        *(_codes(job, head, filled, parameters, carrier) if filled.codes else ()),
        *_labels((filled.lang, *[version.lang for version in filled.versions])),
    ]


def _missing(head: definition.Letterhead, filled: Filled) -> Iterator[Diagnostic]:
    for name in compose.missing(head, filled):
        yield Diagnostic(
            message=f"the letterhead '{head.name}' asks for it, and it is missing",
            field=name,
            hint=f"add '{name}:' to the front matter" + (", or give --date" if name == "date" else ""),
            code="field-missing",
            params=(("letterhead", head.name),),
        )


def _unprinted(
    job: Job, head: definition.Letterhead, filled: Filled, parameters: Mapping[str, object]
) -> Iterator[Diagnostic]:
    """What is not printed: a warning where the letter says it, a note where it is only known of its sender."""
    places = job.letter.places
    for name, fields in compose.unprinted(head, filled, parameters):
        own = [field for field in fields if _said_in(job.letter.path, places, field)]
        what = _named(name)
        yield Diagnostic(
            severity="warning" if own or not name.startswith("from.") else "note",
            message=f"the letterhead '{head.name}' has no {what}; it is not printed",
            field=(own or fields)[0],
            hint="take it out of the front matter, or choose another letterhead",
            code="field-unprinted",
            params=(("letterhead", head.name), ("fields", fields)),
        )


def _said_in(path: str, places: Mapping[str, tuple[str, int]], field: str) -> bool:
    """Whether a field, or the first part of it, stands in this file."""
    return any(file == path and (name == field or name.startswith(f"{field}.")) for name, (file, _) in places.items())


def _named(name: str) -> str:
    role, _, part = name.partition(".")
    return f"{part} of the sender" if part else role


def _addresses(
    head: definition.Letterhead, filled: Filled, parameters: Mapping[str, object], carrier: Carrier | None
) -> Iterator[Diagnostic]:
    standard = definition.standard_of(head, parameters, carrier)
    limit = (standard.lines if standard else None) or head.address_lines
    whose = (
        (standard.carrier or standard.title) if standard and standard.lines else f"the address field of '{head.name}'"
    )
    for number, lines in enumerate(filled.addresses, start=1):
        if len(lines) > limit:
            one_each = len(filled.addresses) == len(filled.to) > 1
            yield Diagnostic(
                message=f"the address has {len(lines)} lines; {whose} holds {limit}",
                field=f"to.{number}" if one_each else "to",
                hint="join or drop lines",
                code="address-long",
                params=(("lines", len(lines)), ("limit", limit), ("letterhead", head.name)),
            )


def _codes(
    job: Job, head: definition.Letterhead, filled: Filled, parameters: Mapping[str, object], carrier: Carrier | None
) -> Iterator[Diagnostic]:
    from letterpress.letterhead import codes  # here: few letters have one

    standard = definition.standard_of(head, parameters, carrier)
    return codes.check(filled, standard, parameters, job.paper or head.papers[0])


@last
def _labels(langs: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """A note for each language of the letter whose labels are not known."""
    return tuple(
        Diagnostic(
            severity="note",
            message=f"there are no labels in {language.language_name(lang)}: "
            "Enclosure, Page, yes and no are printed in English",
            field="lang",
            hint="write such words into the letter yourself; dates, numbers and quotation marks are the language's",
            code="labels-english",
            value=lang,
        )
        for lang in dict.fromkeys(langs)
        if not language.has_labels(lang)
    )


@last
def _conformed(job: Job) -> Iterator[Diagnostic]:
    if job.signed_by and job.choices.copy == "conformed":
        message = "a conformed copy has no place for a digital signature: it states who has signed the original"
        hint = "sign the original, and make the conformed copy without a key"
        yield Diagnostic(message=message, field="--sign", hint=hint, code="conformed-signed")


def _signatures(choices: Choices, signatories: tuple[Signatory, ...]) -> tuple[Diagnostic, ...]:
    names = [signatory.name for signatory in signatories]
    found = [
        Diagnostic(
            message=f"{signatory.name} has no image of a signature to sign with in ink",
            field=f"signatories.{number}.sign",
            hint="add 'ink: FILE' (PNG or SVG) to the signatory, or choose blank, conformed or digital",
            code="ink-missing",
            value="ink",
            params=(("signatory", signatory.name),),
        )
        for number, signatory in enumerate(signatories, start=1)
        if signatory.sign == "ink" and not signatory.ink
    ]
    for name in sorted({name for name, _ in choices.sign} - set(names)):
        near = nearest(name, names)
        unknown = Diagnostic(
            message=f"'{name}' is not a signatory of this letter",
            field="signatories",
            hint=did_you_mean(name, names),
            code="signatory-unknown",
            value=name,
            fixes=fixes(name, near),
        )
        found.append(unknown)
    return tuple(found)
