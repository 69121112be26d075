"""What is enclosed: a PDF that somebody else made, looked at before anything is done with it.

Job: finds an enclosure's file, and says how many pages it has, what it is called, which standards it keeps, and what
of it cannot come along into a letter. Secret: what in a PDF is not its pages: passwords, forms, scripts, signatures,
attached files; and what PDF/A allows of links and annotations. A file is looked at once in a process, until it changes.
Not here: whether a file is damaged (`damage`), and how its pages are appended (`enclose`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from letterpress.errors import Severity
from letterpress.files import allowed
from letterpress.model import Annex, Enclosure, Letter
from letterpress.pdf import damage, foreign_page, structure, xmp
from letterpress.pdf.values import annotations_of, array, group, groups, is_group
from letterpress.pdf.xmp import Claims
from letterpress.text import characters

MAX_BYTES = 200_000_000
"""Size of an enclosure: a thousand scanned pages."""

# What PDF/A-2 and -3 allow (ISO 19005-2, 6.3.1 and 6.5.1), and what means something in another file.
_ANNOTATIONS = frozenset(
    "/Link /Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Stamp "
    "/Caret /Ink /Popup /Watermark".split()
)
_ACTIONS = frozenset(("/GoTo", "/GoToR", "/URI"))
_NAMED_ACTIONS = frozenset(("/NextPage", "/PrevPage", "/FirstPage", "/LastPage"))
_MAX_FIELDS = 100_000
_AGAIN = "open it, and print or save it as a new PDF"
_LOWER = "or write 'enclosures_conformance: lower' in the letter"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about an enclosure; the caller knows the line."""

    message: str
    hint: str | None = None
    severity: Severity = "error"


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
    notes: tuple[Fault, ...]
    losses: tuple[damage.Loss, ...] = ()
    """Damage that costs something of one page."""
    missing: tuple[damage.Loss, ...] = ()
    """What a page draws and no viewer finds."""


