"""What is enclosed: a PDF that somebody else made, looked at before anything is done with it.

Job: finds an enclosure's file, and says how many pages it has, what it is called, which standards it keeps, and what
of it cannot come along into a letter. Secret: what in a PDF is not its pages: passwords, forms, scripts, signatures,
attached files; and what PDF/A allows of links and annotations. A file is looked at once in a process, until it changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from letterpress import characters, resources, treemerge, xmp
from letterpress.errors import Severity
from letterpress.model import Annex, Enclosure, Letter
from letterpress.xmp import Claims

MAX_BYTES = 200_000_000
"""Size of an enclosure: a thousand scanned pages."""

# What PDF/A-2 and -3 allow (ISO 19005-2, 6.3.1 and 6.5.1), and what means something in another file.
_ANNOTATIONS = frozenset(
    "/Link /Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Stamp "
    "/Caret /Ink /Popup /Watermark".split()
)
_ACTIONS = frozenset(("/GoTo", "/GoToR", "/URI"))
_NAMED_ACTIONS = frozenset(("/NextPage", "/PrevPage", "/FirstPage", "/LastPage"))
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
    except resources.Refused as refused:
        return None, [Fault(refused.message, refused.hint)]
    except _Unusable as unusable:
        return None, [unusable.fault]
    faults = list(found.notes)
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
        raise resources.Refused("the enclosure's file has no name", "write 'file: annex.pdf'")
    return resources.locate(Path(letter.folder) / file, [folder.resolve()], most=MAX_BYTES)


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
    again = "open it, and print or save it as a new PDF"
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise _Unusable(f"'{name}' is locked with a password", "save it without one") from None
    except (pikepdf.PdfError, OSError) as error:
        raise _Unusable(f"'{name}' is not a PDF that can be read: {_reason(error, path)}", again) from error
    with pdf:
        try:
            if pdf.is_encrypted:
                raise _Unusable(f"'{name}' is encrypted", "save it without protection")
            if not len(pdf.pages):
                raise _Unusable(f"'{name}' has no pages", again)
            damage = [*pdf.get_warnings(), *pdf.check_pdf_syntax()]
            if damage:
                raise _Unusable(f"'{name}' is damaged: {_reason(damage[0], path)}", again)
            return _seen(pdf, name)
        except (pikepdf.PdfError, RecursionError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise _Unusable(f"'{name}' is damaged: {_reason(error, path)}", again) from error


def _reason(error: object, path: str) -> str:
    """A complaint of the library, in one line and without the file's whole path."""
    return " ".join(str(error).replace(path, Path(path).name).split())[:200] or type(error).__name__


def _seen(pdf: Any, name: str) -> Look:
    root = pdf.Root
    form = root.get("/AcroForm", {})
    if "/XFA" in form:
        hint = "open it in the program that made it, and print it to a PDF"
        raise _Unusable(f"'{name}' is an XFA form: its pages are made by a script", hint)
    packet = root.Metadata.read_bytes() if "/Metadata" in root else b""
    claimed = xmp.read(packet)
    tagged = _is_tagged(pdf)
    notes, fields = _losses(pdf, name)
    own = str(pdf.docinfo.get("/Title", "")) if "/Info" in pdf.trailer else ""
    return Look(
        count=len(pdf.pages),
        title=xmp.title(packet) or " ".join(own.split()),
        claimed=claimed,
        claims=_provable(pdf, claimed, tagged, fields),
        tagged=tagged,
        notes=tuple(replace(note, severity="warning") for note in notes),
    )


def _provable(pdf: Any, claimed: Claims, tagged: bool, fields: bool) -> Claims:
    """The claims of a file, less what can be seen not to hold in a letter's file.

    Part 4 rests on PDF 2.0 and allows what part 3, which the letter is, does not. Fields become part of the page, and
    what they show is in no tag.
    """
    part, level, ua = claimed
    if part not in (1, 2, 3) or level not in xmp.LEVELS or not level or _unembedded(pdf):
        part, level = None, ""
    if level == "A" and (not tagged or fields):
        level = "U" if part != 1 else "B"
    return Claims(part, level, ua and tagged and not fields and not _strongly_structured(pdf))


