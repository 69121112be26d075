"""Appends the pages of enclosures to their letter.

One PDF is made of a finished letter and its enclosures: their pages as they are, their tags below the letter's, a
bookmark and page labels for each, and metadata that claims no more than all of them keep. A page leans on its own file
for links, layers, colours and the looks of form fields, so these are brought along or written into the page.

Not here: whether a file can be enclosed (`inspect`), how structure trees become one (`structure`).
Source: ISO 32000-1, 7.7.3 (pages), 12.3 (bookmarks and links), 12.4.2 (page labels).
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError, shown_path
from letterpress.model import Annex
from letterpress.page import PressCopy
from letterpress.pdf import annex_inks, colours, foreign_page, structure, xmp
from letterpress.pdf.enclosed_file import reason
from letterpress.pdf.left_out import field_kind, keeps_action, keeps_annotation
from letterpress.pdf.press import rasters, standards
from letterpress.pdf.values import annotations_of, group, is_group
from letterpress.pdf.xmp import Claims

_MAX_OUTLINE = 5_000


def unprintable(annexes: Sequence[Annex], press: PressCopy) -> list[tuple[Annex, str]]:
    """List the enclosures that cannot be printed by a press, each with what it has.

    :raises LetterpressError: a file has changed since it was looked at.
    """
    found = []
    for annex in annexes:
        try:
            why_not = annex_inks.read(annex, press, _prepare).why_not
        except OSError as error:
            raise _changed(annex, error) from error
        found += [(annex, why_not)] if why_not is not None else []
    return found


def append(letter: bytes, annexes: Sequence[Annex], *, label: str, press: PressCopy | None = None) -> bytes:
    """Put the enclosures behind the letter.

    :param label: "Enclosure" in the letter's language, for the labels of their pages.
    :param press: how the letter is written for a press, if it is: so are they; it is no PDF/X if one cannot be.
    :raises LetterpressError: a file has changed since it was looked at, or cannot be taken over.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(letter)) as pdf:
        appender = _Appender(pikepdf, pdf, press)
        for annex in annexes:
            try:
                appender.add(annex)
            except LetterpressError:
                raise
            except Exception as error:  # any object may stand in any place: what a foreign file does is its own fault
                logging.getLogger("letterpress").debug("an enclosure cannot be appended", exc_info=True)
                hint = "open it, and print or save it as a new PDF"
                message = f"cannot be put behind the letter: {reason(error, annex.path)}"
                raise LetterpressError(
                    message, file=shown_path(annex.path), hint=hint, code="enclosure-not-appended"
                ) from error
        appender.finish(annexes, label)
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return file.getvalue()


