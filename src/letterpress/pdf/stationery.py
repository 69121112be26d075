"""A firm's printed paper, a PDF, under the pages of a letter.

A page of the paper becomes a form that is drawn below a letter's page as an artifact: what stands on it is no text of
the letter. It stays vectors and type. What the archive does not allow is converted where the page looks the same after
it (profiles of colours, layers that are all shown, marks of another structure), and refused by name where it would not.

Not here: what of the paper's ink is in the letter's way (`layout.paper_ink`), which file a letter names
(`letterhead.look_files`). Source: ISO 19005-3, 6.2 (colours, fonts, transparency) and 6.3 (annotations); ISO 32000-1,
8.10 (forms), 8.11 (layers), 14.8.2.2 (artifacts), 14.11.2 (boxes). Lengths in mm, in the file in pt.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.errors import FieldError, LetterpressError
from letterpress.page import PaperPage, PressCopy
from letterpress.pdf import colours, foreign_page, raster, structure
from letterpress.pdf.press.spaces import Unprintable
from letterpress.pdf.values import annotations_of, array, group, groups, is_array, is_group, is_stream

_MM = 72 / 25.4
_DPI = 50.8
"""Two pixels to the mm: what finds a rule of 0.4 pt, which is drawn grey."""
_MARKS = frozenset(("BMC", "BDC", "EMC", "MP", "DP"))
_ENCODINGS = frozenset(("/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding"))
_NOT_ALLOWED = {
    "/ExtGState": ("/TR", "/TR2", "/HTP", "/BG2", "/UCR2"),
    "/XObject": ("/OPI", "/Alternates", "/PS", "/Ref", "/OC", "/StructParent", "/StructParents", "/Metadata"),
}
"""Keys that PDF/A forbids or that lead into the paper's own file, and that change nothing of how the page looks."""
_AGAIN = "open it, and save or print it as a new PDF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file of printed paper, made fit for a letter."""

    pages: int
    sizes: tuple[tuple[float, float], ...]
    """Of each page, as it is trimmed: width and height in mm."""
    links: int
    """Links that it has and a letter does not take over."""
    pdf: bytes
    """Its pages, trimmed, each drawn by one form `/P`."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A page as it is printed, in grey: two pixels to the mm, a byte each, 255 for white."""

    width: int
    height: int
    pixels: bytes


def read(path: str) -> Paper:
    """Read a file of printed paper; once, until it changes.

    :raises FieldError: it cannot be under a letter; the message continues "the printed paper".
    """
    state = Path(path).stat()
    return _read(path, state.st_mtime_ns, state.st_size)


