"""Makes one structure tree, and one set of layers, of those of several PDFs; walks what a page draws with.

A tree of structure elements says what the content of pages is: headings, paragraphs, tables. Content finds its element
by two numbers. A page, form or annotation bears a key (/StructParents, /StructParent) into the tree's parent tree. What
is found there is an element or, for a page, a list of elements by the numbers of the marked content on it. So files
that become one need keys that do not meet: those of each file are shifted behind all before. Element types, classes and
ids are a file's own names too: where two files mean different things by one, the later file's is renamed.

Objects are pikepdf's; no file is read or written here.

Not here: whether a file's structure is sound enough to be taken (`enclosed_file`).
Source: ISO 32000-1, 14.7 (logical structure), 8.11 (optional content).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from letterpress.pdf.values import annotations_of, array, groups, integer, is_array, is_group, is_stream

_DRAWING = ("/XObject", "/Pattern", "/Font", "/ExtGState")


def number_tree(tree: Any) -> Iterator[tuple[int, Any]]:
    """Yield the pairs of a number tree, in order; what is no pair is passed over."""
    waiting, seen = [tree], set()
    while waiting:
        node = waiting.pop()
        if not is_group(node) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        numbers = array(node, "/Nums")
        for key, value in zip(numbers[::2], numbers[1::2], strict=False):
            if integer(key) is not None:
                yield int(key), value
        waiting += reversed(array(node, "/Kids"))


def parts(page: Any, seen: set[Any]) -> Iterator[Any]:
    """Yield the page and all it draws with: forms, images, patterns, glyphs of Type 3, masks, looks of annotations.

    :param seen: numbers of the objects that were given already; they are not given again.
    """
    waiting = [page]
    while waiting:
        part = waiting.pop()
        if getattr(part, "is_indirect", False):
            if part.objgen in seen:
                continue
            seen.add(part.objgen)
        yield part
        for kind in _DRAWING:
            waiting += [value for _, value in groups(part, "/Resources", kind)]
        for key in ("/SMask", "/G"):  # a mask of a graphics state, and the form that a mask is drawn with
            if is_group(part.get(key)):
                waiting.append(part[key])
        for annotation in annotations_of(part):
            waiting += [look for _, look in groups(annotation, "/AP")]
        if "/Resources" not in part and "/Type" not in part:  # a group of looks: on, off
            waiting += [value for key, value in part.items() if key != "/Parent" and is_stream(value)]


def untag(pages: Sequence[Any]) -> None:
    """Take the numbers off pages whose file has no structure: in another file they would mean another's elements."""
    seen: set[Any] = set()
    for page in pages:
        for part in parts(page, seen):
            for key in ("/StructParents", "/StructParent"):
                if key in part:
                    del part[key]
        for annotation in annotations_of(page):
            if "/StructParent" in annotation:
                del annotation["/StructParent"]


def elements(tree: Any) -> Iterator[Any]:
    """Yield every structure element below a tree's root or an element, each after its parent.

    What has no type (/S) is marked content or a reference to an object, and no element.
    """
    waiting = _kids(tree)
    seen: set[Any] = set()
    while waiting:
        element = waiting.pop()
        if not is_group(element) or "/S" not in element or element.objgen in seen:
            continue
        if element.is_indirect:
            seen.add(element.objgen)
        yield element
        waiting += _kids(element)


def _kids(element: Any) -> list[Any]:
    """List what stands below an element; a single kid need not be in an array."""
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if is_array(kids) else [kids]


class Taken(NamedTuple):
    """What was taken over of files' structures besides the elements."""

    numbers: list[Any]
    """Of the parent tree: keys and values in turn, the keys ascending."""
    ids: dict[bytes, Any]
    """Id -> element."""
    spaces: list[Any]
    """Namespaces."""