class _Appender:
    """One letter in the making."""

    def __init__(self, pike: Any, pdf: Any, press: PressCopy | None) -> None:
        self.pike, self.pdf, self.press = pike, pdf, press
        self.in_inks = press is not None
        self.own = len(pdf.pages)
        self.structure = structure.Structure(pdf)
        self.layers = structure.Layers()
        self.bookmarks: list[tuple[str, int, list[Any]]] = []
        self.sources: list[Any] = []  # open until the file is written: its streams are read from them then
        self.document = None
        if "/StructTreeRoot" in pdf.Root:
            pages = [page.obj for page in pdf.pages]
            self.structure.kids = self.structure.take(pdf.Root.StructTreeRoot, pages)
            self.document = self.structure.kids[0] if self.structure.kids else None

    def add(self, annex: Annex) -> None:
        """Append one enclosure's pages."""
        try:
            source, converted = self._opened(annex)
            pages = [source.pages[number] for number in annex.pages]
        except (self.pike.PdfError, OSError, IndexError) as error:
            raise _changed(annex, error) from error
        self.sources.append(source)
        _prepare(source, [page.obj for page in pages])
        foreign_page.drop_glyph_sets([page.obj for page in pages])
        if not converted:
            self._keep_colours(source, pages)
        start = len(self.pdf.pages)
        outline = _outline(source, [page.obj.objgen for page in pages], start)
        if annex.tagged:
            alive = {annotation.objgen for page in pages for annotation in annotations_of(page.obj)}
            structure.prune(source.Root.StructTreeRoot, {page.obj.objgen for page in pages}, alive)
        for page in pages:
            for key in ("/AA", "/B", "/PresSteps", "/AF", "/Thumb"):
                if key in page.obj:
                    del page.obj[key]
            self.pdf.pages.append(page)
        added = [page.obj for page in self.pdf.pages[start:]]
        self._take_tags(annex, source, added)
        if group(source.Root, "/OCProperties") is not None:
            self.layers.take(self._copied(source, source.Root.OCProperties))
        self.bookmarks.append((annex.title, start, outline))

    def _opened(self, annex: Annex) -> tuple[Any, bool]:
        """Open an enclosure, for a press with its pages in inks; and whether they are."""
        if self.press is not None:
            printable = annex_inks.read(annex, self.press, _prepare)
            if printable.why_not is None:
                return self.pike.open(io.BytesIO(printable.pdf)), True
            self.in_inks = False
        return self.pike.open(annex.path, suppress_warnings=True), False

    def _copied(self, source: Any, value: Any) -> Any:
        return self.pdf.copy_foreign(value if value.is_indirect else source.make_indirect(value))

    def _take_tags(self, annex: Annex, source: Any, pages: Sequence[Any]) -> None:
        """Take over the enclosure's structure as a part of the letter's document, in the enclosure's own language."""
        if not annex.tagged or self.document is None:
            structure.untag(pages)
            return
        kids = self.structure.take(self._copied(source, source.Root.StructTreeRoot), pages)
        part = self.pdf.make_indirect(
            self.pike.Dictionary(Type=self.pike.Name.StructElem, S=self.pike.Name.Part, P=self.document)
        )
        part.T = self.pike.String(annex.title)
        if "/Lang" in source.Root:
            part.Lang = self.pike.String(str(source.Root.Lang))
        for kid in kids:
            kid.P = part
        part.K = self.pike.Array(kids)
        below = self.document.get("/K", self.pike.Array())
        below = list(below) if isinstance(below, self.pike.Array) else [below]
        self.document.K = self.pike.Array([*below, part])

    def _keep_colours(self, source: Any, pages: Sequence[Any]) -> None:
        """Say with each page what its file said of its device colours, where the letter's profile says otherwise."""
        theirs, ours = colours.profile(source), colours.profile(self.pdf)
        if ours is not None and theirs is not None and ours.read_bytes() == theirs.read_bytes():
            return
        if theirs is None and self.press is None:
            return
        space = colours.space_of(source, theirs) if theirs is not None else None
        if space is not None:
            colours.set_default([page.obj for page in pages], *space)
        elif self.press is not None:
            srgb = source.make_stream(rasters.srgb(), N=3)
            space_of = source.make_indirect(self.pike.Array([self.pike.Name.ICCBased, srgb]))
            colours.set_default([page.obj for page in pages], "/DefaultRGB", space_of)

    def finish(self, annexes: Sequence[Annex], label: str) -> None:
        """Write what is said once for the file: structure, layers, page labels, bookmarks, claims."""
        root = self.pdf.Root
        if self.document is not None:
            root.StructTreeRoot = self.structure.finish()
        if any(not annex.tagged for annex in annexes) and "/MarkInfo" in root:
            # Viewers then find the reading order of all pages themselves, and do not pass over those without tags.
            root.MarkInfo.Marked = False
        layers = self.layers.finish()
        if layers is not None:
            root.OCProperties = layers
        self._label_pages(label)
        with self.pdf.open_outline() as outline:
            for title, page, below in self.bookmarks:
                item = self.pike.OutlineItem(title, page)
                item.children.extend(below)
                outline.root.append(item)
        packet = root.Metadata.read_bytes() if "/Metadata" in root else b""
        claims = before = xmp.read(packet)
        for annex in annexes:
            claims = claims.with_(Claims(*annex.claims, x=self.in_inks))
        if claims != before:
            packet = xmp.lowered(packet, claims)
        if self.press is not None:
            packet = standards.renumbered(packet, self._seed(annexes))
            if not self.in_inks:
                kept = [intent for intent in root.OutputIntents if intent.S != "/GTS_PDFX"]
                root.OutputIntents = self.pike.Array(kept)
        if self.press is not None or claims != before:
            root.Metadata.write(packet)

    def _seed(self, annexes: Sequence[Annex]) -> bytes:
        """What the file's own number is made of: the letter's number, and its enclosures."""
        parts = [bytes(self.pdf.Root.Metadata.read_bytes())]
        for annex in annexes:
            parts += [Path(annex.path).read_bytes(), repr(annex.pages).encode()]
        return b"\0".join(parts)

    def _label_pages(self, label: str) -> None:
        """Label the letter's pages 1, 2, 3 ...; each enclosure begins anew, with its name before the number."""
        numbers: list[Any] = [0, self.pike.Dictionary(S=self.pike.Name.D)]
        for at, (_, page, _) in enumerate(self.bookmarks, start=1):
            prefix = f"{label} {at}, " if len(self.bookmarks) > 1 else f"{label}, "
            numbers += [page, self.pike.Dictionary(S=self.pike.Name.D, P=self.pike.String(prefix))]
        self.pdf.Root.PageLabels = self.pike.Dictionary(Nums=self.pike.Array(numbers))


def _changed(annex: Annex, error: object) -> LetterpressError:
    hint = "leave it as it is while letters are made"
    message = f"cannot be read any more: {error}"
    return LetterpressError(message, file=shown_path(annex.path), hint=hint, code="enclosure-changed")


def _prepare(source: Any, pages: Sequence[Any]) -> None:
    """Make fields part of their pages, and leave out what may not be in a letter."""
    import pikepdf

    for page in source.pages:
        foreign_page.complete(page.obj)
        _drop_odd_annotations(pikepdf, page.obj)
    _print_fields(pikepdf, source)
    _mend_annotations(pikepdf, source, [pikepdf.Page(page) for page in pages])


