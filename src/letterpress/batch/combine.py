"""Combines many letters into one PDF, for the printer: tagged as they were, a bookmark for each.

What letters share (fonts, images) is stored once. Structure trees, named destinations and form fields of many files
become those of one; where two letters use one name for different things, they get names of their own. Each letter is
read, changed in memory, written into the new file and closed: what stays is a few numbers a letter, and what letters
share.

Not here: how a file is written as a stream (pdf/stream_writer.py), and objects get into it (pdf/carry.py); structure
trees and layers (pdf/structure.py), fonts (pdf/font_merge.py), many letters on one sheet (contact_sheet.py).
Source: ISO 32000-2, 7.9.6 (name trees), 12.3.2 (destinations), 12.7 (forms), 14.7 (logical structure); ISO 19005-3 and
ISO 14289-1 for what the file claims to conform to.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from letterpress import output
from letterpress.batch import combined_facts
from letterpress.batch.combined_pages import CombinedPages, Drawn, Marks
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic, targets
from letterpress.pdf import alike, named_places, same, structure, xmp
from letterpress.pdf.alike import Alike
from letterpress.pdf.carry import ObjectCopier
from letterpress.pdf.document_parts import A_LETTER, About, DocumentParts
from letterpress.pdf.font_merge import Faces
from letterpress.pdf.stream_writer import Outline, PdfStream, references

_SHARED = ("/XObject", "/Pattern", "/Shading", "/ColorSpace", "/ExtGState")
"""Kinds of resources of which one is enough for all letters that have the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One letter to be put in."""

    path: Path
    title: str
    """Its bookmark."""
    marks: Marks | None = None
    """What is printed on its pages besides."""
    about: About = A_LETTER
    """What a print room knows it by; its number is 0 for a sheet that is put in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What became of the file."""

    pages: int
    letters: int
    sheets: int = 0
    """Of paper, those that are put in between among them."""
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
    guard = output.Guard(target, replace_signed=replace_signed)
    replacement = atomic.Replacement(target)
    try:
        parts = iter(parts)
        head = list(_to_first_letter(parts))
        of_first = combined_facts.of_first(head[-1].path if head else None)
        with PdfStream(replacement.file, *of_first.version) as file:
            combiner = _Combiner(file, duplex, records=of_first.press)
            for part in chain(head, parts):
                combiner.add(part)
            if not combiner.letters:
                raise LetterpressError("there is no letter to combine", file=str(target), code="nothing-to-combine")
            combiner.finish(title, lang)
        replacement.commit(guard)
    except OSError as error:
        raise targets.fault(target, error) from error
    finally:
        replacement.discard()
    counts = {"pages": combiner.pages, "letters": combiner.letters, "sheets": combiner.sheets}
    return Combined(**counts, diagnostics=(*guard.diagnostics, *combined_facts.left_out(combiner, target)))


def _to_first_letter(parts: Iterator[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if part.about.number:
            return


class _Put(NamedTuple):
    """A file that was put in."""

    pages: Sequence[int]
    """Their numbers."""
    box: Sequence[float]
    """Of the last one, as `alike.boxes` gives it."""
    drawn: Sequence[Drawn]
    """What is printed on its pages besides; nothing at all, or as many as its sheets have sides."""


class _Combiner:
    """One file in the making."""

    def __init__(self, file: PdfStream, duplex: bool, *, records: bool) -> None:
        """Begin with no letter.

        :param records: whether the file says where each record begins: PDF/VT-1, where all letters are PDF/X-4.
        """
        import pikepdf

        self.pike = pikepdf
        self.file = file
        self.duplex = duplex
        self.letters = self.sheets = 0
        self._parts = 0
        """Letters, and what is put in between."""
        self._pages = CombinedPages(file)
        self._records = DocumentParts(file) if records else None
        self.signed = self.attached = 0
        """Parts that bear signatures, and those with attachments."""
        # What letters share beyond their own objects is made in a small file of its own, which is written last.
        self._pool = pikepdf.new()
        self._of_pool = ObjectCopier(self._pool, file)
        self._faces = Faces(self._pool, pikepdf.Object.parse)
        self._shared: dict[bytes, int] = {}
        self._structure = structure.Structure(self._pool, many=True)
        self._tree = file.reserve()
        """Number of the structure's root; `_outline`: of the bookmarks'."""
        self._outline = Outline(file)
        self._alike = Alike(file, self._pages.tree, self._tree, self._share)
        self._kids, self._keys, self._ids, self._places, self._fields = (array("Q") for _ in range(5))
        """Numbers of objects: what stands at the structure's root, leaves of the parent tree, of ids and of places."""
        self._spaces: list[int] = []
        self._layers: list[int] = []
        self._hidden: list[int] = []
        self._claims: xmp.Claims | None = None
        self._first: dict[str, int] = {}
        """What the first letter says for the file, by its key in the catalog."""
        self._packet: bytes | None = None
        self._flat: dict[str, str] | None = None
        """What the file's information says of PDF/X-1a, while all letters are that; of the first one."""
        self._tagged = True
        self._marked = True

    @property
    def pages(self) -> int:
        """Pages so far."""
        return self._pages.tree.count

    def add(self, part: Part) -> None:
        """Put one letter in.

        :raises LetterpressError: it cannot be read.
        """
        node = self._records.begin() if self._records else None
        try:
            data = part.path.read_bytes()
            put = self._put_alike(data, node, part) if self.letters else None
            if put is None:
                put = self._put(self.pike.open(io.BytesIO(data)), node, part)
        except (self.pike.PdfError, OSError) as error:
            message, hint = f"cannot be read: {error}", "make the letter again with --again"
            raise LetterpressError(message, file=str(part.path), hint=hint, code="letter-unreadable") from error
        pages, box, drawn = put
        self.letters += bool(part.about.number)
        self._outline.add(part.title, pages[0])
        last = pages[-1]
        if self.duplex and len(pages) % 2:
            printed = self._flat is not None or (self._claims is not None and self._claims.x)
            last = self._pages.add_back(box, node, printed=printed, drawn=drawn[-1] if drawn else ())
        sheets = -(-len(pages) // 2) if self.duplex else len(pages)
        self.sheets += sheets
        if self._records and node:
            self._records.end(node, (pages[0], last), part.about, sheets)

    def _drawn(self, part: Part, pages: int) -> Sequence[Drawn]:
        """What is printed on the pages of a part besides their own content, empty backs among them."""
        return part.marks(pages + pages % 2 if self.duplex else pages) if part.marks is not None else ()

    def _put(self, source: Any, node: int | None, part: Part) -> _Put:
        """Put a file in.

        :param node: of the record in the tree of document parts, where there is one.
        """
        with source:
            self._parts += 1
            letter = ObjectCopier(source, self.file)
            pages = [self._pages.take(page.obj, letter, node) for page in source.pages]
            drawn = self._drawn(part, len(pages))
            for page, one in zip(pages, drawn, strict=False):
                self._pages.print_on(page, letter, one)
            self._take(source, letter, pages, bool(part.about.number))
            letter.flush()
            return _Put([letter.number(page) for page in pages], alike.boxes(pages[-1]), drawn)

    def _put_alike(self, data: bytes, node: int | None, part: Part) -> _Put | None:
        """Put a letter in that begins like others; None if it has to be taken apart."""
        drawn: list[Drawn] = []

        def printed(contents: Sequence[bytes], sheets: Sequence[Sequence[float]]) -> Sequence[bytes]:
            drawn.extend(self._drawn(part, len(contents)))
            return self._pages.printed(contents, sheets, drawn) if drawn else contents

        taken = self._alike.take(data, self._structure.next_key, node, printed) if self._tagged else None
        if taken is None:
            return None
        self._parts += 1
        self._structure.skip(taken.keys)
        self._kids += array("Q", taken.kids)
        self._keys.append(taken.leaf)
        self._claims = taken.claims if self._claims is None else self._claims.with_(taken.claims)
        return _Put(taken.pages, taken.box, drawn)

    def _take(self, source: Any, letter: ObjectCopier, pages: Sequence[Any], of_letter: bool) -> None:
        """Change what belongs to a letter's pages so that it may stand beside that of others, and note it."""
        root = source.Root
        self._share(pages, letter)
        places = named_places.rename(source, f"{self._parts:08}-")
        if places:
            self._places.append(self._leaf(letter, [(self.pike.String(name), value) for name, value in places]))
        self._take_tree(source, letter, pages)
        if "/OCProperties" in root:
            layers = structure.Layers()
            layers.take(root.OCProperties)
            groups, hidden = layers.drain()
            self._layers += map(letter.number, groups)
            self._hidden += map(letter.number, hidden)
        if "/AcroForm" in root:
            fields, signed = named_places.rename_fields(pages, f"letter{self._parts}-")
            self._fields.extend(map(letter.number, fields))
            self.signed += signed
        if of_letter and not self.letters:
            self._take_first(source, letter)
        self.attached += "/AF" in root
        said = combined_facts.flat(source)
        self._flat = said if self._parts == 1 else self._flat and said and self._flat
        claims = xmp.read(root.Metadata.read_bytes()) if "/Metadata" in root else xmp.Claims()
        self._claims = claims if self._claims is None else self._claims.with_(claims)

    # --- what letters share -------------------------------------------------------------------------------------------

    def _share(self, pages: Sequence[Any], letter: ObjectCopier) -> None:
        """Put what other letters have as well (fonts, images ...) in the place of a letter's own."""
        done: dict[Any, None] = {}
        for page in pages:
            for kind in ("/Font", *_SHARED):
                group = page.get("/Resources", {}).get(kind)
                if group is None or (group.is_indirect and (kind, group.objgen) in done):
                    continue
                done[kind, group.objgen] = None
                for name in sorted(group.keys()):
                    number = self._once(letter, kind, group[name])
                    if number is not None:
                        group[name] = letter.stand_in(number)

    def _once(self, letter: ObjectCopier, kind: str, resource: Any) -> int | None:
        """Give the object of our file for one of a letter; None: it stays the letter's own."""
        if kind == "/Font":
            shared = self._faces.take(resource)
            if shared is not None:
                return self._of_pool.number(shared)
        key = same.digest(resource)
        if key is None:
            return None
        if key not in self._shared:
            self._shared[key] = letter.number(letter.indirect(resource))
        return self._shared[key]

    # --- structure, places, fields ------------------------------------------------------------------------------------

    def _take_tree(self, source: Any, letter: ObjectCopier, pages: Sequence[Any]) -> None:
        """Take over the letter's structure, with its numbers moved behind those that are there."""
        if "/StructTreeRoot" not in source.Root:
            self._tagged = False
            structure.untag(pages)
            return
        self._marked = self._marked and bool(source.Root.get("/MarkInfo", {}).get("/Marked", False))
        kids = self._structure.take(source.Root.StructTreeRoot, pages)
        above = letter.stand_in(self._tree)
        for kid in map(letter.indirect, kids):
            kid.P = above
            self._kids.append(letter.number(kid))
        taken = self._structure.drain()
        if taken.numbers:
            self._keys.append(self._leaf(letter, zip(taken.numbers[::2], taken.numbers[1::2], strict=True), "/Nums"))
        if taken.ids:
            named = [(self.pike.String(name), element) for name, element in sorted(taken.ids.items())]
            self._ids.append(self._leaf(letter, named))
        self._spaces += [letter.number(space) for space in taken.spaces]

    def _leaf(self, letter: ObjectCopier, pairs: Iterable[tuple[Any, Any]], key: str = "/Names") -> int:
        """Write a leaf of a tree of names or numbers; gives its number.

        :param pairs: in order, and behind those of the letters before.
        """
        pairs = list(pairs)
        leaf = self.pike.Dictionary()
        leaf["/Limits"] = self.pike.Array([pairs[0][0], pairs[-1][0]])
        leaf[key] = self.pike.Array([item for pair in pairs for item in pair])
        number = self.file.reserve()
        self.file.put(number, letter.source(leaf))
        return number

    def _take_first(self, source: Any, letter: ObjectCopier) -> None:
        """Take over what is said once for the file: as the first letter says it."""
        root = source.Root
        self._packet = root.Metadata.read_bytes() if "/Metadata" in root else None
        for key in ("/OutputIntents", "/MarkInfo", "/ViewerPreferences"):
            if key in root:
                self._first[key] = letter.number(letter.indirect(root[key]))

    # --- the end ------------------------------------------------------------------------------------------------------

    def finish(self, title: str, lang: str) -> None:
        """Write what is of all letters.

        :raises OSError: the disk is full.
        """
        pike, pool = self.pike, self._of_pool
        self._faces.finish()
        root = self._pool.make_indirect(pike.Dictionary(Type=pike.Name.Catalog, Lang=pike.String(lang)))
        for key, number in self._first.items():
            root[key] = pool.stand_in(number)
        root.Pages = pool.stand_in(self._pages.tree.finish())
        if self._packet is not None:
            has = self._records is not None
            packet = combined_facts.metadata(self._packet, title, self._claims, self.file.digest, records=has)
            root.Metadata = self._pool.make_stream(packet, Type=pike.Name.Metadata, Subtype=pike.Name.XML)
        if self._tagged:
            root.StructTreeRoot = pool.stand_in(self._tree)
            self._write_tree()
            if not self._marked:
                root.MarkInfo = pike.Dictionary(Marked=False)
        elif "/MarkInfo" in root:
            del root["/MarkInfo"]
        if self._layers:
            groups, hidden = self._array(self._layers), self._array(self._hidden)
            default = pike.Dictionary(Name=pike.String("Default"), Order=groups)
            if self._hidden:
                default.OFF = hidden
            root.OCProperties = pike.Dictionary(OCGs=groups, D=default)
        if self._places:
            root.Names = pike.Dictionary(Dests=pike.Dictionary(Kids=self._array(self._places)))
        if self._fields:
            root.AcroForm = pike.Dictionary(Fields=self._array(self._fields), SigFlags=1)
        if self._records:
            root.DPartRoot = pool.stand_in(self._records.finish())
        root.Outlines = pool.stand_in(self._outline.finish())
        number, info = pool.number(root), None
        if self._flat or (self._claims is not None and self._claims.x):
            info = pool.number(self._pool.make_indirect(combined_facts.info(self._flat, title)))
        pool.flush()
        self.file.finish(number, info)

    def _array(self, numbers: Iterable[int]) -> Any:
        """Give an array of objects of our file, as an object of the pool."""
        number = self.file.reserve()
        self.file.put(number, references(numbers))
        return self._of_pool.stand_in(number)

    def _write_tree(self) -> None:
        """Write the structure's root."""
        parts = [b"/Type /StructTreeRoot /K %b" % references(self._kids)]
        parts.append(b"/ParentTree << /Kids %b >>" % references(self._keys))
        parts.append(b"/ParentTreeNextKey %d" % self._structure.next_key)
        for key, named in self._structure.named:
            parts.append(b"%b %b" % (key.encode(), self._of_pool.source(self.pike.Dictionary(named))))
        if self._ids:
            parts.append(b"/IDTree << /Kids %b >>" % references(self._ids))
        if self._spaces:
            parts.append(b"/Namespaces %b" % references(self._spaces))
        self.file.put(self._tree, b"<< %b >>" % b" ".join(parts))
