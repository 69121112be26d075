"""Combines many letters into one PDF, for the printer: tagged as they were, a bookmark for each.

What letters share (fonts, images) is stored once. Structure trees, named destinations and form fields of many files
become those of one; where two letters use one name for different things, they get names of their own. Each letter is
read, taken over and closed: what stays in memory is what the new file will hold.

Not here: structure trees and layers (pdf/structure.py), fonts (pdf/font_merge.py), many letters on one sheet
(contact_sheet.py).
Source: ISO 32000-2, 7.9.6 (name trees), 12.3.2 (destinations), 12.7 (forms), 14.7 (logical structure); ISO 19005-3 and
ISO 14289-1 for what the file claims to conform to.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress import output
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.pdf import structure, xmp
from letterpress.pdf.font_merge import Faces

_SHARED = ("/XObject", "/Pattern", "/Shading", "/ColorSpace", "/ExtGState")
"""Kinds of resources of which one is enough for all letters that have the same."""
_MAX_DEPTH = 12
"""Levels of an object that are compared; what goes deeper leads out of it, to pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One letter to be put in."""

    path: Path
    title: str
    """Its bookmark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What became of the file."""

    pages: int
    letters: int
    diagnostics: tuple[Diagnostic, ...] = ()


def write(
    target: Path,
    parts: Iterable[Part],
    *,
    title: str,
    lang: str,
    duplex: bool = False,
    replace_signed: bool = False,
) -> Combined:
    """Write all parts into one PDF, in order.

    :param duplex: pad letters to an even number of pages, so that each begins on a new sheet.
    :param replace_signed: whether an older file is replaced even if it bears a signature.
    :raises LetterpressError: a part cannot be read, there is none, or the file cannot be written.
    """
    combiner = _Combiner(duplex)
    for part in parts:
        combiner.add(part)
    if not combiner.bookmarks:
        raise LetterpressError("there is no letter to combine", file=str(target), code="nothing-to-combine")
    data = combiner.finished(title, lang)
    written = output.write(target, data, replace_signed=replace_signed)
    pages, letters = len(combiner.pdf.pages), len(combiner.bookmarks)
    if not combiner.signed:
        return Combined(pages=pages, letters=letters, diagnostics=written.diagnostics)
    number = "1 letter bears a signature" if combiner.signed == 1 else f"{combiner.signed} letters bear signatures"
    message = f"{number}, which only the letter's own file can prove: here they are print"
    params = (("signed", combiner.signed),)
    said = Diagnostic(severity="warning", message=message, file=str(target), code="signed-combined", params=params)
    return Combined(pages=pages, letters=letters, diagnostics=(*written.diagnostics, said))


class _Combiner:
    """One file in the making."""

    def __init__(self, duplex: bool) -> None:
        import pikepdf

        self.pike = pikepdf
        self.pdf = pikepdf.new()
        self.duplex = duplex
        self.bookmarks: list[tuple[str, int]] = []
        self.faces = Faces(self.pdf, pikepdf.Object.parse)
        self.structure = structure.Structure(self.pdf)
        self.layers = structure.Layers()
        self._shared: dict[bytes, Any] = {}
        self._claims: xmp.Claims | None = None
        self._places: list[tuple[str, Any]] = []
        self._fields: list[Any] = []
        self._first: dict[str, Any] = {}
        self._tagged = True
        self._marked = True
        self._count = 0
        self.signed = 0
        """Parts that bear signatures."""

    def add(self, part: Part) -> None:
        """Put one letter in.

        :raises LetterpressError: it cannot be read.
        """
        try:
            source = self.pike.open(part.path)
        except (self.pike.PdfError, OSError) as error:
            message, hint = f"cannot be read: {error}", "make the letter again with --again"
            raise LetterpressError(message, file=str(part.path), hint=hint, code="letter-unreadable") from error
        start = self._count
        with source:
            pages = self._take(source, len(self.bookmarks) + 1)
        self.bookmarks.append((part.title, start))
        if self.duplex and self._count % 2:
            box = [float(value) for value in pages[-1].MediaBox]
            self.pdf.add_blank_page(page_size=(box[2] - box[0], box[3] - box[1]))
            self._count += 1

    def _take(self, source: Any, number: int) -> list[Any]:
        """Take over a letter's pages and what belongs to them, in this order: what pages share, and what names other
        pages, has to be taken out of them before they are copied, and put back when they are.

        :param number: of the letter, from 1.
        :returns: its pages in our file.
        """
        resources = self._hold_back(source)
        places = self._rename_places(source, f"{number}-")
        fields = source.Root.get("/AcroForm")
        if fields is not None:
            del source.Root["/AcroForm"]  # its fields come along on the pages; `_take_fields` lists them anew
        numbers = [page.obj.objgen for page in source.pages]
        for page in source.pages:
            self.pdf.pages.append(page)
        pages = [self.pdf.pages[self._count + offset].obj for offset in range(len(numbers))]
        self._count += len(numbers)
        self._give_back(pages, resources)
        self._take_tree(source, pages)
        if "/OCProperties" in source.Root:
            self.layers.take(self._copy(source, source.Root.OCProperties))
        self._take_places(places, dict(zip(numbers, pages, strict=True)))
        if fields is not None:
            self._take_fields(pages, f"letter{number}-")
        if not self._first:
            self._take_first(source)
        claims = xmp.read(source.Root.Metadata.read_bytes()) if "/Metadata" in source.Root else xmp.Claims()
        self._claims = claims if self._claims is None else self._claims.with_(claims)
        return pages

    # --- what letters share -------------------------------------------------------------------------------------------

    def _hold_back(self, source: Any) -> list[list[tuple[str, str, Any]]]:
        """Take fonts, images and the like out of the source's pages, so that they are not copied with each page.

        :returns: for each page (kind, name, what is to stand there).
        """
        kept: list[list[tuple[str, str, Any]]] = []
        done: dict[Any, list[tuple[str, str, Any]]] = {}
        for page in source.pages:
            self._localise(page.obj.get("/Contents"))
            resources = page.obj.get("/Resources")
            kept.append([])
            for kind in ("/Font", *_SHARED):
                group = resources.get(kind) if resources is not None else None
                if group is None:
                    continue
                key = (group.objgen, kind)
                if key[0] == (0, 0) or key not in done:
                    done[key] = [(kind, name, self._once(source, kind, group[name])) for name in list(group.keys())]
                kept[-1] += done[key]
        for page in source.pages:
            for kind in ("/Font", *_SHARED):
                if kind in page.obj.get("/Resources", {}):
                    page.obj.Resources[kind] = self.pike.Dictionary()
        return kept

    def _give_back(self, pages: Sequence[Any], kept: list[list[tuple[str, str, Any]]]) -> None:
        for page, resources in zip(pages, kept, strict=True):
            for kind, name, value in resources:
                page.Resources[kind][name] = value

    def _once(self, source: Any, kind: str, resource: Any) -> Any:
        """Give the object of our file for one of a letter: the same for the same content."""
        if kind == "/Font":
            shared = self.faces.take(resource)
            if shared is not None:
                return shared
        digest = hashlib.sha256()
        own = not _feed(resource, digest, 0)
        key = digest.digest()
        if not own and key in self._shared:
            return self._shared[key]
        copied = self._copy(source, resource)
        if not own:
            self._shared[key] = copied
        return copied

    def _copy(self, source: Any, pdf_object: Any) -> Any:
        """Copy an object of a letter into our file."""
        if not isinstance(pdf_object, self.pike.Object) or isinstance(pdf_object, self.pike.Name | self.pike.String):
            return pdf_object
        for stream in _streams(pdf_object, set()):
            self._localise(stream)
        return self.pdf.copy_foreign(pdf_object if pdf_object.is_indirect else source.make_indirect(pdf_object))

    def _localise(self, content: Any) -> None:
        """Put a stream's data into memory: the file that it is in will be closed."""
        for stream in content if isinstance(content, self.pike.Array) else (content,):
            if isinstance(stream, self.pike.Stream):
                coding: dict[str, Any] = {"filter": stream.get("/Filter"), "decode_parms": stream.get("/DecodeParms")}
                stream.write(stream.read_raw_bytes(), **coding)

    # --- structure, places, fields ------------------------------------------------------------------------------------

    def _take_tree(self, source: Any, pages: Sequence[Any]) -> None:
        """Take over the letter's structure, with its numbers moved behind those that are there."""
        if "/StructTreeRoot" not in source.Root:
            self._tagged = False
            structure.untag(pages)
            return
        self._marked = self._marked and bool(source.Root.get("/MarkInfo", {}).get("/Marked", False))
        self.structure.kids += self.structure.take(self._copy(source, source.Root.StructTreeRoot), pages)

    def _rename_places(self, source: Any, prefix: str) -> dict[str, Any]:
        """Give the letter's named places, and the links to them, names of their own."""
        names = source.Root.get("/Names", {}).get("/Dests")
        old = source.Root.get("/Dests")
        places: dict[str, Any] = dict(self.pike.NameTree(names)) if names is not None else {}
        places |= {key[1:]: old[key] for key in old.keys()} if old is not None else {}  # noqa: SIM118 - a PDF dictionary
        if not places:
            return {}
        for page in source.pages:
            for annotation in page.obj.get("/Annots", ()):
                for holder, key in ((annotation, "/Dest"), (annotation.get("/A"), "/D")):
                    target = holder.get(key) if holder is not None else None
                    if isinstance(target, self.pike.String | self.pike.Name):
                        holder[key] = self.pike.String(prefix + str(target).removeprefix("/"))
        return {prefix + name: value for name, value in places.items()}

    def _take_places(self, places: Mapping[str, Any], pages: Mapping[Any, Any]) -> None:
        for name, value in places.items():
            place = list(value.D if isinstance(value, self.pike.Dictionary) else value)
            page = pages.get(place[0].objgen, next(iter(pages.values())))
            self._places.append((name, self.pike.Array([page, *place[1:]])))

    def _take_fields(self, pages: Sequence[Any], prefix: str) -> None:
        """Take over signature fields, by names of their own: two fields of one name would be one.

        A signature itself is of its own file, and would be a broken one in another: it is left out.
        """
        signed = False
        for page in pages:
            for annotation in page.get("/Annots", ()):
                if annotation.get("/Subtype") == "/Widget" and "/T" in annotation:
                    annotation.T = self.pike.String(prefix + str(annotation.T))
                    self._fields.append(annotation)
                    if annotation.get("/FT") == "/Sig" and "/V" in annotation:
                        del annotation["/V"]
                        signed = True
        self.signed += signed

    def _take_first(self, source: Any) -> None:
        """Take over what is said once for the file: as the first letter says it."""
        for key in ("/Metadata", "/OutputIntents", "/MarkInfo", "/ViewerPreferences"):
            if key in source.Root:
                self._first[key] = self._copy(source, source.Root[key])

    # --- the end ------------------------------------------------------------------------------------------------------

    def finished(self, title: str, lang: str) -> bytes:
        """Finish and give the file."""
        pike, root = self.pike, self.pdf.Root
        self.faces.finish()
        for key, value in self._first.items():
            root[key] = value
        root.Lang = pike.String(lang)
        if "/Metadata" in root:
            packet = _retitled(root.Metadata.read_bytes(), title)
            if self._claims is not None and self._claims != xmp.read(packet):
                packet = xmp.lowered(packet, self._claims)
            root.Metadata.write(packet)
        if self._tagged:
            root.StructTreeRoot = self.structure.finish()
            if not self._marked:
                root.MarkInfo = pike.Dictionary(Marked=False)
        elif "/MarkInfo" in root:
            del root["/MarkInfo"]
        layers = self.layers.finish()
        if layers is not None:
            root.OCProperties = layers
        if self._places:
            flat = [item for name, value in sorted(self._places) for item in (pike.String(name), value)]
            root.Names = pike.Dictionary(Dests=pike.Dictionary(Names=pike.Array(flat)))
        if self._fields:
            root.AcroForm = pike.Dictionary(Fields=pike.Array(self._fields), SigFlags=1)
        with self.pdf.open_outline() as outline:
            outline.root.extend(pike.OutlineItem(name, page) for name, page in self.bookmarks)
        file = io.BytesIO()
        self.pdf.save(file, deterministic_id=True, object_stream_mode=pike.ObjectStreamMode.generate)
        return file.getvalue()


