"""Puts letters that begin alike into one file: what is the same in them once, and for each only what is its own.

Letters of a list have the same pages but for some lines, and their files begin with the same bytes: all objects but the
faces and what the pages hold. The first of them is taken apart; the objects of each further one are written from it,
with numbers of their own. A letter with more than pages and their structure (places that are named, fields, layers)
is not of these.

Not here: letters that are taken apart one by one (batch/combine.py), a page's content (`shared_content`).
Source: ISO 32000-1, 7.7.3 (pages), 14.7.2 (structure), 14.7.4.4 (parent tree).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from letterpress.pdf import laid_file, same, xmp
from letterpress.pdf.carry import ObjectCopier
from letterpress.pdf.laid_file import LaidFile
from letterpress.pdf.shared_content import SharedContent
from letterpress.pdf.stream_writer import PageTree, PdfStream
from letterpress.pdf.structure import number_tree

_OWN, _CONTENT, _PARENT, _RESOURCES, _KEY, _NODE = range(1, 7)
"""What stands in a hole: the number of an object of the letter's, of the page's content, of the node of pages above it,
of its resources; a key of the parent tree; the node of the letter in the tree of document parts."""
_STANDS_FOR = 10**12
"""Numbers from here on stand for what goes into a hole, while a letter is taken apart."""
_HOLE = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|\b([1-6])(\d{12})( 0 R)?(?!\d)", re.DOTALL)
_CATALOG = frozenset(
    "/Type /Pages /Lang /StructTreeRoot /MarkInfo /Metadata /OutputIntents /ViewerPreferences "
    "/Outlines /PageMode".split()
)
_TREE = frozenset(["/Type", "/K", "/ParentTree", "/ParentTreeNextKey"])
_PAGE = frozenset(
    "/Type /Parent /MediaBox /TrimBox /BleedBox /CropBox /Contents /Resources /StructParents "
    "/Tabs /Rotate /Group".split()
)
_ELEMENT = frozenset(["/Type", "/S", "/P", "/Pg", "/K", "/A", "/Lang", "/Alt", "/ActualText", "/T"])
_KEPT = 32
"""Kinds of letters that are known at once."""
_FACES = 4096
"""Sets of faces that are known of a kind."""

Print = Callable[[Sequence[bytes], Sequence[Sequence[float]]], Sequence[bytes]]
"""Gives the contents of pages, arrays of streams, with what is printed on them; told of each page's sheet, in pt."""
Share = Callable[[Sequence[Any], ObjectCopier], None]
"""Puts what other letters have as well into the place of what pages have."""


class Taken(NamedTuple):
    """What became of a letter: numbers in the file."""

    pages: tuple[int, ...]
    kids: tuple[int, ...]
    """What stands at the root of its structure."""
    leaf: int
    """Its leaf of the parent tree."""
    keys: int
    """How many keys of the parent tree it has taken."""
    box: tuple[float, ...]
    """Of its last page; see `boxes`."""
    claims: xmp.Claims


class Alike:
    """The kinds of letters that are known, in a file in the making."""

    def __init__(self, file: PdfStream, pages: PageTree, tree: int, share: Share) -> None:
        """Begin with none.

        :param tree: number of the structure's root.
        """
        self._into = _Into(file, pages, tree, share)
        self._kinds: list[_Kind] = []
        self._refused: set[bytes] = set()

    def take(self, data: bytes, key: int, node: int | None, printed: Print) -> Taken | None:
        """Put a letter in.

        :param key: the first key of the parent tree that is free.
        :param node: of the letter in the tree of document parts; None for each letter of a file without one.
        :param printed: gives the contents of its pages with what is printed on them besides.
        :returns: None if it has to be taken apart by itself.
        """
        letter = laid_file.read(data)
        if letter is None:
            return None
        for at, kind in enumerate(self._kinds):
            if data.startswith(kind.prefix):
                if at:
                    self._kinds.insert(0, self._kinds.pop(at))
                return kind.take(letter, key, node, printed)
        begins = hashlib.sha256(data[: letter.end_of_first_objects()]).digest()
        if begins in self._refused:
            return None
        found = _taken_apart(letter, self._into, with_node=node is not None)
        if found is None:
            self._refused.add(begins)
            return None
        self._kinds.insert(0, found)
        del self._kinds[_KEPT:]
        return found.take(letter, key, node, printed)


class _Into(NamedTuple):
    """Where letters go."""

    file: PdfStream
    pages: PageTree
    tree: int
    share: Share


class _Source(NamedTuple):
    """An object as PDF source, with `%d` or `%b` for each hole."""

    text: bytes
    holes: tuple[tuple[int, int], ...]
    """What stands in each, and which of its kind."""

    @classmethod
    def of(cls, source: bytes) -> _Source:
        holes: list[tuple[int, int]] = []

        def hole(found: re.Match[bytes]) -> bytes:
            if found[1] is None:
                return found[0]
            holes.append((int(found[1]), int(found[2])))
            return b"\0" if found[1] == b"%d" % _CONTENT else b"\1" + (found[3] or b"")

        text = _HOLE.sub(hole, source).replace(b"%", b"%%").replace(b"\0", b"%b").replace(b"\1", b"%d")
        return cls(text, tuple(holes))


