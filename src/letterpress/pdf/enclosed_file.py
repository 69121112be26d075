"""Looks at the file of an enclosure: how many pages it has, what it is called, which standards it keeps.

A file is looked at once in a process, until it changes.

Not here: what it means for a letter (`inspect`), what is damaged (`damage`), what does not come along (`left_out`).
Source: ISO 19005 (PDF/A), ISO 14289-1 (PDF/UA).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.pdf import damage, foreign_page, structure, xmp
from letterpress.pdf.left_out import Census
from letterpress.pdf.values import array, group, groups, is_group
from letterpress.pdf.xmp import Claims

_AGAIN = "open it, and print or save it as a new PDF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an enclosure's file is."""

    count: int
    """Its pages."""
    title: str
    """Its own; empty, if it says none."""
    claimed: Claims
    """What it says of itself."""
    claims: Claims
    """What a letter with its pages can still say."""
    tagged: bool
    notes: tuple[Diagnostic, ...]
    """Warnings and notes without a place."""
    losses: tuple[damage.Loss, ...] = ()
    """Damage that costs something of one page."""
    sizes: tuple[tuple[float, float], ...] = ()
    """Width and height of each page as it is seen, in pt."""
    missing: tuple[damage.Loss, ...] = ()
    """What a page draws and no viewer finds."""


class Unusable(Exception):
    """A file that cannot be enclosed, and why; `diagnostic` has no place."""

    def __init__(self, message: str, hint: str, *, code: str, name: str, params: tuple[tuple[str, Any], ...] = ()):
        """Make the fault; its parameters begin with the name of the file."""
        super().__init__(message)
        self.diagnostic = Diagnostic(message=message, hint=hint, code=code, params=(("enclosure", name), *params))


def look(path: Path) -> Look:
    """Look at a file.

    :raises Unusable: it cannot be enclosed.
    :raises OSError: it is not there.
    """
    state = path.stat()
    return _look(str(path), state.st_mtime_ns, state.st_size)


def damaged(name: str, loss: damage.Loss) -> Unusable:
    """Make the fault of a file that has lost something."""
    message = f"'{name}' is damaged: it {loss.message}"
    hint = "get the file anew from where it came from"
    page = None if loss.page is None else loss.page + 1
    return Unusable(message, hint, code="enclosure-damaged", name=name, params=(("page", page),))


def reason(error: object, path: str) -> str:
    """Put a complaint of the library in one line, without the file's whole path."""
    if isinstance(error, UnicodeError | TypeError | AttributeError | KeyError) or "operation for" in str(error):
        return "an object in it is not what its place asks for"
    return " ".join(str(error).replace(path, Path(path).name).split())[:200] or type(error).__name__


@lru_cache(maxsize=64)
def _look(path: str, _mtime: int, _size: int) -> Look:
    """Look at a file whose state is part of the key, so that a changed file is looked at again."""
    import pikepdf

    name = Path(path).name
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError:
        message = f"'{name}' is locked with a password"
        raise Unusable(message, "save it without one", code="enclosure-locked", name=name) from None
    except (pikepdf.PdfError, OSError, RuntimeError, ValueError) as error:
        message = f"'{name}' is not a PDF that can be read: {reason(error, path)}"
        raise Unusable(message, _AGAIN, code="enclosure-unreadable", name=name) from error
    with pdf:
        try:
            _admit(pdf, name)
            harm = damage.examine(pdf, Path(path))
            for loss in harm.losses:
                if loss.page is None:
                    raise damaged(name, loss)
            return _seen(pdf, name, harm)
        except Unusable:
            raise
        except Exception as error:  # any object may stand in any place: what a foreign file does is its own fault
            logging.getLogger("letterpress").debug("an enclosure cannot be read", exc_info=True)
            message = f"'{name}' is damaged: {reason(error, path)}"
            raise Unusable(message, _AGAIN, code="enclosure-damaged", name=name) from error


def _admit(pdf: Any, name: str) -> None:
    """Refuse a file whose pages are not all of it, are not there, or may not be taken.

    :raises Unusable: it is one.
    """
    if pdf.is_encrypted and not (pdf.allow.extract and pdf.allow.modify_assembly):
        message = f"'{name}' is encrypted: its author does not allow that its pages are put into another file"
        raise Unusable(message, "ask for a file without protection", code="enclosure-protected", name=name)
    if not len(pdf.pages):
        raise Unusable(f"'{name}' has no pages", _AGAIN, code="enclosure-empty", name=name)
    root = pdf.Root
    form = group(root, "/AcroForm")
    if form is not None and "/XFA" in form and (root.get("/NeedsRendering") is True or not array(form, "/Fields")):
        hint = "open it in the program that made it, and print it to a PDF"
        raise Unusable(
            f"'{name}' is an XFA form: its pages are made by a script", hint, code="enclosure-xfa", name=name
        )
    if group(root, "/Collection") is not None:
        hint = "save the files that are in it, and enclose those"
        message = f"'{name}' is a portfolio: what it shows are the files in it, not its own page"
        raise Unusable(message, hint, code="enclosure-portfolio", name=name)


