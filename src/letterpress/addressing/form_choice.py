"""Chooses the form for somebody without an office: by title, nobility, courtesy or gender.

Not here: how it is filled (`placeholders`); the salutation of it (`salutation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from letterpress.addressing import honorifics, words
from letterpress.addressing import names as addressing_names
from letterpress.addressing.honorifics import Titles


def noble(row: Mapping[str, Any], titles: Titles, name: addressing_names.Name) -> tuple[Titles, addressing_names.Name]:
    """Otto Graf Lambsdorff, Gräfin Maria von Hohenberg: whose family name is Graf Lambsdorff, Gräfin von Hohenberg.

    The lower nobility is left out of a salutation: Herr von Stein, for Karl Freiherr von Stein.
    """
    if "noble_male" not in row or not name.family:
        return replace(titles, noble=""), name
    first, _, rest = name.family.partition(" ")
    inside = rest and addressing_names.is_noble(first)
    noble, family = (first, rest) if inside else (titles.noble, name.family)
    said = honorifics.noble_gender(noble) if noble else None
    if said is None:
        return titles, name
    titles = titles if titles.gender else replace(titles, gender=said, reason=f"'{noble}' says {said}")
    if words.title_fold(noble) in words.titles()["noble_silent_female"] | words.titles()["noble_silent_male"]:
        return replace(titles, noble=""), name._replace(family=family)
    return replace(titles, noble=noble), name._replace(family=f"{noble} {family}")


def chosen(row: Mapping[str, Any], titles: Titles, name: addressing_names.Name) -> tuple[str, str, str]:
    """Kind, template and title of the form for somebody without an office."""
    gender = titles.gender if titles.gender in ("female", "male") else None
    if titles.office and gender in titles.office:
        return "titled", row[f"office_{gender}"], titles.office[str(gender)]
    if titles.noble and gender:
        title = str(titles.title.get(gender, titles.title["neutral"])) if titles.title else ""
        return (
            "titled" if title else gender,
            row[f"noble_{gender}"].replace("{title} ", "{title} " if title else ""),
            title,
        )
    if titles.title is not None:
        title = str(titles.title.get(gender or "neutral", titles.title["neutral"]))
        if title and "text" in titles.title:
            return "titled", str(titles.title["text"]), title
        if title:
            template = row.get(f"titled_{gender}", row["titled"]) if gender else row["titled"]
            return "titled", _by_given(template, titles.title), title
    if titles.other and "{title}" in row["titled"] and "{" in row["female"]:
        template = row.get(f"titled_{gender}", row["titled"]) if gender else row["titled"]
        return "titled", template, titles.other
    if titles.courtesy:
        return "courtesy", f"{row['share']}{{title}} {{family}}", titles.courtesy
    if gender and name.family is None and "full_with" in row:
        return gender, row["full_with"][gender], ""
    return gender or "neutral", row[gender or "neutral"], ""


def _by_given(template: str, title: Mapping[str, Any]) -> str:
    """Dear Sir John: a knight's title stands with the given name."""
    if "name" not in title:
        return template
    return "|".join(template.replace("{family}", part) for part in ("{given}", "{full}"))
