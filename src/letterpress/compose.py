"""A filled letter in a letterhead -> the page to be laid out.

Job: runs the letterhead's templates: HTML for the letter, style sheets for all letters of one look. Secret: the names
that a letterhead's templates may use, and which style sheets letters can share.
"""

from __future__ import annotations

import datetime
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from letterpress import bilingual, language, overlay, sandbox, systemfonts
from letterpress import letterhead as heads
from letterpress import signatories as signing
from letterpress.errors import LetterpressError, shown_path
from letterpress.filters import Values
from letterpress.letterhead import Letterhead
from letterpress.model import SIGNATURE_SCHEME, Filled, FilledVersion, Letter, Page, Sheet, Signatory, Zone, frozendict
from letterpress.standards import PAPERS, Box, Standard
from letterpress.templatefault import TemplateFault


def missing(letterhead: Letterhead, filled: Filled) -> list[str]:
    """Fields that the letterhead asks for and the letter does not have."""
    values: dict[str, object] = {"from": filled.sender, "to": filled.to, "date": filled.date, "subject": filled.subject}
    values |= {"salutation": filled.salutation, "closing": filled.closing, "signatories": filled.signatories}
    values |= {"reference": filled.reference}
    return [name for name in letterhead.requires if not values.get(name)]


def unprinted(letterhead: Letterhead, filled: Filled) -> list[str]:
    """Texts that the letter has and the letterhead has no place for."""
    said = (filled, *filled.versions)
    return [name for name in letterhead.omits if any(getattr(one, name, None) for one in said)]


def compose(
    letterhead: Letterhead,
    filled: Filled,
    letter: Letter,
    *,
    paper: str,
    copy: str,
    archive: bool,
    given: Mapping[str, Any],
    overlaid: bool = False,
) -> Page:
    """The page of a filled letter.

    :param overlaid: whether the standard's geometry is drawn over page 1.
    :raises LetterpressError: a template of the letterhead fails; the diagnostic names it with its line.
    """
    standard = heads.standard_of(letterhead, given)
    look = _Look(letterhead.folders, stamps(letterhead.folders), paper, filled.lang, copy, frozendict(given), standard)
    context = {
        **_shared_context(look),
        **_letter_context(filled, letter, copy),
        "archive": archive,
        "asset": _Asset(letterhead.folders),
        "overlay": _data_uri(overlay.svg(standard)) if overlaid and standard else "",
    }
    html = _render(_templates(letterhead.folders, look.stamps), "letter.html", context, letterhead)
    inks = tuple(_ink(one, letter) for one in filled.signatories if one.ink)
    return Page(
        html=_breaks(html),
        sheets=_sheets(look, letterhead),
        content_folder=letter.folder,
        folders=(_content_folder(letter),),
        files=tuple(ink for ink in inks if ink is not None),
        letterhead_folders=letterhead.folders,
        families=letterhead.fonts,
        system_fonts=letterhead.system_fonts,
        allow_log=letterhead.allow_log,
        archive=archive,
        in_order=letter.sign == "in-order",
        zones=_zones(standard, given) if standard else (),
    )


def compose_stamp(
    letterhead: Letterhead, words: Mapping[str, str], *, width: float, height: float, lang: str, size: float
) -> Page:
    """The page of a visible signature: as large as its field, with the letterhead's `stamp.html` and `stamp.css`.

    :param words: texts: signer, title, time, reason, place, note; an empty one is not shown.
    :param width: of the field, in pt; `height` likewise.
    :param size: of the type, in pt.
    :raises LetterpressError: a template of the letterhead fails.
    """
    times = stamps(letterhead.folders)
    labels = language.labels(lang)
    context = {"words": Values("words", words), "labels": Values("labels", labels), "lang": lang}
    html = _render(_templates(letterhead.folders, times), "stamp.html", context, letterhead)
    return Page(
        html=_breaks(html),
        sheets=_stamp_sheets(letterhead, times, round(width, 4), round(height, 4), size),
        content_folder=letterhead.folders[0],
        folders=(),
        letterhead_folders=letterhead.folders,
        families=letterhead.fonts,
        system_fonts=letterhead.system_fonts,
        allow_log=letterhead.allow_log,
        archive=False,
        tagged=False,
    )


