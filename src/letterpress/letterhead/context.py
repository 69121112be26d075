"""The values of a filled letter under the names that a letterhead's templates use.

Titles and authors of the file, the sender's lines without the name, the places of signatures, what stands in columns.

Not here: what all letters of one look share, such as paper and labels (`compose`). Source of the created date:
SOURCE_DATE_EPOCH (reproducible-builds.org).
"""

from __future__ import annotations

import datetime
import os
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from letterpress.addressing import address, ranks
from letterpress.errors import LetterpressError
from letterpress.frozen import last
from letterpress.letterhead import lists
from letterpress.model import Filled, FilledVersion, Letter, Party, Signatory
from letterpress.page import SignatureLink
from letterpress.templating.filters import Values
from letterpress.text import bilingual, language, value_marks


def context(filled: Filled, letter: Letter, copy: str) -> dict[str, Any]:
    """Give names and values for one letter.

    :param copy: which kind of copy of it.
    :raises LetterpressError: SOURCE_DATE_EPOCH is no moment.
    """
    addressee = _addressee(filled)
    labels = language.labels(filled.lang)
    title = filled.subject or (labels["letter_to"].replace("{name}", addressee) if addressee else labels["letter"])
    same = (filled.lang, filled.date, filled.sender, filled.sender_lines, filled.signatories, filled.reference)
    return {
        "title": _plain(title),
        **_same(*same, letter.signatories_order, letter.folder, copy, os.environ.get("SOURCE_DATE_EPOCH", "")),
        "sender": filled.sender,
        "sender_lines": filled.sender_lines,
        "addresses": filled.addresses,
        "addresses_joined": tuple(", ".join(lines) for lines in filled.addresses),
        "addressee": addressee or "",
        "subject": filled.subject or "",
        "via": filled.via,
        "notices": filled.notices,
        "salutation": filled.salutation or "",
        "body": _body(filled.body, 0),
        "closing": filled.closing or "",
        **_versions(filled, letter),
        **lists.printed(filled, copy)._asdict(),
        "ticked": filled.copy_for if copy == "cc" else "",
        "postscript": filled.postscript or "",
    }


@last
def _same(
    lang: str,
    date: datetime.date | None,
    sender: Party | None,
    sender_lines: tuple[str, ...],
    signatories: tuple[Signatory, ...],
    reference: tuple[tuple[str, str], ...],
    order: str | None,
    folder: str,
    copy: str,
    epoch: str,
) -> dict[str, Any]:
    """What most letters of a list have in common."""
    labels = language.labels(lang)
    signatories = ranks.by_rank(signatories) if order == "rank" else signatories
    authors: list[str | None] = [signatory.name for signatory in signatories]
    authors = authors or [sender.name if sender else None]
    names = _field_names(signatories)
    return {
        "authors": [_plain(name) for name in authors if name],
        "date": language.date_text(date, lang) if date else "",
        "date_line": _date_line(date, sender, lang),
        "date_beside_references": _date_beside_references(date, reference, lang),
        "date_short": language.short_date(date, lang) if date else "",
        "created": _created(date, epoch),
        "sender_name": _sender_name(sender, sender_lines),
        "sender_address": _without_name(sender, sender_lines),
        "sender_contact": _contact(sender),
        "reference": [(labels.get(label, label), text) for label, text in reference],
        "signatories": [
            _signatory_context(signatory, name, copy, labels, folder)
            for signatory, name in zip(signatories, names, strict=True)
        ],
    }


def _versions(filled: Filled, letter: Letter) -> dict[str, Any]:
    """What the letter says in further languages: one after the other (`versions`), or beside each other, as rows of
    cells (`columns` for the text, `closing_columns`). What stands in a column is not printed on its own."""
    if not filled.versions:
        return {"versions": (), "columns": (), "closing_columns": ()}
    both: tuple[Filled | FilledVersion, ...] = (filled, *filled.versions)
    versions = [_version(version, number) for number, version in enumerate(both)]
    if letter.bilingual == "sequence":
        return {"versions": versions[1:], "columns": (), "closing_columns": ()}
    rows: list[list[dict[str, Any]]] = []
    several = sum(bool(one["subject"]) for one in versions) > 1
    for kind in ("subject", "salutation") if several else ("salutation",):
        rows.append([{**one, "kind": kind, "text": one[kind]} for one in versions])
    from letterpress.rawhtml import parser  # here: few letters are in several languages

    blocks = [parser.blocks(one["html"]) for one in versions]
    for row in zip_longest(*blocks, fillvalue=""):
        rows.append(
            [
                {**one, "kind": "body", "text": _body(cell, number), "heads": cell.startswith("<h")}
                for number, (one, cell) in enumerate(zip(versions, row, strict=True))
            ]
        )
    shown = {
        "versions": versions[1:],
        "columns": [row for row in rows if any(cell["text"] for cell in row)],
        "closing_columns": [[{**one, "kind": "closing", "text": one["closing"], "heads": False} for one in versions]],
        "salutation": "",
        "closing": "",
        "body": "",
    }
    return shown | ({"subject": ""} if several else {})


