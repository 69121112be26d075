"""Decides how a letter addresses its recipients: the salutation, its closing, the lines that name a person; and why.

What decides is the first of these that is known: the office, the title, the courtesy, the gender; else the form is
neutral. The forms are data (`data/forms.toml`, with sources).

Nobody's gender is guessed. It is known from the field `gender`, or from a word that the author chose: Ms., Frau, Dra.
The field is a gender and not a pronoun, since forms need the grammar of the letter's language (Frau or Herr, Estimada
or Estimado), which "they/them" does not say; `neutral` asks for the neutral form.

Not here: which part of a name is the family's (`names`); the words before a name (`honorifics`); whom they mean, one or
two or a family (`households`); one salutation for several (`several`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from letterpress.addressing import (
    address,
    capitals,
    certainty,
    form_choice,
    forms,
    honorifics,
    households,
    japanese,
    name_line,
    placeholders,
    several,
    words,
)
from letterpress.addressing import names as addressing_names
from letterpress.addressing.forms import Office
from letterpress.addressing.greeting import Greeting
from letterpress.addressing.honorifics import Titles
from letterpress.addressing.households import Reading
from letterpress.model import Party, Person

__all__ = ("Greeting", "greet", "name_lines", "unread", "unsure")


def greet(parties: Iterable[Party], lang: str, *, signers: int = 1) -> Greeting:
    """Find the salutation and closing for all recipients of a letter.

    :param signers: how many people sign it: a French closing has "Nous vous prions" of several.
    """
    found = capitals.of_greeting(_sure(_greet(parties, lang), lang), lang)
    if signers < 2:
        return found
    _, row = forms.language(lang)
    closing = found.closing
    for of_one, of_several in row.get("signed_by_several", ()):
        closing = closing.replace(of_one, of_several)
    return replace(found, closing=closing)


def _sure(greeting: Greeting, lang: str) -> Greeting:
    """Give a salutation that is understood whole, or the language's neutral one, which names nobody."""
    doubts = tuple(dict.fromkeys((*greeting.unsure, *certainty.of_text(greeting, lang))))
    neutral = _plain("unknown", lang, (), ("name: a name that is understood, or family",))
    if not doubts or greeting.salutation == neutral.salutation:
        return replace(greeting, unsure=())
    reasons = (f"{', '.join(map(repr, doubts))} is not understood: the salutation names nobody",)
    return replace(neutral, reasons=reasons, unread=greeting.unread, unsure=doubts)


def _greet(parties: Iterable[Party], lang: str) -> Greeting:
    single: list[Greeting] = []
    titles: list[Titles] = []
    for party in parties:
        for person in _people(party, lang):
            for greeting, known in _of_person(party, person, lang):
                single.append(greeting)
                titles.append(known)
    if not single:
        return _plain("unknown", lang, ("no recipient is named",), ("name: a name to address",))
    return single[0] if len(single) == 1 else several.joint(single, titles, lang)


def name_lines(party: Party, lang: str) -> list[str]:
    """Say who it is, for the inside address: in the style of the office if there is one, else as the author writes it.

    A line that the organisation or the address says already is left out; the author's title stands instead of the
    office's lines, and the author's honorific instead of the style's.
    """
    said = {line.casefold() for line in (party.organisation or "", *party.lines)}
    lines: list[str] = []
    for person in party.persons or (party,):
        row = forms.office(person.office, lang) or forms.office_anywhere(person.office) if person.office else None
        if row is None:
            lines += households.lines(person, lang)
        else:
            lines += [line for line in _office_lines(row, person, party, lang) if line.casefold() not in said]
    return lines


def unread(person: Person, lang: str) -> tuple[str, ...]:
    """Give what stands before a person's name and is not understood, so that no salutation has it; or the name."""
    reading = households.read(person, lang)
    words = [word for one in reading.persons for word in honorifics.read(one, lang).unread]
    return tuple(dict.fromkeys((*reading.unread, *words)))


def unsure(party: Party, person: Person, lang: str) -> tuple[str, ...]:
    """Give what is not understood of one of a party's persons, so that the salutation names nobody."""
    alone = replace(party, persons=(person,)) if party.persons else party
    return _sure(_greet((alone,), lang), lang).unsure


# --- one addressee ----------------------------------------------------------------------------------------------------


