"""Makes the page of offices: each form of address, where it was seen, and what speaks for another one.

Not here: the forms of people without an office, which `docs/salutations.md` describes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from letterpress.addressing import forms, salutation
from letterpress.addressing.forms import Office
from letterpress.model import Gender, Party

_COUNTRIES = {
    "US": "United States",
    "GB": "United Kingdom",
    "DE": "Germany",
    "AT": "Austria",
    "CH": "Switzerland",
    "FR": "France",
    "ES": "Spain",
    "IT": "Italy",
    "NL": "Netherlands",
    "JP": "Japan",
}
_GENDERS: tuple[Gender | None, ...] = ("female", "male", None)


def page() -> str:
    """Make the page in Markdown (MyST), without a title."""
    rows = forms.offices()
    version, date = forms.edition()
    counted = forms.counts(rows)
    parts = [
        f"Version {version} of {date.isoformat()}: {len(rows)} forms of address.\n",
        f"All were looked up. {counted['seen']} were seen on the page that is named, and {counted['corrected']} were"
        f" corrected then. {counted['not_seen']} were looked up in vain, and are as style guides teach them. Sources"
        f" differ on {counted['doubtful']}, which have the other reading beside them. `letterpress check` and `merge`"
        " note the use of either. `letterpress salutation --offices` counts them again.\n",
        "An example is for Kim Brook; what is separated by `·` is for a woman, a man, and where no gender is given.\n",
    ]
    for country in dict.fromkeys(row.country for row in rows):
        own = [row for row in rows if row.country == country]
        parts.append(f"## {_COUNTRIES[country]}\n")
        for lang in dict.fromkeys(row.lang for row in own):
            several = len({row.lang for row in own}) > 1
            parts += [f"### {country} ({lang})\n"] if several else []
            parts.append(_table(row for row in own if row.lang == lang))
    return "\n".join(parts)


def _table(rows: Iterable[Office]) -> str:
    head = ("key", "office", "address", "salutation", "seen", "another reading")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_row(row))} |" for row in rows)]) + "\n"


def _row(row: Office) -> Sequence[str]:
    name = "山田 太郎" if row.country == "JP" else "Kim Brook"
    parties = [Party(name=name, office=row.key, gender=gender, country=row.country) for gender in _GENDERS]
    lang = f"{row.lang}-{row.country}"
    addresses = [" / ".join(salutation.name_lines(party, lang)) for party in parties]
    calls = [salutation.greet([party], lang).salutation for party in parties]
    seen = row.seen or f"no; to be looked up in {forms.source(row.source)}"
    return [f"`{row.key}`", *map(_cell, (row.name, _once(addresses), _once(calls), seen, row.doubt or ""))]


def _once(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else " · ".join(texts)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
