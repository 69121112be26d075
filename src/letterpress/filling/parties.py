"""Fills sender and recipients of a letter, and lets its other texts name them.

A record's parts replace those of the letter's first recipient and of its sender; another name is another person.

Not here: how an address or a salutation is written (`addressing`).
"""

from __future__ import annotations

import dataclasses
from typing import Any

from letterpress.addressing import address
from letterpress.errors import Problem
from letterpress.filling import field_values, source_locations
from letterpress.filling.checks import PARTY, SHOWN, wrong_postcode
from letterpress.filling.texts import MISSING, TextFiller, counted
from letterpress.model import Party, Person
from letterpress.templating.filters import Values

_PARTS = ("street", "postcode", "city", "region", "country")
_AUTO = "auto"
"""As `salutation` or `closing`: what the table of forms of address gives for the recipients."""


class PartyFiller(TextFiller):
    """One filling of one letter, as far as its parties go."""

    def party(self, party: Party, path: str, at: int) -> Party:
        """Fill the texts of a party, and put the record's parts in, for the first recipient and the sender.

        :param at: its number among the parties of its role, from 1.
        """
        role = path.partition(".")[0]
        persons = tuple(self._person(one, f"{path}.persons.{at}") for at, one in counted(party.persons))
        given = {
            name.removeprefix(f"{role}."): value for name, value in self.given.items() if name.startswith(f"{role}.")
        }
        if at > 1:
            given = {}
        if given.get("name"):  # another name is another person
            party = dataclasses.replace(party, given=None, family=None, gender=None, office=None, honorific=None)
            persons = ()
        changes: dict[str, Any] = {"persons": persons}
        for name in PARTY:
            value = given.get(name)
            if value not in (None, ""):
                changes[name] = field_values.as_text(value) if self.check_text(value, f"{role}.{name}") else MISSING
                if name == "country" and not address.is_country(changes[name]):
                    message = f"there is no country '{changes[name]}'"
                    hint = "give the two letters of ISO 3166-1, such as US or DE"
                    self.fault(Problem(message, hint, "country-unknown", changes[name]), f"{role}.country")
                if name in ("gender", "office") and changes[name] != MISSING:
                    changes[name] = self._choice(name, changes[name], f"{role}.{name}")
            else:
                changes[name] = self.text(getattr(party, name), f"{path}.{name}")
        if given.get("lines"):
            lines = given["lines"]
            changes["lines"] = tuple(lines.split("\n")) if isinstance(lines, str) else tuple(map(str, lines))
            if not self.check_text(changes["lines"], f"{role}.lines"):
                changes["lines"] = (MISSING,)
        elif any(given.get(part) for part in _PARTS):
            changes["lines"] = ()
        else:
            changes["lines"] = self.texts(party.lines, f"{path}.lines")
        changes["foot"] = tuple(self.texts(column, f"{path}.foot.{number}") for number, column in counted(party.foot))
        return Party(**changes)

    def _person(self, one: Person, path: str) -> Person:
        """Fill the texts of one of several persons over one address."""
        changes: dict[str, Any] = {
            field.name: self.text(getattr(one, field.name), f"{path}.{field.name}") for field in dataclasses.fields(one)
        }
        return dataclasses.replace(one, **changes)

    def _choice(self, name: str, value: str, path: str) -> str | None:
        """Read a gender or an office that a record gives, as the table of forms of address has it; None: a fault."""
        from letterpress.addressing import forms

        if name == "gender":
            gender = forms.read_gender(value)
            if gender is None:
                hint = "write female, male or neutral, or leave it empty"
                self.fault(Problem(f"'{value}' does not say a gender", hint, "gender-unreadable", value), path)
            return gender
        wrong = forms.unknown_office(value)
        if wrong is not None:
            self.fault(wrong, path)
        return value if wrong is None else None

    def styled(self, party: Party) -> list[str] | None:
        """Write the lines that name a party with an office, in its style; None for anybody else."""
        if not any(one.office for one in (party, *party.persons)):
            return None
        from letterpress.addressing import salutation

        return salutation.name_lines(party, self.lang)

    def by_form(self, text: str | None, name: str, to: tuple[Party, ...]) -> str | None:
        """Give the text, or for `auto` what the table of forms of address says for all recipients."""
        if text != _AUTO or name not in ("salutation", "closing"):
            return text
        from letterpress.addressing import salutation

        greeting = salutation.greet(to, self.lang)
        return greeting.salutation if name == "salutation" else greeting.closing

    def warn_of_postcodes(self, to: tuple[Party, ...], sender: Party | None, home: str | None) -> None:
        """Note each postcode that its country cannot have."""
        parties = [("to" if len(to) == 1 else f"to.{at}", one) for at, one in counted(to)]
        for path, one in (*parties, *([("from", sender)] if sender is not None else [])):
            found = wrong_postcode(self.letter, path, one, home)
            if found is not None:
                self.faults.append(dataclasses.replace(found, record=self.job.record))

    def _salutations(self, to: tuple[Party, ...]) -> list[str | None]:
        """Give each recipient's salutation, for templates; it is looked up only if one asks for it."""
        if "salutation" not in self.letter.body.template and not any(
            "{{" in text and "salutation" in text for _, text in source_locations.texts(self.letter)
        ):
            return [None] * len(to)
        from letterpress.addressing import salutation

        return [salutation.greet((party,), self.lang).salutation for party in to]

    def offer_parties(
        self, sender: Party | None, to: tuple[Party, ...], addresses: tuple[tuple[str, ...], ...]
    ) -> None:
        """Let the other texts name sender and recipients."""
        known = SHOWN
        groups = [
            Values("to", as_dict(party) | {"address": lines, "salutation": greeting}, known)
            for party, lines, greeting in zip(to, addresses, self._salutations(to), strict=True)
        ]
        self.context["recipients"] = groups
        self.context["to"] = groups[0] if groups else Values("to", {}, known)
        self.context["from"] = Values("from", as_dict(sender) if sender else {}, known)


def as_dict(value: Any) -> dict[str, Any]:
    """Give a frozen value as what templates see: its fields that hold something."""
    seen = {field.name: getattr(value, field.name) or None for field in dataclasses.fields(value)}
    if persons := seen.get("persons"):
        seen["persons"] = [Values("person", as_dict(person)) for person in persons]
    return seen
