"""Writes the line of a name above an address, each word of address as the language has it there: Herrn Dr. Jan Orr.

Not here: whom the words mean (`households`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from letterpress.addressing import bodies, parting, words


def whole(parted: parting.Parted, lang: str) -> str:
    """Write one line with all of it, each word of address as the language has it there."""
    couple = len(parted.units) > 1
    typed = couple and any(
        (parting.says_gender(word, lang) and not words.is_own(word, lang)) or word in parted.known
        for word, role in parted.shown
        if role == "before"
    )  # Mr and Mrs in a French letter: both as they are, not one
    out: list[str] = []
    leading: list[str] = []
    for word, role in (*parted.shown, ("", "name")):
        if role == "before":
            leading.append(word)
            continue
        out += (
            [spelled(one, lang, first=not at) for at, one in enumerate(leading)]
            if typed
            else as_address(leading, lang, couple=couple)
        )
        leading = []
        out.append(word.lower() if role == "and" and len(word) > 1 else word)
    text = " ".join(f"{word[:2]} {word[2:]}" if word in words.SERVICE else word for word in out if word)  # a. D.
    first = parted.shown[0][1] if parted.shown else "name"
    return text[:1].upper() + text[1:] if couple and first == "before" else text


def as_address(leading: Iterable[str], lang: str, *, couple: bool = False) -> list[str]:
    """Give words of address as the language writes them above an address; what says nothing is left out."""
    out: list[str] = []
    for word in leading:
        found = parting.meaning(word, lang)
        if found is None:
            held = words.office(word, lang) if out and out[-1] == "Herrn" else None
            out.append(held.above if held and held.gender is None else spelled(word, lang, first=not out))
            continue
        shown = found.couple if couple and found.couple is not None else found.address
        shown = spelled(word, lang, first=not out) if shown is None else shown
        if shown and out and out[-1].lower() == "de" and shown.lower().startswith("de "):
            out.pop()
        if shown and out and out[-1].lower() == "aan":
            shown = shown[:1].lower() + shown[1:]  # Aan de heer
        if shown:
            out.append(shown)
    return out


def spelled(word: str, lang: str, *, first: bool = True) -> str:
    """Write a form of address, Dr or Prof that is typed in small letters, or in capitals alone, as the language has it:
    mr, MRS, DR. One with a capital stays as it is typed, and so do ranks (COL) and titles that some languages have in
    small letters (prof. dr.).

    :param first: whether it begins what stands before the name: De heren.

    >>> spelled("MRS", "en-GB"), spelled("dr", "de"), spelled("Mr", "en-US")
    ('Mrs', 'Dr.', 'Mr')
    """
    if sum(map(str.isalpha, word)) < 2 or not (word.islower() or word.isupper()):
        return word
    from letterpress.addressing import forms  # here: most lists need no form of address for a line

    _, row = forms.language(lang)
    folded = words.title_fold(word)
    if folded in row.get("courtesies", {}):
        return str(row["courtesies"][folded])
    if folded in words.titles()["leading"] and (word.isupper() or lang.split("-")[0] in _CAPITAL):
        title = next((known for known in row["titles"] if folded in known["words"]), {"neutral": ""})
        if words.title_fold(said := str(title["neutral"])) == folded:
            return said
        return word.capitalize() if said.lower().startswith(folded) else word  # PROF. of Professor
    found = words.find(word, lang)
    of_people = found is not None and found.means in _OF_PEOPLE and len(set(folded)) > 1  # MM. is right
    return word.capitalize() if of_people and (first or word.isupper()) else word


_CAPITAL = ("de", "en")
"""Languages that have their titles before a name with a capital, all of them."""
_OF_PEOPLE = ("female", "male", "women", "men", "family", "families", "married", "neutral", "doctors")


def of_firm(leading: Sequence[str], name: str, lang: str) -> tuple[str, str]:
    """Give a firm's name without what stands before it, and its line, which keeps Attn: and a Firma that says it.

    :param leading: the words before the name.
    """
    bare = name.split()
    while (
        len(bare) > 1
        and not _keeps(bare[0])
        and ((bare[0] in leading and _is_known(bare[0], lang)) or _joins(bare[0], len(bare) < len(name.split()), lang))
    ):
        bare = bare[1:]
    written = " ".join(bare)
    dropped = [word for word in leading if word not in bare]
    kept = [word for word in dropped if _means(word, lang) == "title" and "." not in word]
    if not bodies.is_firm(written):
        shown = bodies.is_body(written)  # Stadt Kappeln is no Firma, and Bäckerei Orr shows that it is one
        kept += [word for word in dropped if (_means(word, lang) == "firm" and not shown) or _is_silent(word)]
    return written, " ".join((*as_address(kept, lang), written))


def _is_known(word: str, lang: str) -> bool:
    """Whether a word is one of address: what a firm is called stands before a title too (Zahnarztpraxis Dr. Orr)."""
    return words.find(word, lang) is not None or _is_silent(word)


def _keeps(word: str) -> bool:
    """Whether a title is part of a firm's name: Dr. Müller & Partner, Dipl.-Ing. Huber GmbH; and no Spett.le."""
    return words.is_any_title(word) and words.title_fold(word) not in words.titles()["to_firms"]


def _joins(word: str, after: bool, lang: str) -> bool:
    """Whether a word before a firm's name says nothing of it: m/w, and + or / behind another."""
    found = words.find(word, lang)
    nothing = found is not None and found.means == "none" and found.counts == "always"
    return nothing or (after and (words.is_and(word) or words.is_or(word) or parting.says_gender(word, lang)))


def _is_silent(word: str) -> bool:
    return words.title_fold(word) in words.titles()["silent"]


def _means(word: str, lang: str) -> str | None:
    found = words.find(word, lang)
    return found.means if found is not None else None