@lru_cache(maxsize=64)
def _stamp_sheets(
    letterhead: Letterhead, stamps: tuple[tuple[str, int], ...], width: float, height: float, size: float
) -> tuple[Sheet, ...]:
    context = {"width": width, "height": height, "size": size}
    css = _render(_style_templates(letterhead.folders, stamps), "stamp.css", context, letterhead)
    folder = next(folder for folder in letterhead.folders if (Path(folder) / "stamp.css").is_file())
    return (Sheet(systemfonts.behind(css, letterhead.fonts, letterhead.system_fonts), folder),)


def _ink(one: Signatory, letter: Letter) -> str | None:
    """The image of a signatory's handwriting; None if it lies outside `content/` and the folder that names it."""
    base = Path(one.ink_base or letter.folder).resolve()
    content = Path(letter.root).resolve() / "content"
    path = (base / (one.ink or "")).resolve()
    inside = path.is_relative_to(content if base.is_relative_to(content) else base)
    return str(path) if inside else None


def _content_folder(letter: Letter) -> str:
    """What a letter's images may come from: the project's `content/` if the letter is in it, else its own folder."""
    content = Path(letter.root) / "content"
    return str(content) if Path(letter.folder).is_relative_to(content) else letter.folder


@dataclass(frozen=True, slots=True)
class _Look:
    """All that the style of a letter depends on: letters of one look share their style sheets."""

    folders: tuple[str, ...]
    stamps: tuple[tuple[str, int], ...]
    paper: str
    lang: str
    copy: str
    parameters: Mapping[str, Any]
    standard: Standard | None


def stamps(folders: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Files of the letterhead with their times, so that a change on disk is seen by a running process."""
    return tuple(
        (str(path), path.stat().st_mtime_ns)
        for folder in folders
        for path in sorted(Path(folder).iterdir())
        if path.suffix in (".html", ".css", ".toml")
    )


def _shared_context(look: _Look) -> dict[str, Any]:
    paper = PAPERS[look.paper]
    return {
        "paper": {"name": paper.name, "width": paper.width, "height": paper.height},
        "lang": look.lang,
        "dir": language.direction(look.lang),
        "copy": look.copy,
        "labels": Values("labels", language.labels(look.lang)),
        "parameters": Values("parameters", dict(look.parameters), look.parameters),
        "standard": _places(look.standard) if look.standard else None,
    }


_ZONES = ("head", "notes", "address", "info")
_EDGE = 5  # mm of the sheet's edge that office printers leave blank


def _zones(standard: Standard, given: Mapping[str, Any]) -> tuple[Zone, ...]:
    """The places that the parts of the letter stay in. Only an address may be set smaller, to the larger of what the
    standard and the letterhead allow."""
    smallest = max(standard.min_type, _points(str(given.get("address_min_size", "0pt"))))
    zones = []
    for name in _ZONES:
        box: Box | None = getattr(standard, name)
        if box is not None:
            least = smallest if name == "address" else None
            zones.append(Zone(name, box.x, box.y, box.width, box.height, least))
    paper = PAPERS[standard.paper]
    _, right, _, left = standard.margins
    height = paper.height - standard.foot - _EDGE
    return (*zones, Zone("foot", left, standard.foot, paper.width - left - right, height))


_POINTS = {"pt": 1.0, "px": 0.75, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}


def _points(length: str) -> float:
    """A length of CSS in pt; one that depends on the type's size is none here."""
    match = re.fullmatch(r"([\d.]+)(pt|px|mm|cm|in)", length)
    return float(match[1]) * _POINTS[match[2]] if match else 0.0


@lru_cache(maxsize=16)
def _places(standard: Standard) -> dict[str, Any]:
    """What templates see of a standard. `left` and `top` of a place are from the corner of page 1's text, where CSS
    counts from; all in mm."""
    top, right, bottom, left = standard.margins
    places: dict[str, Any] = {
        "name": standard.name,
        "margins": {"top": top, "right": right, "bottom": bottom, "left": left},
        "text": standard.text,
        "reference": standard.reference,
        "folds": [{"y": y, "top": round(y - standard.text, 4)} for y in standard.folds],
        "punch": {"y": standard.punch, "top": round(standard.punch - standard.text, 4)} if standard.punch else None,
        "continuation": standard.continuation,
        "foot": standard.foot,
    }
    for name in (*_ZONES, "field"):
        box: Box | None = getattr(standard, name)
        place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height} if box else None
        if place and box:
            place |= {"left": round(box.x - left, 4), "top": round(box.y - standard.text, 4)}
        places[name] = place
    return places


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml,{quote(svg)}"