def _retitled(xmp: bytes, title: str) -> bytes:
    """Give the first letter's metadata the title of them all, and take out its own description."""
    text = xmp.decode("utf-8")
    new = html.escape(title, quote=False)
    text = re.sub(
        r"(<dc:title>.*?<rdf:li[^>]*>).*?(</rdf:li>)", lambda found: found[1] + new + found[2], text, flags=re.S
    )
    text = re.sub(r"<rdf:Description[^>]*><dc:description>.*?</dc:description></rdf:Description>", "", text, flags=re.S)
    return text.encode()


def _streams(pdf_object: Any, seen: set[Any]) -> Iterator[Any]:
    """Find every stream in an object, itself or below."""
    import pikepdf

    if not isinstance(pdf_object, pikepdf.Object) or isinstance(pdf_object, pikepdf.Name | pikepdf.String):
        return
    if pdf_object.is_indirect:
        if pdf_object.objgen in seen:
            return
        seen.add(pdf_object.objgen)
    if isinstance(pdf_object, pikepdf.Stream):
        yield pdf_object
    pairs = enumerate(pdf_object) if isinstance(pdf_object, pikepdf.Array) else pdf_object.items()
    for value in [value for key, value in pairs if key != "/Parent"]:
        yield from _streams(value, seen)


def _feed(pdf_object: Any, digest: Any, depth: int) -> bool:
    """Put an object's content into a hash; False if it belongs to one letter: it is tagged, or leads too far."""
    import pikepdf

    if depth > _MAX_DEPTH:
        return False
    if not isinstance(pdf_object, pikepdf.Object) or isinstance(pdf_object, pikepdf.Name | pikepdf.String):
        digest.update(f"{type(pdf_object).__name__}:{pdf_object!r};".encode())
        return True
    if isinstance(pdf_object, pikepdf.Stream):
        digest.update(b"stream")
        digest.update(hashlib.sha256(pdf_object.read_raw_bytes()).digest())
    if isinstance(pdf_object, pikepdf.Array):
        digest.update(b"[%d" % len(pdf_object))
        return all(_feed(value, digest, depth + 1) for value in pdf_object)
    keys = sorted(pdf_object.keys())
    if "/StructParent" in keys or "/StructParents" in keys:
        return False
    digest.update(b"<%d" % len(keys))
    for key in keys:
        digest.update(key.encode())
        if not _feed(pdf_object[key], digest, depth + 1):
            return False
    return True