def _seen(pdf: Any, name: str, harm: damage.Damage) -> Look:
    packet = _packet(pdf.Root)
    claimed = xmp.read(packet)._replace(x=False)  # what is enclosed is converted, whatever it is
    sizes = [foreign_page.complete(page.obj) and at not in harm.sizeless for at, page in enumerate(pdf.pages)]
    tagged = _is_tagged(pdf)
    census = Census(pdf)
    notes = [*census.warnings(name)]
    if not all(sizes):
        numbers = tuple(at for at, size in enumerate(sizes, start=1) if not size)
        which = f"page {numbers[0]} is" if len(numbers) == 1 else f"pages {', '.join(map(str, numbers))} are"
        message = f"'{name}' does not say how large {which}: US Letter is taken, as viewers do"
        params = (("enclosure", name), ("pages", numbers))
        notes.append(Diagnostic(severity="warning", message=message, code="enclosure-sizeless", params=params))
    notes += _remarks(pdf, name, harm)
    return Look(
        count=len(pdf.pages),
        title=xmp.title(packet) or _own_title(pdf),
        claimed=claimed,
        claims=_provable(pdf, claimed, tagged, census.has_fields),
        tagged=tagged,
        notes=tuple(notes),
        losses=harm.losses,
        sizes=tuple(foreign_page.size(page.obj) for page in pdf.pages),
        missing=harm.missing,
    )


def _remarks(pdf: Any, name: str, harm: damage.Damage) -> Iterator[Diagnostic]:
    """Say what was odd about a file and costs nothing."""
    params = (("enclosure", name),)
    if harm.alone:
        hint = "look at its pages in the letter before it goes out"
        message = f"'{name}' is damaged: one of two programs could read it, and repaired it"
        yield Diagnostic(severity="warning", message=message, hint=hint, code="enclosure-repaired", params=params)
    elif harm.remark:
        said = reason(harm.remark, str(pdf.filename))
        message = f"'{name}' is not quite as the standard asks; its pages are whole ({said})"
        yield Diagnostic(severity="note", message=message, code="enclosure-odd", params=(*params, ("remark", said)))
    if pdf.is_encrypted:
        message = f"'{name}' is encrypted; in the letter its pages are not"
        yield Diagnostic(severity="note", message=message, code="enclosure-decrypted", params=params)


def _packet(root: Any) -> bytes:
    """Return the metadata; empty, if there is none that can be read."""
    import pikepdf

    try:
        return bytes(root.Metadata.read_bytes()) if is_group(root.get("/Metadata")) else b""
    except (pikepdf.PdfError, TypeError, AttributeError):
        return b""


def _own_title(pdf: Any) -> str:
    information = group(pdf.trailer, "/Info")
    return " ".join(str(information.get("/Title", "")).split()) if information is not None else ""


def _provable(pdf: Any, claimed: Claims, tagged: bool, fields: bool) -> Claims:
    """Return the claims of a file, less what can be seen not to hold in a letter's file.

    Part 4 rests on PDF 2.0 and allows what part 3, which the letter is, does not. Fields become part of the page, and
    what they show is in no tag.
    """
    part, level, ua, _ = claimed
    sizes = all(foreign_page.fits_archive(page.obj) for page in pdf.pages)
    if part not in (1, 2, 3) or level not in xmp.LEVELS or not level or not sizes or _unembedded(pdf):
        part, level = None, ""
    if level == "A" and (not tagged or fields):
        level = "U" if part != 1 else "B"
    return Claims(part, level, ua and tagged and not fields and not _strongly_structured(pdf))


def _is_tagged(pdf: Any) -> bool:
    """Tell whether every page that has marked content finds its elements, and the structure can be taken over."""
    root = pdf.Root
    tree = group(root, "/StructTreeRoot")
    marks = group(root, "/MarkInfo")
    if tree is None or marks is None or not marks.get("/Marked", False):
        return False
    numbers = dict(structure.number_tree(tree.get("/ParentTree")))
    for page in pdf.pages:
        if "/StructParents" in page.obj and numbers.get(page.obj.StructParents) is None:
            return False
    return any(True for _ in structure.elements(tree)) and structure.can_take(pdf)


def _strongly_structured(pdf: Any) -> bool:
    """Tell whether headings are `H`: a file has these or `H1` to `H6`, which letters have (ISO 14289-1, 7.4.4)."""
    tree = pdf.Root.StructTreeRoot
    roles = tree.get("/RoleMap", {})
    return any(roles.get(str(element.S), element.S) == "/H" for element in structure.elements(tree))


def _unembedded(pdf: Any) -> bool:
    """Tell whether a font is not in the file, which no PDF/A may lack."""
    seen: set[Any] = set()
    for page in pdf.pages:
        for part in structure.parts(page.obj, seen):
            for _, font in groups(part, "/Resources", "/Font"):
                below = array(font, "/DescendantFonts")
                inner = below[0] if below else font
                files = group(inner, "/FontDescriptor") or {}
                if font.get("/Subtype") != "/Type3" and not any(f"/FontFile{n}" in files for n in ("", "2", "3")):
                    return True
    return False