def ink(page: PaperPage) -> Ink:
    """Draw a page of the paper."""
    state = Path(page.file).stat()
    return _ink(page, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _ink(page: PaperPage, mtime: int, size: int) -> Ink:
    return Ink(*raster.grey(_read(page.file, mtime, size).pdf, dpi=_DPI, page=page.number))


@lru_cache(maxsize=16)
def _read(path: str, _mtime: int, _size: int) -> Paper:
    import pikepdf

    name = Path(path).name
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise _refused("is locked with a password", "save it without one", "stationery-locked", name) from None
    except (pikepdf.PdfError, OSError, RuntimeError, ValueError):
        raise _refused("is not a PDF that can be read", _AGAIN, "stationery-unreadable", name) from None
    with pdf:
        try:
            return _prepared(pikepdf, pdf, name)
        except FieldError:
            raise
        except (pikepdf.PdfError, TypeError, ValueError, AttributeError, KeyError, RuntimeError, IndexError):
            # Any object may stand in any place: what a foreign file does is its own fault.
            raise _refused("is damaged", _AGAIN, "stationery-unreadable", name) from None


def _refused(message: str, hint: str, code: str, name: str, **params: Any) -> FieldError:
    return FieldError(f"'{name}' {message}", hint, code=code, value=name, params=tuple(params.items()))


def _prepared(pike: Any, pdf: Any, name: str) -> Paper:
    if pdf.is_encrypted and not pdf.allow.extract:
        message = "is encrypted: its author does not allow that its pages are put into another file"
        raise _refused(message, "ask for a file without protection", "stationery-locked", name)
    count = len(pdf.pages)
    if not 1 <= count <= 2:
        hint = "a file has one page, or two: the first and the following ones"
        raise _refused(f"has {count} pages", hint, "stationery-pages", name, pages=count)
    _check_layers(pdf, name)
    pages = [page.obj for page in pdf.pages]
    links = 0
    for page in pages:
        foreign_page.complete(page)
        links += _take_off(page, name)
        _draw_plainly(pike, pdf, page)
    pdf.remove_unreferenced_resources()
    _check_fonts(pages, name)
    _keep_colours(pdf, pages, name)
    foreign_page.drop_glyph_sets(pages)
    made = pike.new()
    sizes = [_add(pike, pdf, made, page) for page in pages]
    file = io.BytesIO()
    made.save(file, deterministic_id=True)
    return Paper(pages=count, sizes=tuple(sizes), links=links, pdf=file.getvalue())


# --- what is refused --------------------------------------------------------------------------------------------------


def _check_layers(pdf: Any, name: str) -> None:
    """:raises FieldError: a layer is hidden; whether it is to be printed cannot be known."""
    shown = group(pdf.Root, "/OCProperties", "/D")
    if shown is not None and (array(shown, "/OFF") or str(shown.get("/BaseState", "/ON")) == "/OFF"):
        hint = "save it without layers (flattened)"
        raise _refused("has a layer that is hidden", hint, "stationery-layer", name)


def _take_off(page: Any, name: str) -> int:
    """Take off what lies over the page, and count the links.

    :raises FieldError: it shows something of its own: a field, a note, a stamp.
    """
    kinds = [str(annotation.get("/Subtype", ""))[1:] for annotation in annotations_of(page)]
    for kind in kinds:
        if kind not in ("Link", "Popup"):
            what = "a field of a form" if kind == "Widget" else f"a note of the kind {kind}"
            hint = "print it to a new PDF, so that it becomes part of the page"
            raise _refused(f"has {what} over its page", hint, "stationery-interactive", name, kind=kind)
    if "/Annots" in page:
        del page["/Annots"]
    return kinds.count("Link")


def _check_fonts(pages: Sequence[Any], name: str) -> None:
    """:raises FieldError: a font is not in the file, or its letters cannot be read as text."""
    hint = "export it with all fonts, or with its texts as outlines"
    for part in _parts(pages):
        for _, font in groups(part, "/Resources", "/Font"):
            if font.get("/Subtype") == "/Type3":
                continue
            family = str(font.get("/BaseFont", "/a font"))[1:].rpartition("+")[2]
            below = array(font, "/DescendantFonts")
            files = group(below[0] if below else font, "/FontDescriptor") or {}
            if not any(f"/FontFile{number}" in files for number in ("", "2", "3")):
                raise _refused(f"does not hold its font '{family}'", hint, "stationery-font", name, font=family)
            encoding = font.get("/Encoding")
            named = str(encoding) in _ENCODINGS or (is_group(encoding) and not below)
            if "/ToUnicode" not in font and (below or not named):
                message = f"does not say which letters its font '{family}' draws"
                raise _refused(message, hint, "stationery-font", name, font=family)


def _keep_colours(pdf: Any, pages: Sequence[Any], name: str) -> None:
    """Give the page's device colours the profile of its file.

    :raises FieldError: it has colours for print (CMYK), and no profile says how they look.
    """
    profile = colours.profile(pdf)
    space = colours.space_of(pdf, profile) if profile is not None else None
    if space is None or space[0] != "/DefaultCMYK":
        for page in pages:
            if _has_cmyk(page):
                hint = "export it as PDF/X-4 or PDF/A, which hold the profile, or in RGB"
                message = "has colours for print (CMYK), and no profile that says how they look"
                raise _refused(message, hint, "stationery-colour", name)
    if space is not None:
        colours.set_default(pages, *space)
        for part in _parts(pages):
            inner = group(part, "/Group")
            if inner is not None and str(inner.get("/CS")) == "/DeviceCMYK" and space[0] == "/DefaultCMYK":
                inner.CS = space[1]
            for _, state in groups(part, "/Resources", "/ExtGState"):
                if state.get("/OPM") == 1:  # not with a profile of CMYK: ISO 19005-3, 6.2.4.2
                    state.OPM = 0


def _has_cmyk(page: Any) -> bool:
    """Tell whether anything on a page is in DeviceCMYK: an operator, a colour space, an image, a group."""
    import pikepdf

    for part in _parts([page]):
        spaces = [part.get("/ColorSpace"), (group(part, "/Group") or {}).get("/CS")]
        spaces += list((group(part, "/Resources", "/ColorSpace") or {}).values())
        spaces += [shading.get("/ColorSpace") for _, shading in groups(part, "/Resources", "/Shading")]
        spaces += [shading.get("/ColorSpace") for _, shading in _shadings(part)]
        if any(_names_cmyk(space, 6) for space in spaces):
            return True
        if is_stream(part) and str(part.get("/Subtype")) == "/Image":
            continue
        if part is page or is_stream(part):
            for instruction in pikepdf.parse_content_stream(part):
                operator = str(instruction.operator)
                if operator in ("k", "K") or (operator in ("cs", "CS") and _first(instruction) == "/DeviceCMYK"):
                    return True
                if isinstance(instruction, pikepdf.ContentStreamInlineImage) and _is_cmyk(instruction):
                    return True
    return False


def _first(instruction: Any) -> str:
    return str(instruction.operands[0]) if len(instruction.operands) else ""


def _is_cmyk(image: Any) -> bool:
    return str(image.iimage.colorspace) == "/DeviceCMYK"


def _shadings(part: Any) -> Iterator[tuple[str, Any]]:
    """The shadings of the patterns that a part draws with."""
    for key, pattern in groups(part, "/Resources", "/Pattern"):
        shading = group(pattern, "/Shading")
        if shading is not None:
            yield key, shading


def _names_cmyk(space: Any, depth: int) -> bool:
    if is_array(space):
        return depth > 0 and any(_names_cmyk(item, depth - 1) for item in list(space)[:4])
    return str(space) == "/DeviceCMYK" if space is not None and not is_group(space) else False


def _parts(pages: Sequence[Any]) -> Iterator[Any]:
    seen: set[Any] = set()
    for page in pages:
        yield from structure.parts(page, seen)


# --- what is made of it -----------------------------------------------------------------------------------------------


def _draw_plainly(pike: Any, pdf: Any, page: Any) -> None:
    """Take out of a page, and of what it draws with, the marks of its own structure and layers, and what PDF/A forbids
    and no one sees."""
    for part in list(_parts([page])):
        for kind, keys in _NOT_ALLOWED.items():
            for _, value in groups(part, "/Resources", kind):
                for key in keys:
                    if key in value:
                        del value[key]
                if value.get("/Interpolate") is True:
                    value.Interpolate = False
        resources = group(part, "/Resources")
        if resources is not None and "/Properties" in resources:
            del resources["/Properties"]
        if part is page:
            page.Contents = pdf.make_stream(_plain(pike, page))
        elif is_stream(part) and (str(part.get("/Subtype")) == "/Form" or part.get("/PatternType") == 1):
            part.write(_plain(pike, part))


def _plain(pike: Any, part: Any) -> bytes:
    """The content without marks, and with as many restored states as saved ones."""
    kept, depth = [], 0
    for instruction in pike.parse_content_stream(part):
        operator = str(instruction.operator)
        if operator in _MARKS or (operator == "Q" and depth == 0):
            continue
        depth += {"q": 1, "Q": -1}.get(operator, 0)
        kept.append(instruction)
    return bytes(pike.unparse_content_stream(kept)) + b"\nQ" * depth


def _add(pike: Any, source: Any, made: Any, page: Any) -> tuple[float, float]:
    """Put a page into the new file: what is left of it when it is trimmed, in a form, upright.

    :returns: its width and height in mm.
    """
    box = next(array(page, key) for key in ("/TrimBox", "/CropBox", "/MediaBox") if len(array(page, key)) == 4)
    x1, y1, x2, y2 = (float(value) for value in box)
    left, bottom, right, top = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    scale = float(page.get("/UserUnit", 1))
    width, height = (right - left) * scale, (top - bottom) * scale
    turned = int(page.get("/Rotate", 0)) % 360
    matrix = {
        0: (scale, 0, 0, scale, -left * scale, -bottom * scale),
        90: (0, -scale, scale, 0, -bottom * scale, right * scale),
        180: (-scale, 0, 0, -scale, right * scale, top * scale),
        270: (0, scale, -scale, 0, top * scale, -left * scale),
    }[turned]
    if turned % 180:
        width, height = height, width
    form = made.make_stream(page.Contents.read_bytes())
    form.Type, form.Subtype = pike.Name.XObject, pike.Name.Form
    form.BBox = pike.Array([left, bottom, right, top])
    form.Matrix = pike.Array([round(value, 5) for value in matrix])
    form.Resources = made.copy_foreign(source.make_indirect(page.get("/Resources", pike.Dictionary())))
    if is_group(page.get("/Group")):
        form.Group = made.copy_foreign(source.make_indirect(page.Group))
    made.add_blank_page(page_size=(max(3, width), max(3, height)))
    sheet = made.pages[-1].obj
    sheet.Resources = pike.Dictionary(XObject=pike.Dictionary(P=form))
    sheet.Contents = made.make_stream(b"/P Do")
    return width / _MM, height / _MM


def place(letter: bytes, papers: Sequence[PaperPage | None], press: PressCopy | None = None) -> bytes:
    """Draw printed paper below the pages of a finished letter.

    :param papers: of page 1, and of the following ones; None is a white sheet.
    :param press: how the letter is written for a press, if it is: so is the paper.
    :raises LetterpressError: the paper cannot be printed by a press.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(letter)) as pdf:
        forms: dict[PaperPage, Any] = {}
        for at, page in enumerate(pdf.pages):
            paper = papers[min(at, 1)]
            if paper is None:
                continue
            if paper not in forms:
                forms[paper] = _form(pikepdf, pdf, paper, press)
            form, width, height = forms[paper]
            x, y = (float(page.trimbox[2]) - width) / 2, (float(page.trimbox[3]) - height) / 2
            name = f"/Paper{min(at, 1) + 1}"
            page.obj.Resources = page.obj.get("/Resources", pikepdf.Dictionary())
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = pikepdf.Dictionary()
            page.obj.Resources.XObject[name] = form
            drawn = f"/Artifact <</Type /Background>> BDC q 1 0 0 1 {x:.4f} {y:.4f} cm {name} Do Q EMC"
            page.contents_add(drawn.encode(), prepend=True)
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return file.getvalue()


def _form(pike: Any, pdf: Any, paper: PaperPage, press: PressCopy | None) -> tuple[Any, float, float]:
    """Copy the form of a paper's page into a letter; with its size in pt."""
    content = read(paper.file).pdf
    if press is not None:
        from letterpress.pdf.press import foreign  # here: few letters on printed paper go to a press

        try:
            content = foreign.converted(content, press)
        except Unprintable as error:
            name = Path(paper.file).name
            message = f"the printed paper '{name}' has {error}, which a press copy cannot have"
            hint = "save it as PDF/X-4 or in plain colours, or leave it out with own_head"
            raise LetterpressError(message, hint=hint, code="stationery-unprintable", value=name) from error
    with pike.open(io.BytesIO(content)) as source:
        sheet = source.pages[paper.number - 1]
        form = pdf.copy_foreign(sheet.obj.Resources.XObject.P)
        return form, float(sheet.mediabox[2]), float(sheet.mediabox[3])
