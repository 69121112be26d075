"""Fills sender and recipients of a letter, and lets its other texts name them.

A record's parts replace those of the letter's first recipient and of its sender; another name is another person.

Not here: how an address or a salutation is written (`addressing`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from letterpress.addressing import address, countries, forces, households, words
from letterpress.errors import Diagnostic, Problem
from letterpress.filling import field_titles, field_values, posted, source_locations, standing
from letterpress.filling.checks import PARTY, SHOWN, doubts, unposted
from letterpress.filling.context import MISSING, Faults, FillContext, counted
from letterpress.filling.texts import check_value, fill_text, fill_texts
from letterpress.frozen import once
from letterpress.model import Letter, Party, Person, Signatory
from letterpress.templating.filters import Values
from letterpress.text import account_numbers, bilingual, language

_PARTS = ("street", "postcode", "city", "region", "country")
_PERSON = tuple(field.name for field in dataclasses.fields(Person))
_FIELDS = {kind: tuple(field.name for field in dataclasses.fields(kind)) for kind in (Person, Party, Signatory)}
_OWN = ("given", "family", "gender", "office", "honorific")
"""Parts of a person that say nothing of another one."""
_LINED = ("street", "organisation", "title")
"""Parts whose lines a record may give as a list."""
_NOBODY = Party()
"""What a record's parts go into where the letter has no recipient; one object, of which is remembered what it has."""
_AUTO = "auto"
"""As `salutation` or `closing`: what the table of forms of address gives for the recipients."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """Sender and recipients, with the lines of their addresses."""

    to: tuple[Party, ...]
    sender: Party | None
    addresses: tuple[tuple[str, ...], ...]
    """For each recipient."""
    sender_lines: tuple[str, ...]


def fill_parties(context: FillContext, faults: Faults) -> Addressed:
    """Fill sender and recipients, and write their addresses."""
    letter, lang = context.letter, context.lang
    one = len(letter.to) == 1
    to = tuple(_party(context, faults, party, "to" if one else f"to.{at}", at) for at, party in counted(letter.to))
    if not to and any(name.startswith("to.") for name in context.given):
        to = (_party(context, faults, _NOBODY, "to", 1),)
    own = any(name.startswith("from.") for name in context.given) or standing.templates(letter).sender
    sent = _sender(context, faults) if own else standing.kept(context, faults, "from", lambda: _sender(context, faults))
    _warn_of_words(context, faults, to)
    going = tuple(forces.served(party) for party in to)
    written = [households.as_printed(party, lang) for party in going]
    homes = [posted.home(context.job, party, sent.home, lang) for party in going]
    lined = zip(written, homes, strict=True)
    addresses = tuple(address.lines(party, home=home, lang=lang, names=_styled(party, lang)) for party, home in lined)
    for path, party in [("to" if len(to) == 1 else f"to.{at}", party) for at, party in counted(to)]:
        faults.add(doubts(letter, path, party, sent.home))
        if context.job.record is None:  # of a list's, nobody.incomplete says it
            faults.add(unposted(letter, path, party, lang, sent.home))
    faults.add(sent.doubts)
    return Addressed(going, sent.party, addresses, sent.lines)


class _Sender(NamedTuple):
    party: Party | None
    home: str | None
    lines: tuple[str, ...]
    doubts: tuple[Diagnostic, ...]


def _sender(context: FillContext, faults: Faults) -> _Sender:
    letter, lang = context.letter, context.lang
    sender = _party(context, faults, letter.sender, "from", 1) if letter.sender is not None else None
    home = address.home_country(sender, lang)
    if sender is None:
        return _Sender(None, home, (), ())
    lines = address.lines(sender, home=home, lang=lang, delivered=False)
    return _Sender(sender, home, lines, tuple(doubts(letter, "from", sender, home)))


def named(context: FillContext, parties: Addressed) -> FillContext:
    """Let templates name sender and recipients."""
    if context.plain:
        return context
    greetings = _salutations(context, parties.to)
    titles = field_titles.of_party() if context.titled else {}
    groups = [
        Values(
            "to",
            titles
            | _said(_named_together(party, context.lang))
            | _gender(party, context.lang)
            | {"address": lines, "salutation": greeting},
            SHOWN,
        )
        for party, lines, greeting in zip(parties.to, parties.addresses, greetings, strict=True)
    ]
    to = groups[0] if groups else Values("to", titles, SHOWN)
    sender = Values("from", titles | (_said(as_dict(parties.sender)) if parties.sender else {}), SHOWN)
    return context.naming(**{"recipients": groups, "to": to, "from": sender})


def _said(parts: dict[str, Any]) -> dict[str, Any]:
    """The parts that hold something."""
    return {name: value for name, value in parts.items() if value is not None}


def _gender(party: Party, lang: str) -> dict[str, Any]:
    """The gender by which a recipient is addressed: of a word of address too, and none of two people."""
    return {} if party.persons else {"gender": households.gender(party, lang)}


def by_form(text: str | None, name: str, to: tuple[Party, ...], lang: str, signers: int) -> str | None:
    """Give the text, or for `auto` what the table of forms of address says for all recipients.

    :param name: the text's field.
    :param signers: how many people sign the letter.
    """
    if name not in ("salutation", "closing") or bilingual.automatic(text) != _AUTO:
        return text
    from letterpress.addressing import salutation

    greeting = salutation.greet(to, lang, signers=signers)
    return greeting.salutation if name == "salutation" else greeting.closing


def as_dict(value: Any) -> dict[str, Any]:
    """Give a frozen value as what templates see: its fields that hold something."""
    seen = {name: getattr(value, name) or None for name in _FIELDS[type(value)]}
    if persons := seen.get("persons"):
        seen["persons"] = [Values("person", as_dict(person)) for person in persons]
    return seen


def _named_together(party: Party, lang: str) -> dict[str, Any]:
    """A recipient as templates see it; of several persons, `name` has all their names."""
    seen = as_dict(party)
    if party.persons and not party.name:
        names = [person.name or " ".join(filter(None, (person.given, person.family))) for person in party.persons]
        seen["name"] = language.listed([name for name in names if name], lang)
    return seen


def _party(context: FillContext, faults: Faults, party: Party, path: str, at: int) -> Party:
    """Fill the texts of a party, and put the record's parts in, for the first recipient and the sender.

    :param at: its number among the parties of its role, from 1.
    """
    role = path.partition(".")[0]
    given = _given(context, role) if at == 1 else {}
    own = _own_parts(party)
    persons = party.persons
    if given.get("name"):  # another name is another person
        own, persons = _without(own, _OWN), ()
    changes: dict[str, Any] = {}
    if persons:
        changes["persons"] = tuple(
            _person(context, faults, person, f"{path}.persons.{number}") for number, person in counted(persons)
        )
    if given.get("persons"):
        changes["persons"] = _given_persons(context, faults, given["persons"], f"{role}.persons")
        own, given = _without(own, _PERSON), _without(given, _PERSON)
    for name in PARTY:
        value = given.get(name)
        if value not in (None, "", []):
            changes[name] = _part(faults, name, value, f"{role}.{name}", context.lang)
        elif name in own:
            changes[name] = fill_text(context, faults, own[name], f"{path}.{name}")
    if "country" in changes:
        place = f"{role}.country" if given.get("country") else f"{path}.country"
        changes["country"] = _country(context, faults, changes["country"], place)
    if given.get("lines"):
        lines = given["lines"]
        changes["lines"] = tuple(lines.split("\n")) if isinstance(lines, str) else tuple(map(str, lines))
        if not check_value(faults, changes["lines"], f"{role}.lines"):
            changes["lines"] = (MISSING,)
    elif any(given.get(part) for part in _PARTS):
        changes["lines"] = ()
    else:
        changes["lines"] = fill_texts(context, faults, party.lines, f"{path}.lines")
    if party.foot:
        columns = counted(party.foot)
        changes["foot"] = tuple(fill_texts(context, faults, column, f"{path}.foot.{at}") for at, column in columns)
        _check_foot(faults, changes["foot"], f"{path}.foot")
    return Party(**changes)


def _check_foot(faults: Faults, foot: Sequence[Sequence[str]], path: str) -> None:
    """Warn of an account to which nobody can pay."""
    for at, column in counted(foot):
        for number, line in counted(column):
            if (wrong := account_numbers.wrong_iban(line)) is not None:
                message = f"'{wrong}' is no IBAN: its length or its check digits are wrong"
                problem = Problem(message, "copy it from the account's papers", "iban-doubtful", wrong)
                faults.of_field(problem, f"{path}.{at}.{number}", "warning")


@once
def _own_parts(party: Party) -> Mapping[str, str]:
    """The parts that a party has itself."""
    return {name: value for name in PARTY if (value := getattr(party, name)) is not None}


def _given(context: FillContext, role: str) -> Mapping[str, Any]:
    """The parts of a party that the record gives."""
    prefix = f"{role}."
    return {name.removeprefix(prefix): value for name, value in context.given.items() if name.startswith(prefix)}


def _without(parts: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    """The parts of a party but for some."""
    if parts.keys().isdisjoint(names):
        return parts
    return {name: value for name, value in parts.items() if name not in names}


def _given_persons(context: FillContext, faults: Faults, value: Any, path: str) -> tuple[Person, ...]:
    """The persons that the records of a household give, or a list of groups in a single record."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        faults.of_field(Problem("is no list of persons", "give each its name, honorific ...", "type-wrong"), path)
        return ()
    found: list[Person] = []
    for at, one in counted(value):
        parts: dict[str, Any] = {
            name: _part(faults, name, one[name], f"{path}.{at}.{name}", context.lang)
            for name in _PERSON
            if one.get(name)
        }
        found.append(Person(**parts))
    return tuple(found)