def _is_tagged(pdf: Any) -> bool:
    """Whether every page that has marked content finds its elements."""
    root = pdf.Root
    if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked", False):
        return False
    numbers = dict(treemerge.number_tree(root.StructTreeRoot.get("/ParentTree", {})))
    for page in pdf.pages:
        if "/StructParents" in page.obj and numbers.get(int(page.obj.StructParents)) is None:
            return False
    return any(True for _ in treemerge.elements(root.StructTreeRoot))


def _strongly_structured(pdf: Any) -> bool:
    """Whether headings are `H`: a file has these or `H1` to `H6`, which letters have (ISO 14289-1, 7.4.4)."""
    tree = pdf.Root.StructTreeRoot
    roles = tree.get("/RoleMap", {})
    return any(roles.get(str(one.S), one.S) == "/H" for one in treemerge.elements(tree))


def _unembedded(pdf: Any) -> bool:
    """Whether a font is not in the file, which no PDF/A may lack."""
    seen: set[Any] = set()
    for page in pdf.pages:
        own_resources(page.obj)
        for one in treemerge.parts(page.obj, seen):
            fonts = one.get("/Resources", {}).get("/Font", {})
            for _, font in fonts.items():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                files = inner.get("/FontDescriptor", {})
                if font.get("/Subtype") != "/Type3" and not any(f"/FontFile{n}" in files for n in ("", "2", "3")):
                    return True
    return False


def own_resources(page: Any) -> None:
    """Give a page the resources that it inherits."""
    above = page
    while "/Resources" not in above and "/Parent" in above:
        above = above.Parent
    if above is not page and "/Resources" in above:
        page.Resources = above.Resources


# --- what does not come along -----------------------------------------------------------------------------------------


def keeps_annotation(annotation: Any) -> bool:
    """Whether an annotation comes along; fields of forms become part of the page."""
    return annotation.get("/Subtype") in _ANNOTATIONS


def keeps_action(action: Any) -> bool:
    """Whether what happens on a click may happen in a letter."""
    kind = action.get("/S")
    return kind in _ACTIONS or (kind == "/Named" and action.get("/N") in _NAMED_ACTIONS)


def _losses(pdf: Any, name: str) -> tuple[list[Fault], bool]:
    """What of a file is not in the letter, and whether it has fields."""
    scripts = 0
    fields: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for page in pdf.pages:
        scripts += "/AA" in page.obj
        for annotation in page.obj.get("/Annots", ()):
            if annotation.get("/Subtype") == "/Widget":
                fields[field_kind(annotation)] += 1
            elif not keeps_annotation(annotation):
                kinds[str(annotation.get("/Subtype"))[1:]] += 1
            action = annotation.get("/A")
            scripts += "/AA" in annotation or (action is not None and not keeps_action(action))
    names = pdf.Root.get("/Names", {})
    opening = pdf.Root.get("/OpenAction")
    scripts += "/JavaScript" in names or "/AA" in pdf.Root or _kind(opening) == "/JavaScript"
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


def field_kind(field: Any) -> Literal["signed", "unsigned", "field"]:
    """Whether a form's field holds a signature, keeps a place for one, or is another."""
    kind, value = None, None
    for _ in range(64):  # what a field is, and what it holds, may stand with those above it
        kind, value = kind or field.get("/FT"), value if value is not None else field.get("/V")
        if "/Parent" not in field:
            break
        field = field.Parent
    if kind != "/Sig":
        return "field"
    return "unsigned" if value is None else "signed"


def _kind(action: Any) -> Any:
    import pikepdf

    return action.get("/S") if isinstance(action, pikepdf.Dictionary) else None