def _people(party: Party, lang: str) -> list[Person]:
    """Whom a party's salutation is for: its persons, or who is named for attention if the words say it is somebody."""
    if party.persons:
        return list(party.persons)
    attention = address.for_attention(party)
    if attention and honorifics.leading(attention, lang) and not party.office:
        named = party.name or party.given or party.family
        if not named or households.read(party, lang).kind == "firm":
            return [Person(name=attention)]
    return [party]


def _of_person(party: Party, person: Person, lang: str) -> list[tuple[Greeting, Titles]]:
    """How those are addressed whom one person's form of address and name mean: mostly one."""
    reading = households.read(person, lang)
    (first, titles), *others = _of_reading(party, person, reading, lang)
    if person.office:
        return [(first, titles), *others]
    doubts = certainty.of_reading(person, reading, titles, lang)
    return [(replace(first, unsure=(*doubts, *first.unsure)), titles), *others]


def _of_reading(party: Party, person: Person, reading: Reading, lang: str) -> list[tuple[Greeting, Titles]]:
    if reading.kind == "family" and reading.persons and not person.office:
        return [_with_family(party, reading, lang)]
    if reading.kind != "persons" and not person.office:
        return [(_of_group(reading, lang), honorifics.read(Person(), lang))]
    people = (
        reading.persons if reading.kind == "persons" and not (person.office and len(reading.persons) > 1) else (person,)
    )
    return _of_people(party, people, reading, lang)


def _of_people(party: Party, people: tuple[Person, ...], reading: Reading, lang: str) -> list[tuple[Greeting, Titles]]:
    titles = [honorifics.read(one, lang) for one in people]
    found = [_one(party, one, known, lang) for one, known in zip(people, titles, strict=True)]
    found[0] = replace(found[0], unread=tuple(dict.fromkeys((*reading.unread, *found[0].unread))))
    if len(found) > 1 and reading.shared:
        return several.couple(found, titles, people[-1].family or "", lang)
    return list(zip(found, titles, strict=True))


def _with_family(party: Party, reading: Reading, lang: str) -> tuple[Greeting, Titles]:
    """Mr John Smith and family."""
    pairs = _of_people(party, reading.persons, reading, lang)
    greetings, titles = [one for one, _ in pairs], [one for _, one in pairs]
    found = greetings[0] if len(greetings) == 1 else several.joint(greetings, titles, lang)
    text = f"{found.salutation} {words.salutations(lang)['and_family']}"
    return replace(found, salutation=text, closing=found.closing.replace(found.salutation, text)), titles[0]


def _of_group(reading: Reading, lang: str) -> Greeting:
    """How a family, a couple or a firm is addressed."""
    if reading.kind == "firm":
        greeting = _plain("organisation", lang, ("the name is a firm's",), (), reading.name)
        several_ = words.salutations(lang).get("bodies", {}).get(reading.name.partition(" ")[0].lower())
        if several_:
            text = several_.replace("{organisation}", reading.name)
            greeting = replace(greeting, salutation=text, named=(reading.name,), unsure=certainty.of_body(reading.name))
    elif reading.kind == "unsure":
        missing = ("family: the name does not show a family name",)
        greeting = replace(_plain("unknown", lang, ("a comma stands in the name",), missing), unsure=(reading.name,))
    else:
        greeting = _plain("group", lang, (f"the words say that it is a {several.NAMES[reading.kind]}",), ())
        text = several.of_group(reading, lang)
        _, row = forms.language(lang)
        closing = row["closing"].replace("{call}", text) if text else greeting.closing
        if text:
            greeting = replace(
                greeting,
                salutation=text,
                closing=closing,
                form=f"{lang}: {reading.kind}",
                named=(several.group_name(reading, lang),),
                unsure=certainty.of_names(reading.name, lang),
            )
    return replace(greeting, unread=reading.unread)


def _one(party: Party, person: Person, titles: Titles, lang: str) -> Greeting:
    return replace(_one_read(party, person, titles, lang), unread=titles.unread)


def _one_read(party: Party, person: Person, titles: Titles, lang: str) -> Greeting:
    name = _name(person, titles, party, lang)
    if person.office:
        row = forms.office(person.office, lang)
        text = _by_office(row, titles, name, party) if row is not None else None
        if text is not None and row is not None:
            values = placeholders.values(forms.language(row.lang)[1], name, party, country=row.country)
            greeting = _named(_greeting_of_office(row, text, titles, name, party, lang), values)
            return certainty.of_person(greeting, person, titles, name, lang)
    if not name.full:
        return _nameless(party, titles, lang)
    return _by_name(party, person, titles, name, lang)


