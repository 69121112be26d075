"""Reads the address by the places of its characters, as a carrier's machine does, and holds it against its rules.

The order in which the file draws its characters says nothing: lines are found by their baselines, words by gaps.

Not here: the rest of the page (`zones`). Source: measured on letters of ours and of foreign programs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from letterpress.addressing import countries, postcodes
from letterpress.carriers.values import Address, Carrier
from letterpress.page import Rectangle
from letterpress.pdf.page_view import Glyph, Style
from letterpress.preflight.findings import Finding
from letterpress.preflight.ink import Ink
from letterpress.preflight.zones import hull, is_in, written

_LINE = 1.0
"""mm that baselines of one line may differ: small capitals and fractions do a little."""
_GAP = 0.6
"""mm from one character to the next that part words."""
_JOINED = 4.0
"""mm from one character to the next that part blocks of text: a line that goes on nearer is cut by the field's edge."""
_BEYOND = 0.3
"""mm that a character may reach out of the field."""
_CROSSING = 4.0
"""mm from the field's edge in which the middle of a line is that crosses it."""
_LEFT = 0.7
"""mm that beginnings of lines may differ: letters have bearings."""
_BLANK = 1.8
"""A line's distance to the next, as a multiple of the usual one, from which on a blank line stands between them."""
_TYPE = 0.05
"""pt that a size may differ from what is asked: programs round."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page."""

    text: str
    glyphs: tuple[Glyph, ...]
    box: Rectangle


