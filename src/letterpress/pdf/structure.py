"""The structure of several PDFs -> the structure of one; and what of a page draws.

Job: takes over structure trees (elements, numbers, roles, classes, ids) and layers from files that are put into one.
Secret: ISO 32000-1, 14.7: how pages, forms and annotations find their elements by number, which names are a file's own,
and which must be made anew. Objects are pikepdf's; no file is read or written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from letterpress.pdf.values import annotations_of, array, groups, integer, is_array, is_group, is_stream

_DRAWING = ("/XObject", "/Pattern", "/Font", "/ExtGState")


def number_tree(tree: Any) -> Iterator[tuple[int, Any]]:
    """Pairs of a number tree, in order; what is no pair is passed over."""
    waiting, seen = [tree], set()
    while waiting:
        one = waiting.pop()
        if not is_group(one) or (one.is_indirect and one.objgen in seen):
            continue
        seen.add(one.objgen)
        numbers = array(one, "/Nums")
        for key, value in zip(numbers[::2], numbers[1::2], strict=False):
            if integer(key) is not None:
                yield int(key), value
        waiting += reversed(array(one, "/Kids"))


def parts(page: Any, seen: set[Any]) -> Iterator[Any]:
    """The page and all that it draws with: forms, images, patterns, glyphs of Type 3, masks, looks of annotations.

    :param seen: numbers of the objects that were given already; they are not given again.
    """
    waiting = [page]
    while waiting:
        one = waiting.pop()
        if getattr(one, "is_indirect", False):
            if one.objgen in seen:
                continue
            seen.add(one.objgen)
        yield one
        for kind in _DRAWING:
            waiting += [value for _, value in groups(one, "/Resources", kind)]
        for key in ("/SMask", "/G"):
            if is_group(one.get(key)):
                waiting.append(one[key])
        for annotation in annotations_of(one):
            waiting += [look for _, look in groups(annotation, "/AP")]
        if "/Resources" not in one and "/Type" not in one:  # a group of looks: on, off
            waiting += [value for key, value in one.items() if key != "/Parent" and is_stream(value)]


def untag(pages: Sequence[Any]) -> None:
    """Take the numbers off pages whose file has no structure: in another file they would mean another's elements."""
    seen: set[Any] = set()
    for page in pages:
        for one in parts(page, seen):
            for key in ("/StructParents", "/StructParent"):
                if key in one:
                    del one[key]
        for annotation in annotations_of(page):
            if "/StructParent" in annotation:
                del annotation["/StructParent"]


def elements(tree: Any) -> Iterator[Any]:
    """Every structure element below a tree's root or an element."""
    waiting = _kids(tree)
    seen: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if not is_group(one) or "/S" not in one or one.objgen in seen:
            continue
        if one.is_indirect:
            seen.add(one.objgen)
        yield one
        waiting += _kids(one)


def _kids(one: Any) -> list[Any]:
    kids = one.get("/K")
    if kids is None:
        return []
    return list(kids) if is_array(kids) else [kids]


class Structure:
    """The structure of a file in the making."""

    def __init__(self, pdf: Any) -> None:
        import pikepdf

        self.kids: list[Any] = []
        """What stands at the tree's root."""
        self._pike: Any = pikepdf
        self._pdf = pdf
        self._numbers: list[Any] = []
        self._next = 0
        self._roles: dict[str, Any] = {}
        self._classes: dict[str, Any] = {}
        self._ids: dict[bytes, Any] = {}
        self._spaces: list[Any] = []
        self._files = 0

    def take(self, tree: Any, pages: Sequence[Any]) -> list[Any]:
        """Take one file's structure over; gives what stood at its root, which is for the caller to put in its place.

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

    def _shift(self, pages: Sequence[Any]) -> None:
        seen: set[Any] = set()
        if self._next == 0:
            return
        for page in pages:
            for one in (*parts(page, seen), *annotations_of(page)):
                for key in ("/StructParents", "/StructParent"):
                    if key in one:
                        one[key] = self._next + int(one[key])

    def _named(self, known: dict[str, Any], given: Any) -> dict[str, str]:
        """Add a file's names to those known; gives new names for those that already mean something else."""
        renamed: dict[str, str] = {}
        for name, value in given.items() if given is not None else ():
            new = name
            if name in known and _written(known[name]) != _written(value):
                new = renamed[name] = f"{name}-{self._files}"
            known[new] = value
        return renamed

    def _rename(self, tree: Any, roles: dict[str, str], classes: dict[str, str]) -> None:
        pike = self._pike
        prefix = b"" if self._files == 1 else b"%d-" % self._files
        for one in elements(tree):
            if str(one.S) in roles:
                one.S = pike.Name(roles[str(one.S)])
            if "/C" in one and classes:
                one.C = self._classes_of(one.C, classes)
            if "/ID" in one:
                one.ID = pike.String(prefix + bytes(one.ID))
                self._ids[bytes(one.ID)] = one
            attributes = one.get("/A")
            for group in attributes if is_array(attributes) else [attributes]:
                if prefix and is_group(group) and "/Headers" in group:
                    group.Headers = pike.Array([pike.String(prefix + bytes(name)) for name in group.Headers])

    def _classes_of(self, found: Any, renamed: dict[str, str]) -> Any:
        """An element's class or classes, among which revision numbers may stand."""
        pike = self._pike
        if is_array(found):
            return pike.Array([one if isinstance(one, int) else self._classes_of(one, renamed) for one in found])
        return pike.Name(renamed.get(str(found), str(found)))

    def finish(self) -> Any:
        """The root of the new tree."""
        pike = self._pike
        root = self._pdf.make_indirect(pike.Dictionary(Type=pike.Name.StructTreeRoot))
        for kid in self.kids:
            kid.P = root
        root.K = pike.Array(self.kids)
        root.ParentTree = self._pdf.make_indirect(pike.Dictionary(Nums=pike.Array(self._numbers)))
        root.ParentTreeNextKey = self._next
        for key, named in (("/RoleMap", self._roles), ("/ClassMap", self._classes)):
            if named:
                root[key] = pike.Dictionary(named)
        if self._ids:
            flat = [item for name, one in sorted(self._ids.items()) for item in (pike.String(name), one)]
            root.IDTree = self._pdf.make_indirect(pike.Dictionary(Names=pike.Array(flat)))
        if self._spaces:
            root.Namespaces = pike.Array(self._spaces)
        return root