class _Unusable(Exception):
    """A file that cannot be enclosed, and why."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.fault = Fault(message, hint)


def read(item: Enclosure, letter: Letter, *, archive: bool) -> tuple[Annex | None, list[Fault]]:
    """Find and read an enclosure; its faults come back, and None with an error.

    :param item: with its texts filled in.
    :param archive: whether the letter is to be PDF/A-3a and PDF/UA-1.
    """
    try:
        path = locate(item.file, letter)
        found = _look(str(path), path.stat().st_mtime_ns, path.stat().st_size)
        pages = _chosen(item.pages, found.count, path.name)
        _whole(found, pages, path.name)
    except allowed.Refused as refused:
        return None, [Fault(refused.message, refused.hint)]
    except _Unusable as unusable:
        return None, [unusable.fault]
    faults = list(found.notes)
    for loss in found.missing:
        if loss.page in pages:
            faults.append(Fault(f"'{path.name}' {loss.message}", "look at the page before it goes out", "warning"))
    faults += _standing(path.name, found, archive, lower=letter.enclosures_conformance == "lower")
    if any(fault.severity == "error" for fault in faults):
        return None, faults
    title = item.title or characters.without_unprintable(found.title) or path.stem
    return Annex(path=str(path), title=title, pages=pages, tagged=found.tagged, claims=found.claims), faults


def locate(file: str, letter: Letter) -> Path:
    """Where an enclosure lies: in the project's `content/` if the letter is in it, else in the letter's own folder.

    :raises Refused: it is elsewhere, or not there.
    """
    content = Path(letter.root) / "content"
    folder = content if Path(letter.folder).is_relative_to(content) else Path(letter.folder)
    if not file.strip() or "\0" in file:
        raise allowed.Refused("the enclosure's file has no name", "write 'file: annex.pdf'")
    return allowed.locate(Path(letter.folder) / file, [folder.resolve()], most=MAX_BYTES)


def _standing(name: str, found: Look, archive: bool, *, lower: bool) -> Iterator[Fault]:
    """What an enclosure costs the letter: an error, unless the author lets it."""
    if not archive:
        if not found.tagged:
            yield Fault(f"'{name}' is not tagged: its pages cannot be read aloud in order", None, "warning")
        return
    after = xmp.LETTER.with_(found.claims)
    if after == xmp.LETTER:
        return
    what = f"'{name}' is {found.claimed}"
    if found.claims != found.claimed:
        what = f"'{name}' says that it is {found.claimed}, and in a letter it is {found.claims}"
    what += "" if found.tagged else ", and not tagged"
    if lower:
        yield Fault(f"{what}; with it the letter is {after}", None, "warning")
    else:
        hint = f"enclose it as PDF/A-3a and PDF/UA-1, {_LOWER}, which becomes {after} then"
        yield Fault(f"{what}; with it the letter would not be {xmp.LETTER}", hint)


def _whole(found: Look, pages: tuple[int, ...], name: str) -> None:
    """:raises _Unusable: a page that is to come along is damaged."""
    for loss in found.losses:
        if loss.page in pages:
            raise _damaged(name, loss)


def _damaged(name: str, loss: damage.Loss) -> _Unusable:
    return _Unusable(f"'{name}' is damaged: it {loss.message}", "get the file anew from where it came from")


def _chosen(pages: str | None, count: int, name: str) -> tuple[int, ...]:
    """Numbers of pages, from 0, of a choice such as `1-3, 5`."""
    if not pages:
        return tuple(range(count))
    found: list[int] = []
    for one in pages.split(","):
        first, dash, last = one.strip().partition("-")
        end = int(last) if last else count if dash else int(first)
        if int(first) > end or end > count:
            has = "1 page" if count == 1 else f"{count} pages"
            raise _Unusable(f"'{name}' has {has}, and no '{one.strip()}'", "write pages and ranges that it has")
        found += range(int(first) - 1, end)
    if len(set(found)) < len(found):
        raise _Unusable(f"pages of '{name}' are chosen twice", "name each page once")
    return tuple(found)


# --- looking at a file ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _look(path: str, _mtime: int, _size: int) -> Look:
    """:raises _Unusable: the file cannot be enclosed."""
    import pikepdf

    name = Path(path).name
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise _Unusable(f"'{name}' is locked with a password", "save it without one") from None
    except (pikepdf.PdfError, OSError, RuntimeError, ValueError) as error:
        raise _Unusable(f"'{name}' is not a PDF that can be read: {reason(error, path)}", _AGAIN) from error
    with pdf:
        try:
            _admit(pdf, name)
            found = damage.examine(pdf, Path(path))
            for loss in found.losses:
                if loss.page is None:
                    raise _damaged(name, loss)
            return _seen(pdf, name, found)
        except _Unusable:
            raise
        except Exception as error:  # any object may stand in any place: what a foreign file does is its own fault
            logging.getLogger("letterpress").debug("an enclosure cannot be read", exc_info=True)
            raise _Unusable(f"'{name}' is damaged: {reason(error, path)}", _AGAIN) from error


def reason(error: object, path: str) -> str:
    """A complaint of the library, in one line and without the file's whole path."""
    if isinstance(error, UnicodeError | TypeError | AttributeError | KeyError) or "operation for" in str(error):
        return "an object in it is not what its place asks for"
    return " ".join(str(error).replace(path, Path(path).name).split())[:200] or type(error).__name__


def _admit(pdf: Any, name: str) -> None:
    """:raises _Unusable: its pages are not all of it, or are not there, or may not be taken."""
    if pdf.is_encrypted and not (pdf.allow.extract and pdf.allow.modify_assembly):
        what = "its author does not allow that its pages are put into another file"
        raise _Unusable(f"'{name}' is encrypted: {what}", "ask for a file without protection")
    if not len(pdf.pages):
        raise _Unusable(f"'{name}' has no pages", _AGAIN)
    root = pdf.Root
    form = group(root, "/AcroForm")
    if form is not None and "/XFA" in form and (root.get("/NeedsRendering") is True or not array(form, "/Fields")):
        hint = "open it in the program that made it, and print it to a PDF"
        raise _Unusable(f"'{name}' is an XFA form: its pages are made by a script", hint)
    if group(root, "/Collection") is not None:
        hint = "save the files that are in it, and enclose those"
        raise _Unusable(f"'{name}' is a portfolio: what it shows are the files in it, not its own page", hint)