def lines(glyphs: Sequence[Glyph], place: Rectangle) -> list[Line]:
    """Read what stands in a place: its lines from above, each from the left. A line is in it whose middle is."""
    beside = (glyph for glyph in glyphs if place.x <= (glyph.left + glyph.right) / 2 <= place.right)
    rows: list[list[Glyph]] = []
    for glyph in sorted(beside, key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - rows[-1][0].baseline <= _LINE:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    found = [_line(sorted(row, key=lambda glyph: glyph.left)) for row in rows]
    return [line for line in found if place.y <= line.box.y + line.box.height / 2 <= place.bottom]


def _line(row: list[Glyph]) -> Line:
    text = row[0].text
    for before, glyph in pairwise(row):
        text += (" " if glyph.left - before.right > _GAP else "") + glyph.text
    return Line(unicodedata.normalize("NFKC", text), tuple(row), hull(row))


def check(
    carrier: Carrier, glyphs: Sequence[Glyph], style: Callable[[int], Style], ink: Ink, size: tuple[float, float]
) -> tuple[list[Line], list[Finding]]:
    """Read the address of page 1, and find what the carrier refuses.

    :param style: reads how a character is set.
    :param size: of the page, mm.
    """
    address = carrier.address
    if address is None or address.area is None:
        return [], []
    field = address.area.on(*size)
    if address.printed:
        return [], list(_blank(carrier, ink, glyphs, field))
    read = Rectangle(
        field.x - address.margin,
        field.y - address.margin,
        field.width + 2 * address.margin,
        field.height + 2 * address.margin,
    )
    found = lines(glyphs, read)
    if address.return_line is not None and (sender := address.return_line.on(*size)):
        found = [line for line in found if not all(is_in(glyph, sender) for glyph in line.glyphs)]
    if not found:
        message = f"no address stands in the field that {carrier.title} reads"
        hint = f"it is read in {written(field)}"
        return [], [Finding(rule="address-missing", message=message, page=1, box=field, hint=hint)]
    findings = [*_cut(carrier, glyphs, read, found)]
    findings += _checked(carrier, address, found)
    findings += _set(carrier, address, found, style)
    return found, findings


def _blank(carrier: Carrier, ink: Ink, glyphs: Sequence[Glyph], field: Rectangle) -> Iterator[Finding]:
    """What stands where the carrier prints the address itself; text counts even where it is white."""
    boxes = ink.within(field)
    texts = [glyph for glyph in glyphs if is_in(glyph, field)]
    if not boxes and texts:
        boxes = [hull(texts)]
    for box in boxes:
        message = f"something stands where {carrier.title} prints the address itself"
        hint = f"keep {written(field)} free"
        yield Finding(rule="address-blank", message=message, page=1, box=box, hint=hint)


def _cut(carrier: Carrier, glyphs: Sequence[Glyph], read: Rectangle, found: Sequence[Line]) -> Iterator[Finding]:
    """Lines that stand in the field in part only."""
    hint = f"the field is {written(read)}"
    for line in found:
        going_on = _going_on(line, glyphs, read)
        if going_on or _is_beyond(line.box, read):
            message = f"the line '{line.text}' stands in the address field of {carrier.title} in part only"
            box = hull([*line.glyphs, *going_on])
            yield Finding(rule="address-crosses", message=message, page=1, box=box, hint=hint, name=line.text)
    for edge in (read.y, read.bottom):
        strip = Rectangle(read.x, edge - _CROSSING, read.width, 2 * _CROSSING)
        for line in lines(glyphs, strip):
            crosses = line.box.y < edge - _BEYOND and line.box.bottom > edge + _BEYOND
            if crosses and line.box not in [known.box for known in found]:
                message = f"the line '{line.text}' crosses the edge of the address field of {carrier.title}"
                yield Finding(rule="address-crosses", message=message, page=1, box=line.box, hint=hint, name=line.text)


def _going_on(line: Line, glyphs: Sequence[Glyph], read: Rectangle) -> list[Glyph]:
    """What goes on from a line beyond the field, to its left or right."""
    first, last = line.glyphs[0], line.glyphs[-1]
    beside = [
        glyph
        for glyph in glyphs
        if abs(glyph.baseline - first.baseline) <= _LINE and not read.x <= (glyph.left + glyph.right) / 2 <= read.right
    ]
    return [
        glyph for glyph in beside if 0 <= glyph.left - last.right <= _JOINED or 0 <= first.left - glyph.right <= _JOINED
    ]


def _is_beyond(box: Rectangle, read: Rectangle) -> bool:
    across = box.x < read.x - _BEYOND or box.right > read.right + _BEYOND
    return across or box.y < read.y - _BEYOND or box.bottom > read.bottom + _BEYOND


def _checked(carrier: Carrier, address: Address, found: Sequence[Line]) -> Iterator[Finding]:
    """What the lines say."""
    box = hull([glyph for line in found for glyph in line.glyphs])
    if address.lines is not None and not address.lines[0] <= len(found) <= address.lines[1]:
        least, most = address.lines
        has = f"{len(found)} line{'' if len(found) == 1 else 's'}"
        message = f"the address has {has}, and {carrier.title} takes {least} to {most}"
        params = (("has", len(found)), ("least", least), ("most", most))
        hint = "join lines, or leave some out"
        yield Finding(rule="address-lines", message=message, page=1, box=box, hint=hint, params=params)
    for line in found:
        if line.text[0] in address.not_begin:
            message = f"the address line '{line.text}' begins with '{line.text[0]}', which {carrier.title} refuses"
            hint = "begin it with a letter or a figure"
            yield Finding(rule="address-character", message=message, page=1, box=line.box, hint=hint, name=line.text)
        for text in address.refused:
            if text.casefold() in line.text.casefold():
                message = f"the address says '{text}', which {carrier.title} refuses"
                yield Finding(
                    rule="address-text", message=message, page=1, box=line.box, hint="find out where mail arrives"
                )
    if address.last and not any(_is_last(kind, found[-1].text, carrier) for kind in address.last):
        named = [{"postcode": "the postcode", "country": "the country"}.get(kind, kind) for kind in address.last]
        message = (
            f"the last line of the address is '{found[-1].text}', and {carrier.title} wants {' or '.join(named)} there"
        )
        hint = "let nothing stand in the field below the address, and write countries by their names"
        yield Finding(rule="address-last-line", message=message, page=1, box=found[-1].box, hint=hint)


def _is_last(kind: str, line: str, carrier: Carrier) -> bool:
    if kind == "country":
        return len(line) > 2 and countries.code(line) is not None
    if kind == "postcode":
        address = carrier.address
        of_address = address.country if address is not None else None
        known = [of_address] if of_address else [carrier.country, *(name for name, _ in carrier.pages_by_country)]
        return any(country is not None and postcodes.is_in_line(country, line) for country in known)
    return line.casefold().startswith(kind.casefold())


def _set(carrier: Carrier, address: Address, found: Sequence[Line], style: Callable[[int], Style]) -> Iterator[Finding]:
    """How the lines are set."""
    styles = [(line, style(line.glyphs[0].number)) for line in found]
    if address.size is not None:
        least, most = address.size
        for line, one in styles:
            if not least - _TYPE <= one.size <= most + _TYPE:
                wanted = f"at least {least:g}" if most > 100 else f"{least:g} to {most:g}"
                message = (
                    f"the address line '{line.text}' is set in {one.size:.1f} pt, and {carrier.title} wants {wanted}"
                )
                reason = "small" if one.size < least else "large"
                params = (("reason", reason), ("has", round(one.size, 1)), ("least", least), ("most", most))
                yield Finding(rule="address-size", message=message, page=1, box=line.box, name=line.text, params=params)
    if address.plain:
        for line, one in styles:
            if one.bold or one.italic:
                how = "bold" if one.bold else "italic"
                message = f"the address line '{line.text}' is {how}, which {carrier.title} does not read"
                yield Finding(rule="address-style", message=message, page=1, box=line.box, name=line.text)
    if address.aligned:
        first = min(line.box.x for line in found)
        for line in found:
            if line.box.x - first > _LEFT:
                message = f"the address line '{line.text}' begins further right than the others"
                yield Finding(rule="address-aligned", message=message, page=1, box=line.box, name=line.text)
    if not address.blank_lines and len(found) > 2:
        steps = [two.glyphs[0].baseline - one.glyphs[0].baseline for one, two in pairwise(found)]
        usual = min(steps)
        for line, step in zip(found, steps, strict=False):
            if step > usual * _BLANK:
                message = f"a blank line stands in the address below '{line.text}'"
                yield Finding(rule="address-blank-line", message=message, page=1, box=line.box, name=line.text)
