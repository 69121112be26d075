"""Holds what a PDF's objects say against its carrier: sheet, pages, size of the file, fonts, colours, pictures.

Not here: what the objects say (`objects`, `drawing`), and how the pages look (`zones`, `addresses`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.carriers.values import Carrier
from letterpress.errors import Severity
from letterpress.page import Rectangle
from letterpress.pdf.page_view import PageView
from letterpress.preflight.drawing import Image
from letterpress.preflight.findings import Finding
from letterpress.preflight.objects import MOST_PAGES, STANDARD_FONTS, Box, FileFacts, PageFacts

_MM = 25.4 / 72
_SAME_BOX = 0.5
"""mm that two boxes of one page may differ."""
_NEAR = 0.98
"""Of the resolution asked: pictures are scaled to whole points, and lose a little."""
_FAR_BELOW = 0.5
"""Of the resolution asked: below this a picture is plainly coarse."""
_PRESS = "render the letter with --profile press: its colours are CMYK, its black text is black ink alone"
_EMBED = "embed all fonts when the PDF is made"


def check_file(carrier: Carrier, facts: FileFacts, *, duplex: bool) -> Iterator[Finding]:
    """Find what the carrier refuses of the file as a whole.

    :param duplex: whether both sides of the sheets are printed.
    """
    if not facts.count:
        yield Finding(rule="pages-none", message="the file has no pages")
    if facts.encrypted and not carrier.encrypted:
        message = f"the file is encrypted, and {carrier.title} cannot print it so"
        yield Finding(rule="pdf-encrypted", message=message, hint="save it without a password and without restrictions")
    if carrier.file_size is not None and facts.size > carrier.file_size:
        message = f"the file has {_size(facts.size)}, and {carrier.title} takes {_size(carrier.file_size)}"
        params = ("has", _megabytes(facts.size)), ("most", _megabytes(carrier.file_size))
        hint = "make pictures smaller, or send fewer pages"
        yield Finding(rule="file-size", message=message, hint=hint, params=params)
    if carrier.versions and not _version(carrier.versions[0]) <= _version(facts.version) <= _version(
        carrier.versions[1]
    ):
        oldest, newest = carrier.versions
        message = f"the file is PDF {facts.version}, and {carrier.title} takes {oldest} to {newest}"
        yield Finding(rule="file-version", message=message, hint="save it as another version")
    yield from _count(carrier, facts.count, duplex)
    if facts.count > MOST_PAGES:
        message = f"the file has {facts.count} pages, and only the first {MOST_PAGES} were looked at"
        hint = "part the file, and look at each part"
        yield Finding(rule="pages-unseen", message=message, hint=hint, params=(("most", MOST_PAGES),))


def _count(carrier: Carrier, count: int, duplex: bool) -> Iterator[Finding]:
    """Find whether there are too many pages or sheets."""
    by_country = dict(carrier.pages_by_country)
    most = max([carrier.pages or 0, *by_country.values()])
    if most and count > most:
        message = f"the file has {count} pages, and {carrier.title} takes {most} at most"
        yield Finding(
            rule="pages-many",
            message=message,
            hint="send fewer pages in one letter",
            params=_much("pages", count, most),
        )
    elif refusing := [f"{country} ({limit})" for country, limit in by_country.items() if count > limit]:
        message = f"the file has {count} pages, more than {carrier.title} sends to {', '.join(refusing)}"
        yield _abroad(message, "countries", count, min(by_country.values()))
    elif carrier.pages and count > carrier.pages:
        message = f"the file has {count} pages, and {carrier.title} takes {carrier.pages} to most countries"
        yield _abroad(message, "countries", count, carrier.pages)
    sides = 2 if duplex else 1
    leaves = -(-count // sides)
    told = f"{leaves} sheets" + ("" if duplex else " printed on one side")
    if carrier.leaves and leaves > carrier.leaves:
        message = f"the letter has {told}, and {carrier.title} takes {carrier.leaves}"
        hint = "send fewer pages in one letter" + ("" if duplex else ", or print both sides (--duplex)")
        yield Finding(rule="pages-many", message=message, hint=hint, params=_much("sheets", leaves, carrier.leaves))
    elif carrier.leaves_abroad and leaves > carrier.leaves_abroad:
        message = f"the letter has {told}, and {carrier.title} sends {carrier.leaves_abroad} abroad"
        yield _abroad(message, "abroad", leaves, carrier.leaves_abroad)


def _abroad(message: str, reason: str, has: int, most: int) -> Finding:
    """The finding of a letter that has too many pages or sheets for some countries."""
    params = _much(reason, has, most)
    return Finding(rule="pages-many", severity="warning", message=message, hint="look where it goes to", params=params)


def _much(reason: str, has: int, most: int) -> tuple[tuple[str, Any], ...]:
    return ("reason", reason), ("has", has), ("most", most)


def check_page(carrier: Carrier, number: int, facts: PageFacts, view: PageView) -> Iterator[Finding]:
    """Find what the carrier refuses of a page's objects.

    :param number: of the page, counted from 1.
    """
    yield from _sheet(carrier, number, facts, view)
    if facts.damaged is not None:
        yield damaged(number, facts)
    fonts = [font for font in facts.fonts if carrier.fonts == "embedded" or font not in STANDARD_FONTS]
    if carrier.fonts != "any":
        for font in fonts:
            message = f"the font {font} is not embedded, and {carrier.title} wants it so"
            yield Finding(rule="font-missing-in-file", message=message, page=number, hint=_EMBED, name=font)
    yield from _colors(carrier, number, facts)
    if facts.drawn.transparent and not carrier.transparency:
        message = f"the page has transparency, which {carrier.title} does not take"
        yield Finding(rule="transparency", message=message, page=number, hint="flatten it when the PDF is made")
    if facts.drawn.gradients and not carrier.gradients:
        message = f"the page has a gradient that is drawn, which {carrier.title} does not take"
        yield Finding(rule="gradient", message=message, page=number, hint="make a picture of it, or one colour")
    yield from _annotations(carrier, number, facts)
    for image in facts.drawn.images:
        yield from _resolution(carrier, number, image, view)


def damaged(number: int, facts: PageFacts) -> Finding:
    """Make the finding of a page whose content cannot be read, or is too much."""
    message = f"what the page draws cannot be read: {facts.damaged}"
    return Finding(rule="page-damaged", message=message, page=number, hint="print the file to a new PDF")


def fits(carrier: Carrier, facts: PageFacts, view: PageView) -> bool:
    """Whether a page has one of the carrier's sheets, so that its places can be looked at."""
    return carrier.takes_sheet(view.width * facts.unit, view.height * facts.unit)