def _letter_context(filled: Filled, letter: Letter, copy: str) -> dict[str, Any]:
    addressee = filled.addresses[0][0] if filled.addresses and filled.addresses[0] else None
    labels = language.labels(filled.lang)
    title = filled.subject or (labels["letter_to"].replace("{name}", addressee) if addressee else labels["letter"])
    by_rank = letter.signatories_order == "rank"
    signatories = signing.by_rank(filled.signatories) if by_rank else filled.signatories
    authors: list[str | None] = [one.name for one in signatories]
    authors = authors or [filled.sender.name if filled.sender else None]
    names = _field_names(signatories)
    return {
        "title": _plain(title),
        "authors": [_plain(name) for name in authors if name],
        "date": language.date_text(filled.date, filled.lang) if filled.date else "",
        "date_line": _date_line(filled),
        "date_short": language.short_date(filled.date, filled.lang) if filled.date else "",
        "created": _created(filled),
        "sender": filled.sender,
        "sender_lines": filled.sender_lines,
        "sender_address": _without_name(filled),
        "sender_contact": _contact(filled),
        "addresses": filled.addresses,
        "addresses_joined": tuple(", ".join(lines) for lines in filled.addresses),
        "addressee": addressee or "",
        "subject": filled.subject or "",
        "reference": [(labels.get(label, label), text) for label, text in filled.reference],
        "via": filled.via,
        "notices": filled.notices,
        "salutation": filled.salutation or "",
        "body": Markup(filled.body),  # noqa: S704 - HTML that the sandbox made, every value escaped
        "closing": filled.closing or "",
        **_versions(filled, letter),
        "signatories": [
            _signatory_context(one, name, copy, labels, letter) for one, name in zip(signatories, names, strict=True)
        ],
        "enclosures": filled.enclosures,
        "cc": filled.cc,
        # A blind copy is nobody's business but the file's, and that of the one who gets it.
        "bcc": filled.bcc if copy == "file" else (filled.copy_for,) if copy == "bcc" else (),
        "ticked": filled.copy_for if copy == "cc" else "",
        "postscript": filled.postscript or "",
    }


def _versions(filled: Filled, letter: Letter) -> dict[str, Any]:
    """What the letter says in further languages: one after the other (`versions`), or beside each other, as rows of
    cells (`columns` for the text, `closing_columns`). What stands in a column is not printed on its own."""
    if not filled.versions:
        return {"versions": (), "columns": (), "closing_columns": ()}
    found = [_version(filled), *(_version(version) for version in filled.versions)]
    if letter.bilingual == "sequence":
        return {"versions": found[1:], "columns": (), "closing_columns": ()}
    rows: list[list[dict[str, Any]]] = []
    several = sum(bool(one["subject"]) for one in found) > 1
    for kind in ("subject", "salutation") if several else ("salutation",):
        rows.append([{**one, "kind": kind, "text": one[kind]} for one in found])
    blocks = [bilingual.blocks(one["html"]) for one in found]
    for row in zip_longest(*blocks, fillvalue=""):
        rows.append([{**one, "kind": "body", "text": Markup(cell)} for one, cell in zip(found, row, strict=True)])  # noqa: S704
    context = {
        "versions": found[1:],
        "columns": [row for row in rows if any(cell["text"] for cell in row)],
        "closing_columns": [[{**one, "kind": "closing", "text": one["closing"]} for one in found]],
        "salutation": "",
        "closing": "",
        "body": "",
    }
    return context | ({"subject": ""} if several else {})