@lru_cache(maxsize=8)
def _body(html: str, number: int) -> Markup:
    """The author's HTML, with marks where it begins and ends, for the check of the page that it becomes part of."""
    return Markup(value_marks.framed(html, number) if html else "")  # noqa: S704 - the sandbox made it, every value escaped


def _version(version: Filled | FilledVersion, number: int) -> dict[str, Any]:
    texts = {name: getattr(version, name) or "" for name in bilingual.TEXTS}
    labels = language.labels(version.lang)
    place = {"lang": version.lang, "dir": language.direction(version.lang), "labels": Values("labels", labels)}
    html = version.body
    return {**texts, **place, "html": html, "body": _body(html, number)}


def _addressee(filled: Filled) -> str | None:
    """Whom later pages and the title name: the address's first line; of one for the attention of somebody, the firm."""
    line = filled.addresses[0][0] if filled.addresses and filled.addresses[0] else None
    party = filled.to[0] if filled.to else None
    if line is None or party is None or not party.attention:
        return line
    named = address.without_label("attention", line)
    return line if named == line else party.organisation or party.name or named


def _name_at(sender: Party | None, lines: tuple[str, ...]) -> int | None:
    """Which of the sender's lines names them: not everywhere is it the first, and an honorific may stand with it."""
    name = sender.name or sender.organisation if sender else None
    if name in lines:
        return lines.index(name)
    return next((at for at, line in enumerate(lines) if not name or name in line), None)


def _sender_name(sender: Party | None, lines: tuple[str, ...]) -> str:
    """The name that the head has, as the sender's address has it: "Dr. Ada Brook"."""
    at = _name_at(sender, lines)
    if at is not None:
        return lines[at]
    return (sender.name or sender.organisation or "") if sender else ""


def _without_name(sender: Party | None, lines: tuple[str, ...]) -> tuple[str, ...]:
    """The sender's address below the name that the head has."""
    at = _name_at(sender, lines)
    return lines if at is None else lines[:at] + lines[at + 1 :]


def _contact(sender: Party | None) -> tuple[str, ...]:
    """Telephone, e-mail and web page of the sender."""
    return tuple(text for text in (sender.phone, sender.email, sender.web) if text) if sender else ()


def _date_line(date: datetime.date | None, sender: Party | None, lang: str) -> str:
    """Place and date: "Lyon, le 1er avril 2026"; the date alone where the sender's city is not known."""
    if not date:
        return ""
    day = language.date_text(date, lang)
    place = sender.city if sender else None
    line = language.labels(lang)["date_line"]
    return line.replace("{place}", place).replace("{date}", day) if place else day


def _date_beside_references(date: datetime.date | None, reference: tuple[tuple[str, str], ...], lang: str) -> str:
    """The date as it stands among references: in figures where another of them is, which German has (DIN 5008)."""
    if not date:
        return ""
    figures = language.reference_text(date.isoformat(), lang)
    among = any(re.fullmatch(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}", text.strip()) for _, text in reference)
    return figures if among else language.date_text(date, lang)


def _created(date: datetime.date | None, epoch: str) -> str:
    """The date in the file's metadata: the letter's, else SOURCE_DATE_EPOCH's, else none. Never the clock's."""
    if date:
        return date.isoformat()
    if not epoch:
        return ""
    try:
        moment = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is '{epoch[:40]}', which is no moment in seconds since 1970"
        hint = "unset it, or give a whole number such as 1767225600"
        raise LetterpressError(message, hint=hint, code="epoch-invalid", value=epoch[:40]) from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _signatory_context(
    person: Signatory, name: str, copy: str, labels: Mapping[str, str], folder: str
) -> dict[str, Any]:
    """What templates see of one who signs.

    :param name: of the signature field.
    """
    mode = "conformed" if copy == "conformed" else person.sign or ("ink" if person.ink else "open")
    ink = Path(person.ink_base or folder) / person.ink if person.ink else None
    return {
        "name": person.name,
        "title": person.title or "",
        "organisation": person.organisation or "",
        "authority": person.authority or "",
        "authority_place": ranks.mark_place(person.authority) if person.authority else "",
        "mode": mode,
        # Addresses of letterpress's own, which a value has no part in but as it is quoted here.
        "ink": Markup(escape(ink.as_uri())) if ink else "",  # noqa: S704
        "field": Markup(escape(SignatureLink(name, person.name, _in_one_line(person.title)).url)),  # noqa: S704
        "label": labels["signature_of"].replace("{name}", person.name),
    }


def _in_one_line(rows: str | None) -> str | None:
    """A title of several lines, where it stands in a sentence."""
    return None if rows is None else rows.replace("\u2028", ", ")


def _field_names(signatories: tuple[Signatory, ...]) -> list[str]:
    """Names of signature fields: slugs of the signatories' names, made unique; a name in PDF has no dot."""
    names: list[str] = []
    for signatory in signatories:
        slug = field_slug(signatory.name)
        name, count = slug, 1
        while name in names:
            count += 1
            name = f"{slug}-{count}"
        names.append(name)
    return names


def field_slug(name: str) -> str:
    """Make a signature field's name of a person's: "Dr. José Ruiz" -> "dr-jose-ruiz"."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-") or "signatory"
