"""Makes one salutation for several people, for a couple of one name, and for a family.

Not here: how one of them is addressed (`salutation`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from letterpress.addressing import forms, words
from letterpress.addressing.greeting import Greeting
from letterpress.addressing.honorifics import Titles
from letterpress.addressing.households import Reading

_LISTED = 3  # people whom a salutation names; more are addressed as a group
NAMES = {
    "family": "family",
    "families": "group of families",
    "married": "couple",
    "doctors": "couple",
    "men": "group of men",
    "women": "group of women",
    "group": "group",
}
"""What a reading's kind is called."""


def of_group(reading: Reading, lang: str) -> str | None:
    """The salutation of a family, a couple whose genders are not said, or several of one gender and one name.

    :returns: None where the language has none of its own: the group's.
    """
    template = words.salutations(lang).get(reading.kind)
    if template is None or not reading.name:
        return None
    return str(template).replace("{family}", group_name(reading, lang))


def group_name(reading: Reading, lang: str) -> str:
    """A family's or a couple's name as a salutation has it: Geachte familie De Vries en Bos."""
    _, row = forms.language(lang)
    return _capital(re.sub(r" (?:[&+/]|u\.?) ", row.get("last", " & "), reading.name), lang)


def _capital(family: str, lang: str) -> str:
    """Geachte familie De Vries: a particle has a capital where no given name stands before it."""
    _, row = forms.language(lang)
    return family[:1].upper() + family[1:] if row.get("particle_capital") else family


def couple(single: list[Greeting], titles: list[Titles], family: str, lang: str) -> list[tuple[Greeting, Titles]]:
    """Two people whose family name stands once: together where the language has that, else one by one."""
    own = words.salutations(lang)
    _, row = forms.language(lang)
    family = _capital(family, lang)
    both = list(zip(single, titles, strict=True))
    plain = all(one.title is None and not one.other for one in titles)
    if "couple" in own and plain and sorted(str(one.gender) for one in titles) == ["female", "male"]:
        text = str(own["couple"]).replace("{family}", family)
    elif own.get("together") and (heads := _heads(single, titles, row, family, own)):
        text = f"{row['share']}{row['last'].join(heads)} {family}"
    else:
        return sorted(both, key=lambda one: own.get("women_first", False) and one[1].gender != "female")
    unread = tuple(word for one in single for word in one.unread)
    reasons = tuple(dict.fromkeys(reason for one in single for reason in one.reasons))
    whole = replace(
        single[0],
        salutation=text,
        form=f"{forms.language(lang)[0]}: couple",
        reasons=reasons,
        unread=unread,
        named=(family, *(name for one in single for name in one.named)),
        unsure=tuple(doubt for one in single for doubt in one.unsure),
    )
    return [(whole, titles[0])]


def _heads(
    single: list[Greeting], titles: list[Titles], row: Mapping[str, Any], family: str, own: Mapping[str, Any]
) -> list[str]:
    """Mr. and Mrs., before the name that both have; none where somebody would be without a title.

    Beside a Mrs of the same name stands a Mr, whose own title the usage leaves out: The Rev and Mrs John Smith. A word
    of another language for a woman beside her husband, such as Mme, says neither Ms nor Mrs: she is Mrs, as he is Mr.
    """
    courtesies = row["courtesies"]
    wife = courtesies.get(own.get("wife", ""))
    married = wife is not None and any(one.courtesy == wife for one in titles)
    heads = []
    for one, title in zip(single, titles, strict=True):
        said = title.title is not None or title.other or title.courtesy or title.gender
        if said and _ends(one, row, family):
            head = one.salutation.removeprefix(row["share"]).removesuffix(f" {family}")
            plain = title.title is None and not title.other and title.courtesy is None
            beside = any(other.gender == "male" for other in titles)
            heads.append(wife if wife and plain and beside and title.gender == "female" else head)
        elif married and title.gender is None and title.title is None and title.courtesy is None:
            heads.append(courtesies["mr"])
    return heads if len(heads) == len(single) else []


def _ends(one: Greeting, row: Mapping[str, Any], family: str) -> bool:
    """Whether a salutation is a title and the family name."""
    text = one.salutation
    return text.startswith(row["share"]) and text.endswith(f" {family}") and len(text) > len(row["share"] + family) + 1