class _Kind:
    """Letters that begin alike."""

    def __init__(
        self,
        into: _Into,
        prefix: bytes,
        sources: Sequence[_Source],
        leaf: _Source,
        contents: Sequence[tuple[int, SharedContent]],
        *,
        kids: tuple[int, ...],
        keys: int,
        box: tuple[float, ...],
        sheets: Sequence[Sequence[float]],
        claims: xmp.Claims,
    ) -> None:
        """Keep what was found in the first of them.

        :param sources: its objects, the pages first.
        :param contents: number of each page's content in the letters, and what is known of it.
        :param kids: which objects stand at the root of its structure.
        :param sheets: left, bottom, right and top of each page's sheet, in pt.
        """
        self.prefix = prefix
        self._into = into
        self._sources = sources
        self._leaf = leaf
        self._contents = contents
        self._kids, self._keys, self._box, self._claims = kids, keys, box, claims
        self._sheets = sheets
        self._faces: dict[bytes, tuple[int, ...]] = {}
        """Resources of the pages, by the faces of the letter."""

    def take(self, letter: LaidFile, key: int, node: int | None, printed: Print) -> Taken | None:
        """Put a letter in; None if it is not one of these after all."""
        contents = [letter.content(number) for number, _ in self._contents]
        first = min(letter.place(number)[1] for number, _ in self._contents)
        for (_, known), content in zip(self._contents, contents, strict=True):
            if content is None or not known.fits(content):
                return None
        resources = self._resources(letter, letter.data[len(self.prefix) : first])
        file, pages = self._into.file, len(self._contents)
        known_contents = zip(self._contents, contents, strict=True)
        streams = printed([known.add(content or b"") or b"[]" for (_, known), content in known_contents], self._sheets)
        numbers = [file.reserve() for _ in range(len(self._sources) + 1)]
        above = [self._into.pages.add(number) for number in numbers[:pages]]
        keys = range(key, key + self._keys)
        values: tuple[Sequence[Any], ...] = ((), numbers, streams, above, resources, keys, (node,))
        for number, (text, holes) in zip(numbers, (*self._sources, self._leaf), strict=True):
            file.put(number, text % tuple([values[kind][which] for kind, which in holes]))
        kids = tuple(numbers[kid] for kid in self._kids)
        return Taken(tuple(numbers[:pages]), kids, numbers[-1], self._keys, self._box, self._claims)

    def _resources(self, letter: LaidFile, faces: bytes) -> tuple[int, ...]:
        """Give the numbers of the pages' resources, which are written once for letters with the same faces."""
        digest = hashlib.sha256(faces).digest()
        known = self._faces.get(digest)
        if known is None:
            import pikepdf

            with pikepdf.open(io.BytesIO(letter.data)) as source:
                pages = [page.obj for page in source.pages]
                carrier = ObjectCopier(source, self._into.file)
                self._into.share(pages, carrier)
                known = tuple(carrier.number(carrier.indirect(page.Resources)) for page in pages)
                carrier.flush()
            if len(self._faces) >= _FACES:
                self._faces.clear()
            self._faces[digest] = known
        return known


# --- the first of its kind --------------------------------------------------------------------------------------------


def _taken_apart(letter: LaidFile, into: _Into, *, with_node: bool) -> _Kind | None:
    """Take the first letter of a kind apart; None if it holds what letters of these kinds do not."""
    import pikepdf

    with pikepdf.open(io.BytesIO(letter.data)) as source:
        root = source.Root
        if not set(root.keys()) <= _CATALOG or "/StructTreeRoot" not in root or "/Metadata" not in root:
            return None
        tree, pages = root.StructTreeRoot, [page.obj for page in source.pages]
        if not set(tree.keys()) <= _TREE or not all(map(_is_plain_page, pages)):
            return None
        elements = _elements(tree)
        contents = [(page.Contents.objgen[0], letter.content(page.Contents.objgen[0])) for page in pages]
        if elements is None or any(content is None for _, content in contents):
            return None
        own = [*pages, *elements]
        prefix = _common(letter, [one.objgen[0] for one in own])
        if prefix is None or min(letter.place(number)[1] for number, _ in contents) < len(prefix):
            return None
        carrier = ObjectCopier(source, into.file)
        for at, one in enumerate(own):
            carrier.name(one, _stands_for(_OWN, at))
        carrier.name(tree, into.tree)
        at_root = [carrier.indirect(kid).objgen[0] for kid in _kids(tree)]
        positions = {one.objgen[0]: at for at, one in enumerate(own)}
        if not all(kid in positions for kid in at_root):
            return None
        leaf, keys = _leaf(tree, carrier, pikepdf)
        box, sheets = boxes(pages[-1]), [_sheet(page) for page in pages]
        claims = xmp.read(root.Metadata.read_bytes())
        for at, page in enumerate(pages):
            _make_holes(page, at, carrier)
            if with_node:
                page.DPart = carrier.stand_in(_stands_for(_NODE, 0))
        if not all(_is_shared(value, letter, carrier, len(prefix)) for one in own for value in _values(one)):
            return None
        sources = [_Source.of(carrier.source(one)) for one in own]
        carrier.flush()
    shared = [(number, SharedContent(into.file, content or b"")) for number, content in contents]
    kids = tuple(positions[kid] for kid in at_root)
    return _Kind(into, prefix, sources, leaf, shared, kids=kids, keys=keys, box=box, sheets=sheets, claims=claims)