def _version(version: Filled | FilledVersion) -> dict[str, Any]:
    texts = {name: getattr(version, name) or "" for name in bilingual.TEXTS}
    labels = language.labels(version.lang)
    place = {"lang": version.lang, "dir": language.direction(version.lang), "labels": Values("labels", labels)}
    html = version.body
    return {**texts, **place, "html": html, "body": Markup(html)}  # noqa: S704 - as that of the letter itself


def _without_name(filled: Filled) -> tuple[str, ...]:
    """The sender's address below the name that the head has: not everywhere does the name come first."""
    name = filled.sender.name or filled.sender.organisation if filled.sender else None
    at = filled.sender_lines.index(name) if name in filled.sender_lines else 0
    return filled.sender_lines[:at] + filled.sender_lines[at + 1 :]


def _contact(filled: Filled) -> tuple[str, ...]:
    """Telephone, e-mail and web page of the sender."""
    sender = filled.sender
    return tuple(text for text in (sender.phone, sender.email, sender.web) if text) if sender else ()


def _date_line(filled: Filled) -> str:
    """Place and date: "Lyon, le 1er avril 2026"; the date alone where the sender's city is not known."""
    if not filled.date:
        return ""
    date = language.date_text(filled.date, filled.lang)
    place = filled.sender.city if filled.sender else None
    line = language.labels(filled.lang)["date_line"]
    return line.replace("{place}", place).replace("{date}", date) if place else date


def _created(filled: Filled) -> str:
    """The date in the file's metadata: the letter's, else SOURCE_DATE_EPOCH's, else none. Never the clock's."""
    if filled.date:
        return filled.date.isoformat()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit():
        return ""
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _watermark(text: str, system_fonts: tuple[str, ...]) -> str:
    """The draft's watermark, as the body of an SVG data URI: light grey, from the lower left to the upper right."""
    size = min(300, 1500 // max(1, len(text)))
    families = ", ".join(("Source Sans Pro", *system_fonts))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><text x="500" y="500" text-anchor="middle" '
        f'dominant-baseline="middle" transform="rotate(-45 500 500)" font-family="{families}" font-weight="700" '
        f'font-size="{size}" fill="#ededed">{text}</text></svg>'
    )
    return quote(svg)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _signatory_context(
    one: Signatory, name: str, copy: str, labels: Mapping[str, str], letter: Letter
) -> dict[str, Any]:
    mode = "conformed" if copy == "conformed" else one.sign or ("ink" if one.ink else "open")
    ink = Path(one.ink_base or letter.folder) / one.ink if one.ink else None
    target = f"{SIGNATURE_SCHEME}{name}?{quote(one.name, safe='')}&{quote(one.title or '', safe='')}"
    return {
        "name": one.name,
        "title": one.title or "",
        "organisation": one.organisation or "",
        "authority": one.authority or "",
        "authority_place": signing.mark_place(one.authority) if one.authority else "",
        "mode": mode,
        "ink": ink.as_uri() if ink else "",
        "field": target,
        "label": labels["signature_of"].replace("{name}", one.name),
    }


def _field_names(signatories: tuple[Signatory, ...]) -> list[str]:
    """Names of signature fields: slugs of the signatories' names, made unique; a name in PDF has no dot."""
    found: list[str] = []
    for one in signatories:
        slug = field_slug(one.name)
        name, count = slug, 1
        while name in found:
            count += 1
            name = f"{slug}-{count}"
        found.append(name)
    return found