def _person(context: FillContext, faults: Faults, person: Person, path: str) -> Person:
    """Fill the texts of one of several persons over one address."""
    changes: dict[str, Any] = {
        field.name: fill_text(context, faults, getattr(person, field.name), f"{path}.{field.name}")
        for field in dataclasses.fields(person)
    }
    return dataclasses.replace(person, **changes)


def _country(context: FillContext, faults: Faults, text: str | None, path: str) -> str | None:
    """Give the code of a country, by whatever name it goes; a fault where nobody knows it."""
    if not text or text == MISSING:
        return text
    wrong = countries.unknown(text, context.lang)
    if wrong is not None:
        faults.of_field(wrong, path)
    return countries.code(text, context.lang) or text


def _part(faults: Faults, name: str, value: Any, path: str, lang: str) -> str | None:
    """Read a part of a party that a record gives; None, or `MISSING`, with a fault where it cannot be used."""
    if not check_value(faults, value, path):
        return MISSING
    if not isinstance(value, str):
        if name in _LINED and isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
            value = "\n".join(value)
        if isinstance(value, list | tuple | Mapping):
            faults.of_field(field_values.several(value), path)
            return MISSING
    text = field_values.as_text(value)
    if name == "gender":
        gender = words.read_gender(text, lang)
        if gender is None and text.strip():
            hint = "the letter is written as if it were not known; write female, male or neutral, or leave it empty"
            problem = Problem(f"'{text}' does not say a gender", hint, "gender-unreadable", text)
            faults.of_field(problem, path, "warning")
        return gender
    if name != "office":
        return text
    from letterpress.addressing import forms

    wrong = forms.unknown_office(text)
    if wrong is not None:
        faults.of_field(wrong, path)
        return None
    doubt = forms.reservation(text, lang)  # of the letter's own, `check` says it
    if doubt is not None:
        faults.of_field(doubt, path, "note")
    return text