def boxes(page: Any) -> tuple[float, ...]:
    """Give the numbers of a page's MediaBox, then of its TrimBox and its BleedBox, where it has both."""
    keys = ("/MediaBox", "/TrimBox", "/BleedBox") if "/TrimBox" in page and "/BleedBox" in page else ("/MediaBox",)
    return tuple(float(value) for key in keys for value in page[key])


def _sheet(page: Any) -> tuple[float, ...]:
    """The box that a page is cut to, or has."""
    return boxes(page)[4:8] or boxes(page)[:4]


def _stands_for(kind: int, which: int) -> int:
    return kind * _STANDS_FOR + which


def _is_plain_page(page: Any) -> bool:
    import pikepdf

    keys = set(page.keys())
    whole = {"/Contents", "/Resources", "/MediaBox", "/StructParents", "/Parent"} <= keys
    return whole and keys <= _PAGE and isinstance(page.Contents, pikepdf.Stream)


def _kids(element: Any) -> list[Any]:
    import pikepdf

    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _elements(tree: Any) -> list[Any] | None:
    """The structure's elements; None if one says more than letters of these kinds do."""
    import pikepdf

    found: dict[Any, Any] = {}
    waiting = _kids(tree)
    while waiting:
        kid = waiting.pop()
        if not isinstance(kid, pikepdf.Dictionary) or (not kid.is_indirect and kid.get("/Type") == "/MCR"):
            continue  # a text, by its number, or by its page as well
        if not kid.is_indirect or not set(kid.keys()) <= _ELEMENT:
            return None
        if kid.objgen not in found:
            found[kid.objgen] = kid
            waiting += _kids(kid)
    return sorted(found.values(), key=lambda one: int(one.objgen[0]))


def _common(letter: LaidFile, numbers: Sequence[int]) -> bytes | None:
    """What all letters of the kind begin with: up to the end of the last stream of its objects."""
    streams = set()
    for number in numbers:
        kind, stream = letter.place(number)
        if kind != laid_file.IN_STREAM:
            return None
        streams.add(stream)
    last = max(letter.place(stream)[1] for stream in streams)
    return letter.data[: letter.end(last)]


def _leaf(tree: Any, carrier: ObjectCopier, pikepdf: Any) -> tuple[_Source, int]:
    """The letter's leaf of the parent tree, and how many keys it has."""
    pairs = [(int(key), value) for key, value in number_tree(tree.get("/ParentTree", {}))]
    keys = max((key for key, _ in pairs), default=-1) + 1
    leaf = pikepdf.Dictionary()
    leaf["/Limits"] = pikepdf.Array([_stands_for(_KEY, pairs[0][0]), _stands_for(_KEY, pairs[-1][0])])
    leaf["/Nums"] = pikepdf.Array([item for key, value in pairs for item in (_stands_for(_KEY, key), value)])
    return _Source.of(carrier.source(leaf)), keys


def _make_holes(page: Any, at: int, carrier: ObjectCopier) -> None:
    """Let what is each letter's own stand in a page as a hole."""
    page.Contents = carrier.stand_in(_stands_for(_CONTENT, at))
    page.Parent = carrier.stand_in(_stands_for(_PARENT, at))
    page.Resources = carrier.stand_in(_stands_for(_RESOURCES, at))
    page.StructParents = _stands_for(_KEY, int(page.StructParents))


def _values(one: Any) -> Iterator[Any]:
    """What an object refers to."""
    import pikepdf

    waiting = [one[key] for key in one.keys()]  # noqa: SIM118 - a PDF dictionary
    while waiting:
        value = waiting.pop()
        if getattr(value, "is_indirect", False):
            yield value
        elif isinstance(value, pikepdf.Array):
            waiting += list(value)
        elif isinstance(value, pikepdf.Dictionary):
            waiting += [value[key] for key in value.keys()]  # noqa: SIM118


def _is_shared(value: Any, letter: LaidFile, carrier: ObjectCopier, end: int) -> bool:
    """Whether an object that is referred to has its number already, or is the same in all letters of the kind."""
    if carrier.is_known(value):
        return True
    kind, place = letter.place(value.objgen[0])
    begin = letter.place(place)[1] if kind == laid_file.IN_STREAM else place
    return begin < end and same.digest(value) is not None