def _sheet(carrier: Carrier, number: int, facts: PageFacts, view: PageView) -> Iterator[Finding]:
    width, height = view.width * facts.unit, view.height * facts.unit
    if facts.unit != 1:
        message = f"the page is measured in units of {facts.unit:g} pt (UserUnit), which some programs overlook"
        yield Finding(
            rule="page-scaled", severity="warning", message=message, hint="print it to a new PDF", page=number
        )
    if not fits(carrier, facts, view):
        wanted = " or ".join(f"{one:g} x {two:g}" for one, two in carrier.sheets)
        lying = carrier.takes_sheet(height, width)
        side = ", which lies on its side" if lying else ""
        message = f"the page is {width:.1f} x {height:.1f} mm{side}, and {carrier.title} takes {wanted}"
        trim = facts.trim
        if trim is not None and carrier.takes_sheet((trim[2] - trim[0]) * _MM, (trim[3] - trim[1]) * _MM):
            hint = "it has bleed or crop marks around the sheet: send it without"
        else:
            hint = "make the page for this sheet; nothing else of its places was looked at"
        params = (("width", round(width, 1)), ("height", round(height, 1)))
        yield Finding(rule="sheet-size", message=message, hint=hint, page=number, params=params)
    if facts.rotate:
        message = f"the page is stored turned by {facts.rotate}°: some machines print it as it is stored"
        yield Finding(
            rule="page-turned", severity="warning", message=message, hint="print it upright to a new PDF", page=number
        )
    if facts.media is None:
        message = "the page does not say how large it is: viewers take US Letter"
        yield Finding(rule="box-missing", severity="warning", message=message, page=number)
    elif carrier.bleed is None and facts.crop is not None and _differ(facts.crop, facts.media):
        message = "the page shows a part of its sheet only (its CropBox): some machines print all of it (its MediaBox)"
        yield Finding(rule="box-unlike", severity="warning", message=message, hint="cut the page itself", page=number)


def _differ(one: Box, other: Box) -> bool:
    return any(abs(a - b) * _MM > _SAME_BOX for a, b in zip(one, other, strict=True))