def _drop_odd_annotations(pike: Any, page: Any) -> None:
    """Take what is no annotation out of a page's annotations."""
    if "/Annots" not in page:
        return
    annotations = annotations_of(page)
    if annotations:
        page.Annots = pike.Array(annotations)
    else:
        del page["/Annots"]


def _print_fields(pike: Any, source: Any) -> None:
    """Make the fields of forms, signatures among them, part of their pages, as they look."""
    form = group(source.Root, "/AcroForm")
    if form is None:
        return
    others: list[tuple[Any, list[Any]]] = []
    for page in source.pages:
        there = annotations_of(page.obj)
        widgets = [annotation for annotation in there if annotation.get("/Subtype") == "/Widget"]
        fields = [widget for widget in widgets if field_kind(widget) != "unsigned"]
        others.append((page.obj, [annotation for annotation in there if annotation.get("/Subtype") != "/Widget"]))
        if there:
            page.obj.Annots = pike.Array(fields)
    if form.get("/NeedAppearances", False):
        source.generate_appearance_streams()
    source.flatten_annotations("screen")
    for page, kept in others:
        if kept:
            page.Annots = pike.Array(kept)
        elif "/Annots" in page:
            del page["/Annots"]


def _mend_annotations(pike: Any, source: Any, pages: Sequence[Any]) -> None:
    """Leave out what may not be in the letter, and lead links to where their pages are now."""
    places = _places(pike, source)
    kept = {page.obj.objgen for page in pages}
    for page in pages:
        if "/Annots" not in page.obj:
            continue
        staying = [annotation for annotation in page.obj.Annots if keeps_annotation(annotation)]
        for annotation in staying:
            if "/AA" in annotation:
                del annotation["/AA"]
            action = annotation.get("/A")
            if action is not None and not keeps_action(action):
                del annotation["/A"]
            elif action is not None and "/Next" in action:
                del action["/Next"]
            if is_group(action) and action.get("/S") == "/GoTo":
                _lead(annotation, "/A", action, "/D", places, kept)
            _lead(annotation, "/Dest", annotation, "/Dest", places, kept)
        page.obj.Annots = pike.Array(staying)


def _lead(owner: Any, whole: str, holder: Any, key: str, places: dict[str, Any], kept: set[Any]) -> None:
    """Write a link's target out, since names of places stay behind; a link to a page that is not here leads nowhere.

    :param owner: the annotation, from which the entry `whole` is taken if it leads nowhere.
    :param holder: what has the target as its entry `key`: the annotation, or its action.
    """
    target = holder.get(key)
    if target is None:
        return
    place = _place(target, places)
    if place is not None and place[0].objgen in kept:
        holder[key] = place
    elif whole in owner:
        del owner[whole]


def _places(pike: Any, source: Any) -> dict[str, Any]:
    """Read the named places of a file: of a name tree (PDF 1.2), or of a dictionary (PDF 1.1)."""
    names = group(source.Root, "/Names", "/Dests")
    old = group(source.Root, "/Dests")
    places: dict[str, Any] = {}
    if names is not None:
        with contextlib.suppress(pike.PdfError, TypeError, ValueError, RuntimeError):  # a link less, no page
            places = dict(pike.NameTree(names))
    return places | ({key[1:]: value for key, value in old.items()} if old is not None else {})


def _place(target: Any, places: dict[str, Any]) -> Any:
    """Resolve a target to an array that begins with a page; None, if it is none."""
    import pikepdf

    if isinstance(target, pikepdf.String | pikepdf.Name):
        target = places.get(str(target).removeprefix("/"))
    if isinstance(target, pikepdf.Dictionary):
        target = target.get("/D")
    if not isinstance(target, pikepdf.Array) or not len(target) or not isinstance(target[0], pikepdf.Dictionary):
        return None
    return target


def _outline(source: Any, pages: Sequence[Any], start: int) -> list[Any]:
    """Make bookmarks of the enclosure's own, as far as they lead to a page that comes along.

    :param pages: numbers (objgen) of the pages that do.
    :param start: number of the first of them in the letter, from 0.
    """
    import pikepdf

    if "/Outlines" not in source.Root:
        return []
    places = _places(pikepdf, source)
    numbers = {number: start + at for at, number in enumerate(pages)}
    left = [_MAX_OUTLINE]

    def taken(items: Sequence[Any], depth: int) -> list[Any]:
        bookmarks = []
        for item in items:
            left[0] -= 1
            if left[0] < 0 or depth > 20:
                break
            action = item.action
            target = item.destination
            if target is None and is_group(action) and action.get("/S") == "/GoTo":
                target = action.get("/D")
            place = _place(target, places) if target is not None else None
            below = taken(item.children, depth + 1)
            if place is not None and place[0].objgen in numbers:
                new = pikepdf.OutlineItem(str(item.title), numbers[place[0].objgen])
                new.children.extend(below)
                bookmarks.append(new)
            else:
                bookmarks += below  # what stands below it moves up
        return bookmarks

    try:
        with source.open_outline() as outline:
            return taken(list(outline.root), 0)
    except Exception:  # bookmarks that cannot be followed: their pages have one of the letter's own
        return []