def _by_name(party: Party, person: Person, titles: Titles, name: addressing_names.Name, lang: str) -> Greeting:
    tag, row = forms.language(lang)
    titles, name = form_choice.noble(row, titles, name)
    if titles.gender and " " not in name.full and not (name.family or name.given) and "full_with" in row:
        name = name._replace(family=name.full)  # Sra. García: D.ª stands before a given name only
    kind, template, title = form_choice.chosen(row, titles, name)
    reasons = [_unsaid(person.office, lang)] if person.office else []
    if kind == "titled":
        reasons.append(f"'{title}' is a title that salutations keep")
    if titles.reason:
        reasons.append(titles.reason)
    elif kind == "neutral":
        reasons.append("no gender is given: the neutral form")
    values = placeholders.values(row, name, party, title=title)
    text = placeholders.filled(template, values, name)
    reasons += [f"family name {name.family}: {name.reason}"] if name.family and "{family}" in template else []
    # A gender is asked for only where it would change something: English "Dear Dr. Lee" is the same for all.
    missing = []
    inflected = "titled_female" in row or "female" in (titles.title or ())
    matters = row["female"] != row["neutral"] if kind == "neutral" else kind == "titled" and inflected
    if titles.gender is None and matters:
        missing.append("gender: female or male (or an honorific)")
    if "honorable" in words.title_fold(f"{person.honorific} {titles.leading}") and not person.office:
        missing.append("office: the office held")
    if name.family is None and "{family}" in " ".join((template, row["female"])):
        missing.append(f"family: {name.reason}")
    key = row.get("neutral_source", row["source"]) if kind == "neutral" else row["source"]
    greeting = _greeting(row, text or row["unknown"], f"{tag}: {kind}", reasons, missing, key)
    greeting = _named(greeting, values)
    greeting = certainty.of_person(greeting, person, titles, name, lang)
    return _closed_by_office(greeting, titles, lang)


def _named(greeting: Greeting, values: Mapping[str, str]) -> Greeting:
    """Say which texts of a salutation are names."""
    return replace(greeting, named=tuple(values[key] for key in ("full", "family", "given") if values[key]))


def _closed_by_office(greeting: Greeting, titles: Titles, lang: str) -> Greeting:
    """Close with what the table has behind such a salutation, where somebody's office is said."""
    closing = forms.closing_for(greeting.salutation, lang) if titles.office else None
    return replace(greeting, closing=closing.replace("{call}", greeting.salutation)) if closing else greeting


def _unsaid(key: str, lang: str) -> str:
    """Why an office does not decide the salutation."""
    if forms.office(key, lang) is None:
        return f"{key} has no form in this language"
    return f"{key} stands in the address and not in the salutation"


def _nameless(party: Party, titles: Titles, lang: str) -> Greeting:
    missing = ("name: a name to address",)
    tag, row = forms.language(lang)
    if titles.office and titles.gender in titles.office:
        kind, template, office = form_choice.chosen(row, titles, addressing_names.Name("", None, None, ""))
        text = template.replace("{title}", office)
        greeting = _greeting(row, text, f"{tag}: {kind}", (titles.reason or "",), (), row["source"])
        greeting = certainty.of_function(greeting, titles)
        return _closed_by_office(greeting, titles, lang)
    if party.organisation:
        return _plain("organisation", lang, ("an organisation without a person",), missing, party.organisation)
    if titles.gender in ("female", "male") and "{" not in row[titles.gender] and row[titles.gender] != row["neutral"]:
        return _plain(titles.gender, lang, (titles.reason or "",), ())
    return _plain("unknown", lang, ("no name is given",), missing)


def _plain(
    kind: str, lang: str, reasons: tuple[str, ...], missing: tuple[str, ...], organisation: str = ""
) -> Greeting:
    tag, row = forms.language(lang)
    text = placeholders.single_line(row[kind].replace("{organisation}", organisation))
    greeting = _greeting(row, text, f"{tag}: {kind}", reasons, missing, row["source"], unknown=True)
    if "{organisation}" not in row[kind]:
        return greeting
    bare = placeholders.single_line(organisation)
    return replace(greeting, named=(bare,), unsure=certainty.of_body(bare))