def _colors(carrier: Carrier, number: int, facts: PageFacts) -> Iterator[Finding]:
    if carrier.colors == "any":
        return
    for kind in sorted(facts.drawn.colors):
        what, _, image = kind.partition(" image")
        shown = f"a picture in {what}" if image or kind.endswith(" image") else f"colours in {what}"
        if carrier.colors == "converted":
            message = (
                f"the page has {shown}; {carrier.title} converts them to CMYK, and black text may become four colours"
            )
            yield Finding(
                rule="color-unprinted", severity="warning", message=message, page=number, hint=_PRESS, name=kind
            )
        else:
            message = f"the page has {shown}, and {carrier.title} takes CMYK, grey and spot colours only"
            yield Finding(rule="color-unprinted", message=message, page=number, hint=_PRESS, name=kind)


def _annotations(carrier: Carrier, number: int, facts: PageFacts) -> Iterator[Finding]:
    for kind in sorted(set(facts.annotations) - {"Popup"}):
        if not carrier.annotations:
            message = f"the page has an annotation ({kind}), which {carrier.title} does not take"
            yield Finding(rule="annotation", message=message, page=number, hint="print it to a new PDF", name=kind)
        elif kind not in ("Link", "Widget"):
            message = f"the page has an annotation ({kind}) that may be printed or not"
            hint = "print it to a new PDF, with it or without"
            yield Finding(rule="annotation", severity="warning", message=message, page=number, hint=hint, name=kind)


def _resolution(carrier: Carrier, number: int, image: Image, view: PageView) -> Iterator[Finding]:
    wanted = carrier.line_resolution if image.bits == 1 and carrier.line_resolution else carrier.resolution
    if wanted is None or image.dpi >= wanted * _NEAR:
        return
    (x1, y1), (x2, y2) = (view.place(*corner) for corner in image.corners)
    box = Rectangle(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
    message = f"a picture is printed with {image.dpi:.0f} pixels to the inch, and {carrier.title} wants {wanted}"
    severity: Severity = "error" if image.dpi < wanted * _FAR_BELOW else "warning"
    hint = "take a larger picture, or print it smaller"
    about: dict[str, Any] = {
        "hint": hint,
        "severity": severity,
        "params": (("has", round(image.dpi)), ("wanted", wanted)),
    }
    yield Finding(rule="image-coarse", message=message, page=number, box=box, **about)


def check_bleed(
    carrier: Carrier, number: int, facts: PageFacts, view: PageView, reaches: tuple[bool, bool, bool, bool]
) -> Iterator[Finding]:
    """Find whether ink that reaches the edge of the trimmed page goes on beyond it.

    :param reaches: whether ink reaches the top, right, bottom and left edge of the trimmed page.
    """
    if carrier.bleed is None or not any(reaches) or facts.media is None:
        return
    sheet, trim = _seen(view, facts.media), _seen(view, facts.trim or facts.crop or facts.media)
    bleed = _seen(view, facts.bleed) if facts.bleed else trim
    bleed = bleed.intersection(sheet)
    room = (trim.y - bleed.y, bleed.right - trim.right, bleed.bottom - trim.bottom, trim.x - bleed.x)
    names = ("upper", "right", "lower", "left")
    short = [
        name
        for name, reached, has in zip(names, reaches, room, strict=True)
        if reached and has < carrier.bleed - _SAME_BOX / 2
    ]
    if short:
        message = (
            f"ink reaches the {', '.join(short)} edge of the page, which has not {carrier.bleed:g} mm of bleed there"
        )
        hint = "let the background go on beyond the edge, or keep it away from it"
        yield Finding(rule="bleed-missing", message=message, page=number, hint=hint)


def trimmed(facts: PageFacts, view: PageView) -> Rectangle:
    """Give the place of the trimmed page on the page as it is seen, mm."""
    box = facts.trim or facts.crop or facts.media
    return Rectangle(0, 0, view.width, view.height) if box is None else _seen(view, box)


def _seen(view: PageView, box: Box) -> Rectangle:
    (x1, y1), (x2, y2) = view.place(box[0], box[1]), view.place(box[2], box[3])
    return Rectangle(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _megabytes(count: int) -> float:
    return round(count / 1_000_000, 2)


def _size(count: int) -> str:
    return f"{count / 1_000_000:.2f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"