def can_take(pdf: Any) -> bool:
    """Whether a file's structure can be taken over whole: tried with a file that is thrown away."""
    import pikepdf

    trial = pikepdf.new()
    try:
        for page in pdf.pages:
            trial.pages.append(page)
        pages = [page.obj for page in trial.pages]
        tree = trial.copy_foreign(pdf.Root.StructTreeRoot)
        prune(tree, {page.objgen for page in pages}, {one.objgen for page in pages for one in annotations_of(page)})
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
    for one in reversed(order):  # an element comes after its parent; one whose kids are all gone goes as well
        kids = _kids(one)
        kept = [kid for kid in kids if _stays(kid, one, pages, annotations, gone)]
        if len(kept) == len(kids):
            continue
        if kept:
            one.K = pikepdf.Array(kept)
        else:
            del one["/K"]
            gone.add(one.objgen)
    for one in order:
        if "/Pg" in one and one.Pg.objgen not in pages:
            del one["/Pg"]
    alive = {one.objgen for one in elements(tree)}
    numbers: list[Any] = []
    for number, value in number_tree(tree.get("/ParentTree", {})):
        owners = value if is_array(value) else [value]
        if any(is_group(owner) and owner.objgen in alive for owner in owners):
            numbers += [number, value]
    tree.ParentTree = pikepdf.Dictionary(Nums=pikepdf.Array(numbers))


def _stays(kid: Any, owner: Any, pages: Collection[Any], annotations: Collection[Any], gone: set[Any]) -> bool:
    if not is_group(kid):  # the number of content on the owner's page
        return "/Pg" in owner and owner.Pg.objgen in pages
    if "/S" in kid:
        return kid.objgen not in gone
    page = kid.get("/Pg", owner.get("/Pg"))
    if page is not None and page.objgen not in pages:
        return False
    of = kid.get("/Obj")
    return of is None or of.get("/Subtype") in ("/Form", "/Image") or of.objgen in annotations


class Layers:
    """Optional content of several files as that of one (ISO 32000-1, 8.11)."""

    def __init__(self) -> None:
        self._groups: list[Any] = []
        self._off: list[Any] = []

    def take(self, properties: Any) -> None:
        """:param properties: a file's OCProperties, as an object of our file."""
        groups = list(properties.get("/OCGs", ()))
        default = properties.get("/D", {})
        if default.get("/BaseState") == "/OFF":
            shown = {group.objgen for group in default.get("/ON", ())}
            off = [group for group in groups if group.objgen not in shown]
        else:
            off = list(default.get("/OFF", ()))
        self._groups += groups
        self._off += off

    def finish(self) -> Any:
        """The new file's OCProperties; None, if it has no layers."""
        import pikepdf

        if not self._groups:
            return None
        groups = pikepdf.Array(self._groups)
        default = pikepdf.Dictionary(Name=pikepdf.String("Default"), Order=groups)
        if self._off:
            default.OFF = pikepdf.Array(self._off)
        return pikepdf.Dictionary(OCGs=groups, D=default)