def _seen(pdf: Any, name: str, found: damage.Damage) -> Look:
    root = pdf.Root
    packet = _packet(root)
    claimed = xmp.read(packet)
    sizes = [foreign_page.complete(page.obj) and at not in found.sizeless for at, page in enumerate(pdf.pages)]
    tagged = _is_tagged(pdf)
    notes, fields = _losses(pdf, name)
    notes = [replace(note, severity="warning") for note in notes]
    if not all(sizes):
        numbers = [str(at) for at, size in enumerate(sizes, start=1) if not size]
        which = f"page {numbers[0]} is" if len(numbers) == 1 else f"pages {', '.join(numbers)} are"
        what = f"'{name}' does not say how large {which}: US Letter is taken, as viewers do"
        notes.append(Fault(what, None, "warning"))
    notes += _remarks(pdf, name, found)
    return Look(
        count=len(pdf.pages),
        title=xmp.title(packet) or _own_title(pdf),
        claimed=claimed,
        claims=_provable(pdf, claimed, tagged, fields),
        tagged=tagged,
        notes=tuple(notes),
        losses=found.losses,
        missing=found.missing,
    )


def _remarks(pdf: Any, name: str, found: damage.Damage) -> Iterator[Fault]:
    """What was odd about a file and costs nothing."""
    if found.alone:
        hint = "look at its pages in the letter before it goes out"
        yield Fault(f"'{name}' is damaged: one of two programs could read it, and repaired it", hint, "warning")
    elif found.remark:
        said = reason(found.remark, str(pdf.filename))
        yield Fault(f"'{name}' is not quite as the standard asks; its pages are whole ({said})", None, "note")
    if pdf.is_encrypted:
        yield Fault(f"'{name}' is encrypted; in the letter its pages are not", None, "note")


def _packet(root: Any) -> bytes:
    """The metadata; empty, if there is none that can be read."""
    import pikepdf

    try:
        return bytes(root.Metadata.read_bytes()) if is_group(root.get("/Metadata")) else b""
    except (pikepdf.PdfError, TypeError, AttributeError):
        return b""


def _own_title(pdf: Any) -> str:
    found = group(pdf.trailer, "/Info")
    return " ".join(str(found.get("/Title", "")).split()) if found is not None else ""


def _provable(pdf: Any, claimed: Claims, tagged: bool, fields: bool) -> Claims:
    """The claims of a file, less what can be seen not to hold in a letter's file.

    Part 4 rests on PDF 2.0 and allows what part 3, which the letter is, does not. Fields become part of the page, and
    what they show is in no tag.
    """
    part, level, ua = claimed
    sizes = all(foreign_page.fits_archive(page.obj) for page in pdf.pages)
    if part not in (1, 2, 3) or level not in xmp.LEVELS or not level or not sizes or _unembedded(pdf):
        part, level = None, ""
    if level == "A" and (not tagged or fields):
        level = "U" if part != 1 else "B"
    return Claims(part, level, ua and tagged and not fields and not _strongly_structured(pdf))


def _is_tagged(pdf: Any) -> bool:
    """Whether every page that has marked content finds its elements, and the structure can be taken over."""
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
    """Whether headings are `H`: a file has these or `H1` to `H6`, which letters have (ISO 14289-1, 7.4.4)."""
    tree = pdf.Root.StructTreeRoot
    roles = tree.get("/RoleMap", {})
    return any(roles.get(str(one.S), one.S) == "/H" for one in structure.elements(tree))