def field_slug(name: str) -> str:
    """A name as a signature field's name: "Dr. José Ruiz" -> "dr-jose-ruiz"."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-") or "signatory"


class _Asset:
    """`asset("logo.svg")` in a template: the URL of a file of the letterhead, or of what it extends."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders

    def __call__(self, name: str) -> str:
        for folder in self._folders:
            for path in (Path(folder) / name, Path(folder) / "assets" / name):
                if path.is_file() and path.resolve().is_relative_to(Path(folder).resolve()):
                    return path.as_uri()
        raise TemplateFault(f"the letterhead has no file '{name}'", hint="put it into its folder or its assets/")


@lru_cache(maxsize=32)
def _templates(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    return sandbox.environment(_finder(folders), html=True)


@lru_cache(maxsize=32)
def _style_templates(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    return sandbox.environment(_finder(folders), html=False)


def _finder(folders: tuple[str, ...]) -> Any:
    """Templates by name: `letter.html` is the letterhead's own or the nearest inherited one, `NAME/letter.html` the one
    that the letterhead NAME, which it extends, has or inherits."""

    def find_template(name: str) -> tuple[str, str] | None:
        owner, _, file = name.rpartition("/")
        if ".." in file or file.startswith("."):
            return None
        chain = list(map(Path, folders))
        while owner and chain and chain[0].name != owner:
            chain.pop(0)
        for folder in chain:
            path = folder / file
            if path.is_file() and not path.is_symlink():
                return path.read_text(encoding="utf-8"), str(path)
        return None

    return find_template


def _render(get: Any, name: str, context: Mapping[str, Any], letterhead: Letterhead) -> str:
    try:
        # The letter's texts come in ready; the numbers left are lengths and counts, for CSS: 12.5mm in any language.
        rendered: str = get(name).render(context, None)
    except TemplateFault as fault:
        where = (fault.name or name).rpartition("/")
        folder = next(
            (f for f in letterhead.folders if not where[0] or Path(f).name == where[0]), letterhead.folders[0]
        )
        file = next(
            (str(Path(f) / where[2]) for f in (folder, *letterhead.folders) if (Path(f) / where[2]).is_file()), name
        )
        raise LetterpressError(fault.message, file=shown_path(file), line=fault.line, hint=fault.hint) from fault
    return rendered


@lru_cache(maxsize=64)
def _sheets(look: _Look, letterhead: Letterhead) -> tuple[Sheet, ...]:
    """The style sheets from `_base` to the leaf, each with the folder that its URLs are relative to."""
    get = _style_templates(look.folders, look.stamps)
    context = _shared_context(look)
    context["watermark"] = _watermark(language.labels(look.lang)["draft"], letterhead.system_fonts)
    context["labels_css"] = Values("labels_css", {k: css_string(v) for k, v in language.labels(look.lang).items()})
    sheets = []
    for folder in reversed(look.folders):
        if (Path(folder) / "style.css").is_file():
            css = _render(get, f"{Path(folder).name}/style.css", context, letterhead)
            sheets.append(Sheet(systemfonts.behind(css, letterhead.fonts, letterhead.system_fonts), folder))
    return tuple(sheets)


def css_string(text: str) -> str:
    """A text as a CSS string, quotes and all."""
    return '"' + "".join(f"\\{ord(char):x} " if char in '"\\\n<' else char for char in text) + '"'


def _breaks(html: str) -> str:
    """U+2028 and U+2029, which WeasyPrint cannot set, as line breaks; in attributes, as spaces."""
    if "\u2028" not in html and "\u2029" not in html:
        return html
    pieces = re.split(r"(<[^>]*>)", html)
    return "".join(re.sub("[\u2028\u2029]", " " if piece.startswith("<") else "<br>", piece) for piece in pieces)
