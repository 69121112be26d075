"""Fills the placeholders of a form of address: {full}, {family}, {title}, {city}.

Not here: which form somebody gets (`salutation`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from letterpress.addressing import names as addressing_names
from letterpress.addressing import regions
from letterpress.model import Party


def values(
    row: Mapping[str, Any], name: addressing_names.Name, party: Party, *, title: str = "", country: str | None = None
) -> dict[str, str]:
    """Give what may stand in a form.

    :param country: an office's, for the name of a region where the party names no country.
    """
    full = re.sub(r" (?:[&+/]|u\.?) ", row.get("last", " & "), name.full)
    family = name.family or full
    if row.get("particle_capital") and name.family:
        family = family[:1].upper() + family[1:]
    region = regions.name(party.country or country, party.region) if party.region else ""
    given = (name.given or "").split()
    values = {"full": full, "family": family, "given": given[0] if given else "", "title": title}
    return {**values, "region": region, "city": party.city or "", "organisation": party.organisation or ""}


def filled(template: str, values: Mapping[str, str], name: addressing_names.Name | None) -> str:
    """Fill the first alternative of a form whose values are all there.

    :param template: alternatives with `|` between them, the most telling first.
    :param name: given for a salutation, which may go without a name ("Dear Senator"): the last alternative, with
        nothing in the place of what is missing. None: a line that is not complete is left out.
    """
    alternatives = template.split("|")
    for alternative in alternatives:
        if all(values.get(key) for key in re.findall(r"\{([a-z]+)\}", alternative)):
            return single_line(_put_in(alternative, values))
    last = alternatives[-1]
    return single_line(_put_in(last, values)) if name is not None else ""


def _put_in(template: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda match: values.get(match[1], ""), template)


def single_line(text: str) -> str:
    """Write a text without blanks too many, and without a comma that nothing follows."""
    return " ".join(text.split()).rstrip(" ,،")
