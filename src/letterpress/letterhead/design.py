"""What a firm's letters look like in any letterhead: its logo, colour, faces and rules, and where the head stands.

Read from the parameters that every letterhead has; what cannot be had in a letterhead is refused, with the lengths that
can. All lengths in mm.

Not here: where a value comes from and which file it names (`choices`), fonts of one's own (`faces`), and the firm's
printed paper as a PDF (`pdf.stationery`). Source of contrasts: WCAG 2.2, 1.4.3.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.errors import FieldError, Problem
from letterpress.letterhead import zones
from letterpress.letterhead.papers import PAPERS
from letterpress.page import PaperPage, Rectangle

if TYPE_CHECKING:
    from letterpress.letterhead.faces import Faces
    from letterpress.letterhead.standards import Standard

FILES = ("logo", "stationery_first", "stationery_following")
"""Parameters that name a file."""
STATIONERY = FILES[1:]
"""Those that name the firm's printed paper: of page 1, and of the following ones."""
_SIZE_TOLERANCE = 1.0
"""By which printed paper may differ from the letter's, in mm."""
BAND = 36.0
"""Height of a band, where the letterhead has room for it."""
_HIGH_BAND = 30.0
"""Height from which on five lines of facts stand in a band."""
_LEAST_BAND = 20.0
_BELOW_LOW = 2.8
"""Below what stands in a low band."""
_NARROW = 100.0
"""Width of a head that has no two columns."""
_LEAST_LOGO, _MOST_LOGO = 8.0, 40.0
_GAP = 5.0
"""Between a logo and the name beside it."""
_NAME, _FACTS = 8.0, 20.3
"""Height of a name with the space above it, and of five lines of facts."""
_LEAST_NAME = 45.0
"""Width that a logo leaves for the name beside it."""
_CONTRAST = 4.5
_SIZE = re.compile(rb"\s*([\d.]+)\s*(px|pt|mm|cm|in)?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A logo in its size."""

    path: str
    """Absolute."""
    width: float
    height: float
    place: str
    """`left` of the name, `above` it, or `axis`: on the second axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What templates and style sheets are told of a firm's design."""

    head: str
    """left, center, right, band, or auto: the letterhead's own."""
    box: Rectangle | None
    """Where the head stands, from the sheet's corner; None where it runs with the text."""
    band: float | None
    """Height of the band."""
    logo: Logo | None
    named: bool
    """Whether the name is printed in the head."""
    accent: str
    """Of rules and the band."""
    text: str
    """The accent where text in it can be read on white, else black."""
    on: str
    """White or black, whichever is read better on the band."""
    rules: tuple[str, ...]
    """head, foot."""
    printed: bool
    """Whether the letterhead's own head and foot are printed."""
    stationery: tuple[PaperPage | None, PaperPage | None] = (None, None)
    """The firm's printed paper of page 1 and of later ones."""
    faces: Faces | None = None
    """Where others than the letterhead's are chosen."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it is made of, absolute."""
        own = (self.logo.path if self.logo else None, *(page.file for page in self.stationery if page))
        return (*(file for file in own if file), *(self.faces.files if self.faces else ()))


def read(
    values: Mapping[str, Any],
    given: Collection[str],
    *,
    standard: Standard | None,
    paper: str,
    read_file: Any,
) -> tuple[Design, list[tuple[str, Problem]], list[tuple[str, Problem]]]:
    """Read a design from a letterhead's parameters.

    :param values: parameter -> value; files are absolute.
    :param given: names of those that a letter or its firm gives; the others are the letterhead's own.
    :param read_file: gives what `files.allowed.read` gives of a path.
    :returns: the design, what is refused and what is only to be noted: pairs of a parameter and what is wrong with it.
    """
    faults: list[tuple[str, Problem]] = []
    notes: list[tuple[str, Problem]] = []
    head = str(values.get("head", "auto"))
    try:
        box, band = place(head, standard)
    except FieldError as error:
        faults.append(("head", _problem(error)))
        (box, band), head = place("auto", standard), "auto"
    if head == "left" and box is not None and box.width < _NARROW:
        head = "auto"  # all stands below each other in it
    accent = str(values.get("accent") or "#000000")
    text, on, ratio = colours(accent)
    if text != accent and ("accent" in given or ratio < _CONTRAST):
        message = f"text in {accent} has a contrast of {ratio:.1f}:1 on white, and 4.5:1 can be read: it stays black"
        hint = "rules and the band keep the colour; choose a darker one for the text as well"
        if "accent" in given:
            notes.append(("accent", Problem(message, hint, "accent-light", accent, (("contrast", round(ratio, 1)),))))
    logo = None
    if values.get("logo"):
        try:
            logo = _logo(values, "logo_height" in given, head, box, band, standard, paper, read_file)
        except FieldError as error:
            faults.append(("logo_height" if error.code == "logo-height" else "logo", _problem(error)))
    rule = str(values.get("rule", "none"))
    wanted = str(values.get("own_head", "auto"))
    made = Design(
        head=head,
        box=box,
        band=band,
        logo=logo,
        named=bool(values.get("head_name", True)) or logo is None,
        accent=accent,
        text=text,
        on=on,
        rules=tuple(name for name in ("head", "foot") if rule in (name, "both")),
        printed=wanted == "yes" or (wanted == "auto" and not values.get("stationery_first")),
    )
    return made, faults, notes


def _problem(error: FieldError) -> Problem:
    return Problem(error.message, error.hint, error.code, error.value, error.params)


def check_paper(name: str, sizes: Sequence[tuple[float, float]], paper: str, *, single: bool) -> None:
    """Hold a file of printed paper to the letter's paper.

    :param sizes: of its pages, as they are trimmed.
    :param single: whether it may have one page only.
    :raises FieldError: it has another size, or too many pages.
    """
    sheet = PAPERS[paper]
    for width, height in sizes:
        if max(abs(width - sheet.width), abs(height - sheet.height)) > _SIZE_TOLERANCE:
            message = f"'{name}' is {width:.1f} x {height:.1f} mm, and the letter {sheet.width:g} x {sheet.height:g}"
            hint = "name a file of the letter's size; where it has a bleed, its TrimBox says where it is cut"
            params = (("width_mm", round(width, 1)), ("height_mm", round(height, 1)), ("paper", paper))
            raise FieldError(message, hint, code="stationery-size", value=name, params=params)
    if single and len(sizes) > 1:
        message, hint = f"'{name}' has {len(sizes)} pages", "name a file of one page for the following ones"
        raise FieldError(message, hint, code="stationery-pages", value=name, params=(("pages", len(sizes)),))


# --- places -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def place(head: str, standard: Standard | None) -> tuple[Rectangle | None, float | None]:
    """Find where a head of this kind stands, and how high its band is.

    :raises FieldError: the standard has no room for it.
    """
    if standard is None:
        return None, BAND if head == "band" else None
    across = standard.head.width >= 140
    if (
        head in ("auto", "left")
        or (head == "right" and standard.head.x >= standard.axis)
        or (across and head != "band")
    ):
        return standard.head, None
    about: dict[str, Any] = {"code": "head-impossible", "value": head, "params": (("standard", standard.name),)}
    if any(window.shows == "sender" for window in standard.windows):
        message = f"is '{head}', and the head stands in a window of the envelope"
        raise FieldError(message, "choose head: left, or an envelope with one window", **about)
    below = [box.y for box in (standard.field, standard.address, standard.notes) if box is not None]
    bottom = min([*(y - 3 for y in below), *([standard.info.y - 2] if standard.info else []), standard.text - 5])
    paper, left = PAPERS[standard.paper], standard.margins[3]
    if head == "band":
        height = min(BAND, bottom, *(window.ever.y for window in standard.windows))
        for clear in standard.clear:
            if clear.box.height > 100 and clear.box.width > 5:
                message = f"is 'band', and {clear.why} stays free of print"
                raise FieldError(message, "choose head: left, center or right", **about)
        if height < _LEAST_BAND:
            message = (
                f"is 'band', and there are {height:.0f} mm above the address; a band has {_LEAST_BAND:.0f} at least"
            )
            raise FieldError(message, "choose head: left", **about)
        # Centred on what an office printer leaves of the band; in a low one, three lines 10 mm from the sheet's edge.
        top, high = (4.0, height - 4) if height >= _HIGH_BAND else (10.0, height - 10 - _BELOW_LOW)
        return Rectangle(left, top, paper.width - left - 10, high), height
    top = 12.0
    if bottom - top < 14:
        message = f"is '{head}', and there are {max(0.0, bottom - top):.0f} mm for it above the address; it needs 14"
        raise FieldError(message, "choose head: left", **about)
    return Rectangle(left, top, paper.width - left - 10, bottom - top), None


# --- colours ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def colours(accent: str) -> tuple[str, str, float]:
    """Give the colour for text in the accent, that for text on it, and the accent's contrast on white."""
    from letterpress.rawhtml import styles

    found = styles.color(accent)
    if found is None:
        return accent, "#ffffff", 21.0
    light = sum(share * _linear(part) for share, part in zip((0.2126, 0.7152, 0.0722), found[:3], strict=True))
    on_white, on_black = 1.05 / (light + 0.05), (light + 0.05) / 0.05
    return accent if on_white >= _CONTRAST else "#000000", "#ffffff" if on_white >= on_black else "#000000", on_white


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


# --- the logo ---------------------------------------------------------------------------------------------------------


def _logo(
    values: Mapping[str, Any],
    chosen_height: bool,
    head: str,
    box: Rectangle | None,
    band: float | None,
    standard: Standard | None,
    paper: str,
    read_file: Any,
) -> Logo:
    """Give the logo in its size and place.

    :raises FieldError: it is no SVG or PNG, or does not go into the head.
    """
    path = str(values["logo"])
    ratio = aspect(path, Path(path).stat().st_mtime_ns, read_file)
    ruled = values.get("rule") in ("head", "both") and band is None
    high = box.height - (zones.RULE if ruled else 0) if box else _MOST_LOGO
    most = {"left": high, "above": high - 2 - _FACTS, "axis": high - 2}
    if head == "center":
        most["above"] = high - 2 - _NAME - 9
    if band is not None:
        most = dict.fromkeys(most, band - 13)
    wanted = str(values.get("logo_place", "auto"))
    if wanted == "auto":
        above = head == "center" and most["above"] >= _LEAST_LOGO
        where = "above" if above else "left"
    else:
        where = {"center": "above", "right": "axis"}.get(wanted, wanted)
    named = bool(values.get("head_name", True))
    if not named and where == "above":
        most["above"] = high - 2 - 9
    height = zones.points(str(values.get("logo_height", "15mm"))) * 25.4 / 72
    limit = round(max(0.0, min(most[where], _MOST_LOGO)), 1)
    params = (("least_mm", _LEAST_LOGO), ("most_mm", limit))
    if limit < _LEAST_LOGO:
        message = f"does not go {'above the name' if where == 'above' else 'there'}: there are {limit:g} mm"
        raise FieldError(message, "choose logo_place: left", code="logo-place", value=wanted, params=params)
    if chosen_height and not _LEAST_LOGO - 0.01 <= height <= limit + 0.01:
        message = f"is {values['logo_height']}; a logo is {_LEAST_LOGO:g} to {limit:g} mm high here"
        hint = "give another height, or another logo_place"
        raise FieldError(message, hint, code="logo-height", value=str(values["logo_height"]), params=params)
    height = min(height, limit)
    width = ratio * height
    room = _room(where, named, standard, paper)
    if width > room:
        height, width = room / ratio, room
        if height < _LEAST_LOGO:
            message = f"is {ratio:.1f} times as wide as high: {_LEAST_LOGO:g} mm high, it is wider than {room:.0f} mm"
            hint = "print it in the name's stead (head_name: false), or choose logo_place: center"
            raise FieldError(message, hint, code="logo-wide", params=(("room_mm", round(room, 1)),))
    return Logo(path=path, width=round(width, 2), height=round(height, 2), place=where)


def _room(where: str, named: bool, standard: Standard | None, paper: str) -> float:
    """The width that a logo may have at its place."""
    left = standard.margins[3] if standard else 25.0
    axis = (standard.axis - left) if standard else 100.0
    axis = axis if axis > 60 else 100.0
    if where == "axis":
        return PAPERS[paper].width - 10 - left - axis
    return axis - 4 - (_GAP + _LEAST_NAME if where == "left" and named else 0)


@lru_cache(maxsize=64)
def aspect(path: str, _stamp: int, read_file: Any) -> float:
    """Give an image's width, as a multiple of its height.

    :raises FieldError: it is no SVG or PNG, or says no size.
    """
    content: bytes = read_file(path).content
    if content.startswith(b"\x89PNG"):
        return int.from_bytes(content[16:20], "big") / max(1, int.from_bytes(content[20:24], "big"))
    if Path(path).suffix.lower() != ".svg":
        raise FieldError("is neither SVG nor PNG", "save it as SVG", code="logo-kind", value=Path(path).name)
    start = re.search(rb"<svg\b[^>]*>", content, re.S)
    found = dict(re.findall(rb"\b(viewBox|width|height)\s*=\s*[\"']([^\"']*)[\"']", start[0] if start else b""))
    box = found.get(b"viewBox", b"").replace(b",", b" ").split()
    try:
        if len(box) == 4 and float(box[2]) > 0 and float(box[3]) > 0:
            return float(box[2]) / float(box[3])
    except ValueError:
        pass
    sides = [_SIZE.match(found.get(name, b"")) for name in (b"width", b"height")]
    if all(sides) and float(sides[1][1]) > 0 and sides[0][2] == sides[1][2]:  # type: ignore[index]
        return float(sides[0][1]) / float(sides[1][1])  # type: ignore[index]
    hint = 'give its <svg> a viewBox, such as viewBox="0 0 60 20"'
    raise FieldError("does not say its size", hint, code="logo-sizeless", value=Path(path).name)