def _greeting(
    row: Mapping[str, Any],
    text: str,
    form: str,
    reasons: Iterable[str],
    missing: Iterable[str],
    source: str,
    *,
    unknown: bool = False,
) -> Greeting:
    closing = row.get("closing_unknown", row["closing"]) if unknown else row["closing"]
    return Greeting(
        salutation=text,
        closing=closing.replace("{call}", text),
        form=form,
        reasons=tuple(reasons),
        missing=tuple(missing),
        source=forms.source(source),
        seen=bool(row.get("seen", False)),
    )


# --- by office --------------------------------------------------------------------------------------------------------


def _by_office(office: Office, titles: Titles, name: addressing_names.Name, party: Party) -> str | None:
    """The office's salutation; None where what it needs is not given."""
    template = office.of(party.city)[1][titles.gender or "neutral"]
    _, row = forms.language(office.lang)
    if not template:  # a profession, which stands in the address only
        return None
    if not name.full and template == row["neutral"]:
        return None
    values = {**placeholders.values(row, name, party, country=office.country), **office.words}
    expanded = re.sub(r"\{(her|him|acc|it)\}", lambda match: office.words.get(match[1]) or "\0", template)
    if "\0" in expanded:
        return None
    return placeholders.filled(expanded, values, name) or None


def _greeting_of_office(
    office: Office, text: str, titles: Titles, name: addressing_names.Name, party: Party, lang: str
) -> Greeting:
    _, row = forms.language(lang)
    closing = (office.closing or row["closing"]).replace("{call}", text)
    styles = office.of(party.city)[1]
    differs = len(set(styles.values())) > 1
    reasons = [f"the field 'office' says {office.key}"]
    if differs:
        reasons.append(titles.reason or "no gender is given: the neutral form")
    missing = ["gender: female or male (or an honorific)"] if differs and titles.gender is None else []
    if "{family}" in styles[titles.gender or "neutral"]:
        if name.family is None:
            missing.append(f"family: {name.reason}")
        else:
            reasons.append(f"family name {name.family}: {name.reason}")
    return Greeting(
        salutation=text,
        closing=closing,
        form=office.key,
        reasons=tuple(reasons),
        missing=tuple(missing),
        source=forms.source(office.source) if office.seen is None else office.seen,
        seen=office.seen is not None,
        doubt=office.doubt,
    )


def _office_lines(office: Office, person: Person, party: Party, lang: str) -> list[str]:
    titles = honorifics.read(person, lang)
    name = _name(person, titles, party, lang)
    written = _whole_name(person, titles)
    style = office.of(party.city)[0][titles.gender or "neutral"]
    said = name_line.as_address((*(person.honorific or "").split(), *titles.leading.split()), lang)
    honorific = honorifics.not_twice(" ".join(said), style)
    values = {**placeholders.values({}, name, party, country=office.country), **office.words, "full": written}
    named, others = [], []
    for line in style:
        if not re.search(r"\{(full|given|family)\}", line):
            others.append(placeholders.filled(line, values, None))
        elif "{titles}" in line:
            titled = line.replace("{titles}", honorifics.without_courtesy(honorific, lang))
            named.append(placeholders.filled(titled, values, None))
        elif honorific and addressing_names.behind(honorific):
            named.append(placeholders.single_line(f"{written} {honorific}"))
        elif honorific:
            behind = line.partition("{full}")[2] if "{full}" in line else ""
            named.append(placeholders.single_line(f"{honorific} {written}{behind}"))
        elif written:
            named.append(placeholders.filled(line, values, None) or written)
    first = bool(style) and not re.search(r"\{(full|given|family)\}", style[0])
    others = [line for line in others if line]
    if person.title:
        return [*(japanese.titled(named, person.title) if japanese.is_for(lang) else (*named, person.title))]
    return [*others, *named] if first else [*named, *others]


def _whole_name(person: Person, titles: Titles) -> str:
    """The name as the author writes it, with Jr. and PhD, without what leads it."""
    return titles.name or " ".join(part for part in (person.given, person.family) if part)


def _name(person: Person, titles: Titles, party: Party, lang: str) -> addressing_names.Name:
    given, family = person.given, person.family
    return addressing_names.split(titles.name, given=given, family=family, country=party.country, lang=lang)