def _styled(party: Party, lang: str) -> list[str]:
    """Write the lines that name a party: in an office's style, else with words of address as the language has them."""
    people = party.persons or (party,)
    if not any(person.office for person in (party, *party.persons)):
        return [line for person in people for line in households.lines(person, lang)]
    from letterpress.addressing import salutation

    return salutation.name_lines(party, lang)


def _warn_of_words(context: FillContext, faults: Faults, to: tuple[Party, ...]) -> None:
    """Note a form of address without a name, and what of it no salutation can have."""
    if _greets(context):
        _warn_of_english(context, faults)
    for at, party in counted(to):
        path = "to" if len(to) == 1 else f"to.{at}"
        for number, person in counted(party.persons or (party,)):
            where = f"{path}.persons.{number}" if party.persons else path
            if person.honorific and not (person.name or person.given or person.family or person.office):
                if context.job.record is not None or households.needs_no_name(party, person.honorific, context.lang):
                    continue  # said of the list's record already
                message = f"'{person.honorific}' stands before no name"
                hint = "it is not printed; give the name, or leave it out"
                problem = Problem(message, hint, "honorific-nameless", person.honorific)
                faults.of_field(problem, f"{where}.honorific", "warning")
            elif _greets(context) and (person.honorific or person.name or person.given or person.family):
                _warn_of_person(context, faults, party, person, where)


