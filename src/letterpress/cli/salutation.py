"""`letterpress salutation`: how somebody is addressed, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options, output
from letterpress.errors import ExitCode, UsageError, did_you_mean, fixes, nearest
from letterpress.model import Party
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.addressing.forms import Office
    from letterpress.addressing.salutation import Greeting

_FIELDS = (
    "name",
    "honorific",
    "title",
    "given",
    "family",
    "gender",
    "office",
    "organisation",
    "city",
    "region",
    "country",
)


def _party_options(function: Any) -> Any:
    helps = {
        "name": "The name as it is printed.",
        "honorific": "Before the name: Dr., Prof., Ms., The Honorable.",
        "title": "What the person is: Director, Member of Congress.",
        "given": "The given name, where NAME does not show it.",
        "organisation": "The firm, office or body.",
        "city": "Town or city; some forms name it.",
        "region": "State, province or prefecture; some forms name it.",
        "gender": "female, male or neutral.",
        "office": "Key of a form of address, such as us-senator.",
        "country": "Its name, or two letters of ISO 3166-1.",
        "family": "The family name, where NAME does not show it.",
    }
    for name in reversed(_FIELDS):
        function = click.option(f"--{name}", metavar="TEXT", help=helps.get(name))(function)
    return function


@output.command(epilog='Example: letterpress salutation --name "Dr. Ada Brook" --gender female --lang de')
@click.argument("letter", required=False, metavar="[LETTER.md]")
@_party_options
@click.option("--lang", metavar="LANGUAGE", help="Language of the letter; default: the letter's own, else en-US.")
@click.option("--offices", is_flag=True, help="List the offices that have a form; with --country those of one country.")
@options.limited()
def salutation(letter: str | None, lang: str | None, offices: bool, as_json: bool, **given: str | None) -> int:
    """Show the address lines, salutation and closing of a letter's recipients or of a person, and what decided.

    Give a letter, or the fields of a person as a letter's `to` has them.
    """
    from letterpress.text import language, language_names

    if lang is not None:
        lang = language_names.tag_or_same(lang)
        language.check(lang)
    if offices:
        return _list_offices(given["country"], as_json)
    if letter is not None:
        if any(given.values()):
            hint = "write the fields into the letter's 'to'"
            raise UsageError("give a letter or a person, not both", hint=hint, code="options-conflict")
        parties, tongue, home, signers = _of_letter(letter, lang)
    elif any(given.values()):
        from letterpress.addressing import address

        parties, tongue, signers = (_of_options(given),), lang or "en-US", 1
        home = address.home_country(None, tongue)
    else:
        hint = 'name a letter, or somebody: --name "Ada Brook"'
        raise UsageError("there is nobody to address", hint=hint, code="option-missing")
    _show(parties, tongue, home, signers, as_json)
    return ExitCode.DONE


def _of_options(given: dict[str, str | None]) -> Party:
    """:raises UsageError: a gender, office or country does not exist."""
    from letterpress.addressing import countries, forms, words

    gender = words.read_gender(given["gender"]) if given["gender"] else None
    if given["gender"] and gender is None:
        about: dict[str, Any] = {
            "code": "gender-unreadable",
            "value": given["gender"],
            "hint": "female, male or neutral",
        }
        raise UsageError(f"'{given['gender']}' does not say a gender", field="--gender", **about)
    wrong = forms.unknown_office(given["office"]) if given["office"] else None
    if wrong is not None:
        raise UsageError(wrong.at(field="--office"))
    country = given["country"] and countries.code(given["country"], "en")
    if given["country"] and (wrong := countries.unknown(given["country"], "en")):
        raise UsageError(wrong.at(field="--country"))
    values: dict[str, Any] = {**given, "gender": gender, "country": country}
    return Party(**values)


def _of_letter(path: str, lang: str | None) -> tuple[tuple[Party, ...], str, str | None, int]:
    """Recipients, language, the sender's country and number of signatories of a letter.

    A text that needs a record's values stays as it is.

    :raises LetterpressError: the letter has faults, or no recipient.
    """
    from letterpress.addressing import address
    from letterpress.content import reader

    stages.begin(path, "reading the letter")
    loaded = reader.load(path)
    if not loaded.to:
        hint = "its recipients come from a table; try one: --name, --gender, --lang"
        raise UsageError("the letter has no recipient", file=path, field="to", hint=hint, code="recipient-missing")
    tongue = lang or loaded.lang
    return loaded.to, tongue, address.home_country(loaded.sender, tongue), len(loaded.signatories)


def _show(parties: tuple[Party, ...], lang: str, home: str | None, signers: int, as_json: bool) -> None:
    from letterpress.addressing import address, forces, households
    from letterpress.addressing import salutation as forms_of_address
    from letterpress.text import language

    each = []
    for party in parties:
        shown = households.as_printed(forces.served(party), lang)
        names = forms_of_address.name_lines(shown, lang)
        shown = replace(shown, city=None, region=None, country=None) if _is_bare(party) else shown
        lines = address.lines(shown, home=home, lang=lang, names=names)
        each.append((lines, forms_of_address.greet((party,), lang)))
    whole = forms_of_address.greet(parties, lang, signers=signers)
    finished = language.finish_line(whole.salutation, "salutation", lang)
    closing = language.finish_line(whole.closing, "closing", lang)
    if as_json:
        document = {"lang": lang, "salutation": finished, "closing": closing, **_why(whole)}
        output.document({**document, "recipients": [_recipient(*one, lang) for one in each]})
        return
    for lines, greeting in each:
        if lines:
            click.echo("\n".join(lines) + "\n")
        if len(each) > 1:
            _print(language.finish_line(greeting.salutation, "salutation", lang), None, greeting)
    _print(finished, closing, whole)


def _is_bare(party: Party) -> bool:
    """Somebody without an address, of whom a city or region says only where they are mayor or governor."""
    return not (party.street or party.postcode or party.lines)


def _recipient(lines: Iterable[str], greeting: Greeting, lang: str) -> dict[str, Any]:
    from letterpress.text import language

    text = language.finish_line(greeting.salutation, "salutation", lang)
    closing = language.finish_line(greeting.closing, "closing", lang)
    return {"address": list(lines), "salutation": text, "closing": closing, **_why(greeting)}


def _why(greeting: Greeting) -> dict[str, Any]:
    return {
        "form": greeting.form,
        "reasons": list(greeting.reasons),
        "missing": list(greeting.missing),
        "source": greeting.source,
        "seen": greeting.seen,
        "doubt": greeting.doubt,
    }


def _print(text: str, closing: str | None, greeting: Greeting) -> None:
    click.echo(text)
    if closing:
        click.echo(f"  ... {closing}")
    click.echo(f"\nform     {greeting.form}")
    for label, lines in (("because", greeting.reasons), ("to name", greeting.missing)):
        for at, line in enumerate(lines):
            click.echo(f"{label if at == 0 else '':<8} {line}")
    if greeting.doubt:
        click.echo(f"or       {greeting.doubt}")
    click.echo(f"source   {greeting.source}{'' if greeting.seen else ' (as taught; not found there)'}\n")


def _list_offices(country: str | None, as_json: bool) -> int:
    from letterpress.addressing import forms

    offices = forms.offices(country.upper() if country else None)
    if not offices:
        known = sorted({office.country for office in forms.offices()})
        near = fixes(country, nearest(country or "", known))
        about: dict[str, Any] = {"code": "country-unknown", "value": country, "fixes": near}
        hint = did_you_mean(country or "", known)
        raise UsageError(f"there are no offices of '{country}'", field="--country", hint=hint, **about)
    if as_json:
        version, date = forms.edition()
        listed = [_office(office) for office in offices]
        counted = forms.counts(offices)
        output.document({"version": version, "date": date.isoformat(), "counts": counted, "offices": listed})
        return ExitCode.DONE
    width = max(len(office.key) for office in offices)
    for office in offices:
        short = f" ({office.abbreviation})" if office.abbreviation else ""
        click.echo(f"{office.key:<{width}}  {office.lang}  {office.name}{short}")
    counted = forms.counts(offices)
    text = "{forms} forms: {seen} seen on a page, {corrected} corrected then, {doubtful} with another reading, "
    click.echo(f"{text}{{not_seen}} not found".format(**counted), err=True)
    return ExitCode.DONE


def _office(office: Office) -> dict[str, Any]:
    from letterpress.addressing import forms

    return {
        "key": office.key,
        "name": office.name,
        "country": office.country,
        "lang": office.lang,
        "abbreviation": office.abbreviation,
        "source": forms.source(office.source),
        "seen": office.seen,
        "doubt": office.doubt,
    }