class Structure:
    """The structure of a file in the making: `take` each file's tree, then `finish`."""

    def __init__(self, pdf: Any, *, many: bool = False) -> None:
        """Begin with no files.

        :param many: ids are in the order of the files, so that each file's can be written by themselves (`drain`).
        """
        import pikepdf

        self._prefix = b"%08d-" if many else b"%d-"
        self._first_prefix = b"%08d-" % 1 if many else b""
        self.kids: list[Any] = []
        """What stands at the tree's root."""
        self._pike: Any = pikepdf
        self._pdf = pdf
        self._numbers: list[Any] = []
        """The new parent tree: keys and values in turn, the keys ascending."""
        self._next = 0
        """The first key that no file has taken yet."""
        self._roles: dict[str, Any] = {}
        self._classes: dict[str, Any] = {}
        self._ids: dict[bytes, Any] = {}
        self._spaces: list[Any] = []
        self._files = 0

    def take(self, tree: Any, pages: Sequence[Any]) -> list[Any]:
        """Take one file's structure over: keys, roles, classes, ids and namespaces.

        :returns: what stood at its root, which is for the caller to put in its place.
        :param tree: its StructTreeRoot; it and the pages are objects of our file already.
        """
        self._files += 1
        highest = -1
        for number, value in number_tree(tree.get("/ParentTree", {})):
            self._numbers += [self._next + number, value]
            highest = max(highest, number)
        self._shift(pages)
        self._next += highest + 1
        roles = self._named(self._roles, tree.get("/RoleMap"))
        classes = self._named(self._classes, tree.get("/ClassMap"))
        if roles or classes or "/IDTree" in tree:
            self._rename(tree, roles, classes)
        self._spaces += list(tree.get("/Namespaces", ()))
        return _kids(tree)

    def drain(self) -> Taken:
        """Give what was taken since this was last asked, and forget it: for a file that is written as a stream.

        Roles and classes stay: the next file's are held against them.
        """
        taken = Taken(self._numbers, self._ids, self._spaces)
        self._numbers, self._ids, self._spaces = [], {}, []
        for known in (self._roles, self._classes):
            for name, value in known.items():  # an object of a file that is closed is of no use
                known[name] = self._pike.Object.parse(_written(value)) if hasattr(value, "unparse") else value
        return taken

    def skip(self, keys: int) -> None:
        """Leave keys to a file whose structure is written by whoever calls."""
        self._next += keys

    @property
    def next_key(self) -> int:
        """The first key that no file has taken yet."""
        return self._next

    @property
    def named(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What roles and classes mean, by the key of the tree's root that they stand at."""
        for key, named in (("/RoleMap", self._roles), ("/ClassMap", self._classes)):
            if named:
                yield key, named

    def _shift(self, pages: Sequence[Any]) -> None:
        """Move the keys of a file's pages, forms and annotations behind those of the files before."""
        seen: set[Any] = set()
        if self._next == 0:
            return
        for page in pages:
            for part in (*parts(page, seen), *annotations_of(page)):
                for key in ("/StructParents", "/StructParent"):
                    if key in part:
                        part[key] = self._next + int(part[key])

    def _named(self, known: dict[str, Any], given: Any) -> dict[str, str]:
        """Add a file's names to those known; return new names for those that already mean something else."""
        renamed: dict[str, str] = {}
        for name, value in given.items() if given is not None else ():
            new = name
            if name in known and _written(known[name]) != _written(value):
                new = renamed[name] = f"{name}-{self._files}"
            known[new] = value
        return renamed

    def _rename(self, tree: Any, roles: dict[str, str], classes: dict[str, str]) -> None:
        """Write the new names into a file's elements.

        An id is prefixed, but for the first file's where not many are to come; cells of tables name the ids of their
        headers (/Headers).
        """
        pike = self._pike
        prefix = self._first_prefix if self._files == 1 else self._prefix % self._files
        for element in elements(tree):
            if str(element.S) in roles:
                element.S = pike.Name(roles[str(element.S)])
            if "/C" in element and classes:
                element.C = self._classes_of(element.C, classes)
            if "/ID" in element:
                element.ID = pike.String(prefix + bytes(element.ID))
                self._ids[bytes(element.ID)] = element
            attributes = element.get("/A")
            for group in attributes if is_array(attributes) else [attributes]:
                if prefix and is_group(group) and "/Headers" in group:
                    group.Headers = pike.Array([pike.String(prefix + bytes(name)) for name in group.Headers])

    def _classes_of(self, value: Any, renamed: dict[str, str]) -> Any:
        """Rename an element's class or classes, among which revision numbers may stand."""
        pike = self._pike
        if is_array(value):
            return pike.Array([item if isinstance(item, int) else self._classes_of(item, renamed) for item in value])
        return pike.Name(renamed.get(str(value), str(value)))

    def finish(self) -> Any:
        """Make the root of the new tree."""
        pike = self._pike
        root = self._pdf.make_indirect(pike.Dictionary(Type=pike.Name.StructTreeRoot))
        for kid in self.kids:
            kid.P = root
        root.K = pike.Array(self.kids)
        root.ParentTree = self._pdf.make_indirect(pike.Dictionary(Nums=pike.Array(self._numbers)))
        root.ParentTreeNextKey = self._next
        for key, named in self.named:
            root[key] = pike.Dictionary(named)
        if self._ids:
            flat = [item for name, element in sorted(self._ids.items()) for item in (pike.String(name), element)]
            root.IDTree = self._pdf.make_indirect(pike.Dictionary(Names=pike.Array(flat)))
        if self._spaces:
            root.Namespaces = pike.Array(self._spaces)
        return root


def can_take(pdf: Any) -> bool:
    """Tell whether a file's structure can be taken over whole: it is tried with a file that is thrown away."""
    import pikepdf

    trial = pikepdf.new()
    try:
        for page in pdf.pages:
            trial.pages.append(page)
        pages = [page.obj for page in trial.pages]
        tree = trial.copy_foreign(pdf.Root.StructTreeRoot)
        annotations = {annotation.objgen for page in pages for annotation in annotations_of(page)}
        prune(tree, {page.objgen for page in pages}, annotations)
        structure = Structure(trial)
        structure.kids = structure.take(tree, pages)
        structure.finish()
    except Exception:  # whatever stands in it, a structure that cannot be followed is none
        return False
    return True


def _written(value: Any) -> bytes:
    return bytes(value.unparse()) if hasattr(value, "unparse") else repr(value).encode()


def prune(tree: Any, pages: Collection[Any], annotations: Collection[Any]) -> None:
    """Take out of a file's structure what is about pages and annotations that are not taken along.

    :param pages: numbers (objgen) of the pages that are; `annotations` likewise.
    """
    import pikepdf

    order = [tree, *elements(tree)]
    gone: set[Any] = set()
    for element in reversed(order):  # it comes after its parent; one whose kids are all gone goes as well
        kids = _kids(element)
        kept = [kid for kid in kids if _stays(kid, element, pages, annotations, gone)]
        if len(kept) == len(kids):
            continue
        if kept:
            element.K = pikepdf.Array(kept)
        else:
            del element["/K"]
            gone.add(element.objgen)
    for element in order:
        if "/Pg" in element and element.Pg.objgen not in pages:
            del element["/Pg"]
    alive = {element.objgen for element in elements(tree)}
    numbers: list[Any] = []
    for number, value in number_tree(tree.get("/ParentTree", {})):
        owners = value if is_array(value) else [value]
        if any(is_group(owner) and owner.objgen in alive for owner in owners):
            numbers += [number, value]
    tree.ParentTree = pikepdf.Dictionary(Nums=pikepdf.Array(numbers))


def _stays(kid: Any, owner: Any, pages: Collection[Any], annotations: Collection[Any], gone: set[Any]) -> bool:
    """Tell whether a kid of `owner` is about something that is taken along.

    A kid is a number of marked content, an element, or a dictionary: marked content of a page or form, or an object.
    """
    if not is_group(kid):  # the number of content on the owner's page
        return "/Pg" in owner and owner.Pg.objgen in pages
    if "/S" in kid:
        return kid.objgen not in gone
    page = kid.get("/Pg", owner.get("/Pg"))
    if page is not None and page.objgen not in pages:
        return False
    target = kid.get("/Obj")
    return target is None or target.get("/Subtype") in ("/Form", "/Image") or target.objgen in annotations


class Layers:
    """Optional content of several files as that of one (ISO 32000-1, 8.11).

    Only which layers are shown at first is kept: the files' own orders, conditions and locks are not.
    """

    def __init__(self) -> None:
        self._groups: list[Any] = []
        self._off: list[Any] = []

    def take(self, properties: Any) -> None:
        """Take one file's layers over.

        :param properties: its OCProperties, as an object of our file.
        """
        groups = list(properties.get("/OCGs", ()))
        default = properties.get("/D", {})
        if default.get("/BaseState") == "/OFF":
            shown = {group.objgen for group in default.get("/ON", ())}
            off = [group for group in groups if group.objgen not in shown]
        else:
            off = list(default.get("/OFF", ()))
        self._groups += groups
        self._off += off

    def drain(self) -> tuple[list[Any], list[Any]]:
        """Give the layers that were taken since this was last asked, and of them those that are hidden; forget both."""
        taken = (self._groups, self._off)
        self._groups, self._off = [], []
        return taken

    def finish(self) -> Any:
        """Make the new file's OCProperties; None, if it has no layers."""
        import pikepdf

        if not self._groups:
            return None
        groups = pikepdf.Array(self._groups)
        default = pikepdf.Dictionary(Name=pikepdf.String("Default"), Order=groups)
        if self._off:
            default.OFF = pikepdf.Array(self._off)
        return pikepdf.Dictionary(OCGs=groups, D=default)