def _warn_of_english(context: FillContext, faults: Faults) -> None:
    from letterpress.addressing import forms
    from letterpress.text import language

    if not forms.has_language(context.lang):
        message = f"there are no forms of address in {language.language_name(context.lang)}: English ones are printed"
        problem = Problem(message, "write salutation and closing yourself", "salutation-english", context.lang)
        faults.of_field(problem, "salutation", "warning")


def _warn_of_person(context: FillContext, faults: Faults, party: Party, person: Person, where: str) -> None:
    from letterpress.addressing import salutation

    unsure = salutation.unsure(party, person, context.lang)
    if unsure:
        listed = ", ".join(f"'{word}'" for word in unsure)
        message = f"{listed} {'is' if len(unsure) == 1 else 'are'} not understood in '{_typed(person)}'"
        if unsure == (person.given,):
            message = f"'{_typed(person)}' has a given name and no family name"
        hint = "write one person's name as in 'Ada Brook', with its capitals and without"
        hint += " remarks, what is a firm's as organisation, or write the salutation yourself"
        faults.of_field(
            Problem(f"{message}: the salutation names nobody", hint, "name-unread", _typed(person)),
            f"{where}.name",
            "warning",
        )
    if person.honorific is None and not households.has_words(person.name or "", context.lang):
        return
    field = f"{where}.honorific" if person.honorific else f"{where}.name"
    said = households.gender(dataclasses.replace(person, gender=None), context.lang)
    if said and person.gender and person.gender != "neutral" and said != person.gender:
        message = f"'{person.honorific or person.name}' says {said}, and the field 'gender' says {person.gender}"
        hint = "the form of address is taken; mend the one that is wrong"
        faults.of_field(Problem(message, hint, "gender-contradicted", person.gender), field, "warning")
    dead = households.dead(person)
    if dead is not None:
        hint = "delete the record, or write to the heirs: Erben, Estate of ..."
        problem = Problem(f"'{person.name}' cannot have a letter: '{dead}'", hint, "addressee-deceased", person.name)
        faults.of_field(problem, f"{where}.name", "warning")
    unread = () if unsure else salutation.unread(person, context.lang)
    if households.read(person, context.lang).kind == "unsure":
        message = f"'{person.name}' is not understood as a name: the salutation names nobody"
        hint = "write it as in 'Ada Brook' or 'Brook, Ada', or give the family name: family"
        faults.of_field(Problem(message, hint, "name-unread", person.name), f"{where}.name", "warning")
    elif unread:
        listed = ", ".join(f"'{word}'" for word in unread)
        message = f"{listed} {'is' if len(unread) == 1 else 'are'} not understood as a form of address"
        hint = f"the salutation goes without it; write it as in {words.examples(context.lang)}, or leave it empty"
        faults.of_field(Problem(message, hint, "honorific-unread", " ".join(unread)), field, "warning")


def _typed(person: Person) -> str:
    return " ".join(
        filter(None, (person.honorific, person.name or " ".join(filter(None, (person.given, person.family)))))
    )


def _greets(context: FillContext) -> bool:
    """Say whether the letter has a salutation that is made for its recipients."""
    letter = context.letter
    texts = (letter.salutation, letter.closing, context.given.get("salutation"), context.given.get("closing"))
    return _AUTO in map(bilingual.automatic, texts) or _asks_for_salutation(context.letter)


@once
def _asks_for_salutation(letter: Letter) -> bool:
    return "salutation" in letter.body.template or any(
        "{{" in text and "salutation" in text for _, text in source_locations.texts(letter)
    )


def _salutations(context: FillContext, to: tuple[Party, ...]) -> list[str | None]:
    """Give each recipient's salutation, for templates; it is looked up only if one asks for it."""
    if not _asks_for_salutation(context.letter):
        return [None] * len(to)
    from letterpress.addressing import salutation

    return [salutation.greet((party,), context.lang).salutation for party in to]