def joint(single: list[Greeting], titles: list[Titles], lang: str) -> Greeting:
    """One salutation for several people: each named, up to three; else the group's.

    Languages that have a plural ("Mesdames") use it where all are addressed by gender alone. Where somebody would be
    addressed by a phrase that names nobody, the others cannot be named beside it: the group is addressed.
    """
    tag, row = forms.language(lang)
    texts = list(dict.fromkeys(one.salutation for one in single))
    closings = list(dict.fromkeys(one.closing for one in single))
    plain = all(one.form.startswith(f"{tag}: ") and one.form.split(": ")[1] in ("female", "male") for one in single)
    kind = "several"
    if len(single) > _LISTED:
        kind, text = "group", row["group"]
    elif "plural_female" in row and plain:
        text = _plural([str(one.gender) for one in titles], row)
    elif any(one.form.endswith((": neutral", ": unknown")) and "{" not in row["neutral"] for one in single):
        kind, text = ("group", row["group"]) if len(texts) > 1 or len(single) > 1 else ("several", texts[0])
    elif len(texts) == 1 and len(single) > 1 and plain and (own := _of_one_gender(titles, lang)):
        text = own
    elif len(texts) == 1:
        text = texts[0] if row["join"] == "、" else row["group"] if len(single) > 1 else texts[0]
    else:
        text = _listed(texts, row)
    text = _japanese(texts, text, row)
    closing = closings[0] if len(closings) == 1 else row["closing"]
    if "{call}" in row["closing"]:
        closing = row["closing"]
    reasons = [f"{len(single)} people: {'named one by one' if kind == 'several' else 'addressed as a group'}"]
    return Greeting(
        salutation=text,
        closing=closing.replace("{call}", text),
        form=f"{tag}: {kind}",
        reasons=(*reasons, *dict.fromkeys(reason for one in single for reason in one.reasons)),
        missing=tuple(dict.fromkeys(missing for one in single for missing in one.missing)),
        source=single[0].source,
        seen=all(one.seen for one in single),
        doubt=next((one.doubt for one in single if one.doubt), None),
        unread=tuple(dict.fromkeys(word for one in single for word in one.unread)),
        named=tuple(dict.fromkeys(name for one in single for name in one.named)),
        unsure=tuple(dict.fromkeys(doubt for one in single for doubt in one.unsure)),
    )


def _of_one_gender(titles: list[Titles], lang: str) -> str | None:
    """Two women or two men of one name, in languages that have a form without it: Sehr geehrte Damen."""
    genders = {one.gender for one in titles}
    found = words.salutations(lang).get(
        {"female": "women", "male": "men"}.get(str(*genders), "") if len(genders) == 1 else ""
    )
    return str(found) if found and "{" not in found else None


def _japanese(texts: list[str], text: str, row: Mapping[str, Any]) -> str:
    """拝啓 is said once, to however many."""
    return texts[0] if row["join"] == "、" else text


def _plural(genders: list[str], row: Mapping[str, Any]) -> str:
    """Mesdames; Madame, Monsieur; Szanowni Państwo."""
    women, men = genders.count("female"), genders.count("male")
    if women and men and "plural_mixed" in row:
        return str(row["plural_mixed"])
    parts = [
        row[gender] if count == 1 else row[f"plural_{gender}"]
        for gender, count in (("female", women), ("male", men))
        if count
    ]
    return str(row["join"].join(parts))


def _listed(texts: list[str], row: Mapping[str, Any]) -> str:
    """Dear Ms. Brook, Mr. Orr and Dr. Lee; Sehr geehrte Frau Brook, sehr geehrter Herr Orr."""
    share = row.get("share", "\0")
    if all(text.startswith(share) for text in texts):
        names = [text.removeprefix(share) for text in texts]
        return f"{share}{row['join'].join(names[:-1])}{row['last']}{names[-1]}"
    lower = row.get("lower", (share.strip(),))
    later = [text[:1].lower() + text[1:] if text.startswith(tuple(lower)) else text for text in texts[1:]]
    return str(row["join"].join([texts[0], *later]))