def _unembedded(pdf: Any) -> bool:
    """Whether a font is not in the file, which no PDF/A may lack."""
    seen: set[Any] = set()
    for page in pdf.pages:
        for one in structure.parts(page.obj, seen):
            for _, font in groups(one, "/Resources", "/Font"):
                below = array(font, "/DescendantFonts")
                inner = below[0] if below else font
                files = group(inner, "/FontDescriptor") or {}
                if font.get("/Subtype") != "/Type3" and not any(f"/FontFile{n}" in files for n in ("", "2", "3")):
                    return True
    return False


# --- what does not come along -----------------------------------------------------------------------------------------


def keeps_annotation(annotation: Any) -> bool:
    """Whether an annotation comes along; fields of forms become part of the page."""
    return annotation.get("/Subtype") in _ANNOTATIONS


def keeps_action(action: Any) -> bool:
    """Whether what happens on a click may happen in a letter."""
    if not is_group(action):
        return False
    kind = action.get("/S")
    return kind in _ACTIONS or (kind == "/Named" and action.get("/N") in _NAMED_ACTIONS)


def _losses(pdf: Any, name: str) -> tuple[list[Fault], bool]:
    """What of a file is not in the letter, and whether it has fields."""
    scripts = 0
    fields: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for page in pdf.pages:
        scripts += "/AA" in page.obj
        for annotation in annotations_of(page.obj):
            if annotation.get("/Subtype") == "/Widget":
                fields[field_kind(annotation)] += 1
            elif not keeps_annotation(annotation):
                kinds[str(annotation.get("/Subtype"))[1:]] += 1
            action = annotation.get("/A")
            scripts += "/AA" in annotation or (action is not None and not keeps_action(action))
    root = pdf.Root
    fields["signed"] += _signed_unseen(root)
    opening = group(root, "/OpenAction")
    scripts += "/JavaScript" in (group(root, "/Names") or {}) or "/AA" in root
    scripts += opening is not None and opening.get("/S") == "/JavaScript"
    notes = []
    if fields["signed"]:
        hint = "send the signed file itself along as well"
        notes.append(Fault(f"'{name}' is signed: the letter shows its pages, and no longer proves who signed", hint))
    if fields["unsigned"]:
        hint = "send the file itself along as well, if it is to be signed"
        notes.append(Fault(f"'{name}' has places to sign in; in the letter they are empty", hint))
    if fields["field"]:
        hint = "send the form itself along as well, if it is to be filled in"
        notes.append(Fault(f"'{name}' is a form: in the letter its fields are print, and cannot be filled in", hint))
    if scripts:
        notes.append(Fault(f"'{name}' has scripts or actions; they are left out"))
    files = len(pdf.attachments) + kinds.pop("FileAttachment", 0)
    if files:
        hint = "send the file itself along as well"
        notes.append(Fault(f"'{name}' carries {'a file' if files == 1 else f'{files} files'}, left out here", hint))
    if kinds:
        notes.append(Fault(f"'{name}' has annotations that are left out: {', '.join(sorted(kinds))}"))
    return notes, bool(fields["signed"] or fields["field"])


def _signed_unseen(root: Any) -> bool:
    """Whether a signature is in the file that no page shows: an invisible one, a time stamp, a certification."""
    if groups(root, "/Perms"):
        return True
    waiting = array(group(root, "/AcroForm"), "/Fields")
    seen: set[Any] = set()
    while waiting and len(seen) < _MAX_FIELDS:
        one = waiting.pop()
        if not is_group(one) or (one.is_indirect and one.objgen in seen):
            continue
        seen.add(one.objgen)
        if one.get("/FT") == "/Sig" and is_group(one.get("/V")):
            return True
        waiting += array(one, "/Kids")
    return False


def field_kind(field: Any) -> Literal["signed", "unsigned", "field"]:
    """Whether a form's field holds a signature, keeps a place for one, or is another."""
    kind, value = None, None
    for _ in range(64):  # what a field is, and what it holds, may stand with those above it
        kind, value = kind or field.get("/FT"), value if value is not None else field.get("/V")
        if not is_group(field.get("/Parent")):
            break
        field = field.Parent
    if kind != "/Sig":
        return "field"
    return "unsigned" if value is None else "signed"
