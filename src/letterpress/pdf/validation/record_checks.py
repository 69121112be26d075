"""Checks the records of PDF/VT-1: that each page belongs to one, that they follow each other, and what is said of them.

Not here: the rules of PDF/X-4, which PDF/VT-1 rests on; they are checked where a file claims it as well.
Source: ISO 16612-2; ISO 32000-2, 14.12 (document parts).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.pdf.validation import objects
from letterpress.pdf.validation.claims import PDFVT_ID, PDFX_ID, VERSION
from letterpress.pdf.validation.objects import get, name
from letterpress.pdf.validation.rules import Broken
from letterpress.pdf.validation.subject import Subject
from letterpress.pdf.values import array, group, integer, is_array, is_group

_MODIFIED = "{http://ns.adobe.com/xap/1.0/}ModifyDate"
_DEEPEST = 64
"""Levels of nodes that are gone down."""


def check(subject: Subject) -> Iterator[Broken]:
    """Find what is broken in a file of records."""
    if not subject.xmp.get(PDFX_ID + VERSION, "").startswith("PDF/X-4"):
        yield Broken("vt-base", f"it claims {subject.xmp.get(PDFX_ID + VERSION) or 'no PDF/X'}")
    date, modified = subject.xmp.get(f"{PDFVT_ID}GTS_PDFVTModDate", ""), subject.xmp.get(_MODIFIED, "")
    if not date or date != modified:
        yield Broken("vt-date", f"{date or 'nothing'}, and xmp:ModifyDate is {modified or 'not there'}")
    root = group(subject.root, "/DPartRoot")
    top = group(root, "/DPartRootNode")
    if root is None or top is None or name(root.get("/Type")) not in ("", "/DPartRoot"):
        yield Broken("vt-root")
        return
    yield from _levels(root)
    leaves = _Leaves()
    yield from leaves.walk(top, root, 0)
    if (level := integer(root.get("/RecordLevel"))) is not None and leaves.depths and level > max(leaves.depths):
        yield Broken("vt-levels", f"RecordLevel is {level}, and the tree has {max(leaves.depths)} below its root")
    yield from _pages(subject, leaves.found)


def _levels(root: Any) -> Iterator[Broken]:
    names = get(root, "/NodeNameList")
    if names is not None and not (is_array(names) and all(name(one) for one in array(root, "/NodeNameList"))):
        yield Broken("vt-levels", "NodeNameList is no list of names")
    level = get(root, "/RecordLevel")
    if level is not None and (integer(level) is None or int(level) < 0):
        yield Broken("vt-levels", "RecordLevel is no number")


class _Leaves:
    """The nodes that have pages, in the order of the tree."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.depths: set[int] = set()
        self._seen: set[Any] = set()

    def walk(self, node: Any, above: Any, depth: int) -> Iterator[Broken]:
        """Go down a node; what is wrong with it, and with all below."""
        if node.objgen in self._seen or depth > _DEEPEST:
            yield Broken("vt-node", "it stands in the tree twice", object=objects.where(node))
            return
        self._seen.add(node.objgen)
        parent = group(node, "/Parent")
        if parent is None or parent.objgen != above.objgen:
            yield Broken("vt-node", "its Parent is not the node above it", object=objects.where(node))
        if get(node, "/Start") is not None:
            self.found.append(node)
            self.depths.add(depth)
            if get(node, "/DParts") is not None:
                yield Broken("vt-node", "it has both pages and parts", object=objects.where(node))
            return
        parts = [one for part in array(node, "/DParts") if is_array(part) for one in part]
        if not parts or not all(is_group(one) and one.objgen != (0, 0) for one in parts):
            yield Broken("vt-node", "it has neither pages nor parts", object=objects.where(node))
        for one in parts:
            if is_group(one):
                yield from self.walk(one, node, depth + 1)


def _pages(subject: Subject, leaves: list[Any]) -> Iterator[Broken]:
    """Check that the nodes take all pages, one after the other, and each page names its node."""
    places = {page.objgen: at for at, page in enumerate(subject.pages)}
    due = 0
    for leaf in leaves:
        start, end = group(leaf, "/Start"), group(leaf, "/End")
        first = None if start is None else places.get(start.objgen)
        last = first if end is None else places.get(end.objgen)
        if first is None or last is None or first != due or last < first:
            said = f"pages {_counted(first)} to {_counted(last)}, where page {due + 1} is next"
            yield Broken("vt-pages", said, object=objects.where(leaf))
            due = due if last is None else max(due, last + 1)
            continue
        for at in range(first, last + 1):
            node = group(subject.pages[at], "/DPart")
            if node is None or node.objgen != leaf.objgen:
                yield Broken("vt-page-node", page=at + 1)
        due = last + 1
    if due < len(subject.pages):
        yield Broken("vt-pages", f"page {due + 1} and those behind it belong to no record", page=due + 1)


def _counted(place: int | None) -> str:
    return "of another file" if place is None else str(place + 1)
