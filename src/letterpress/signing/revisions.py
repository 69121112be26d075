"""What was added to a letter after it was signed, and whether signing explains it.

Job: the policy for changes after a signature, and words for what changed. Secret: how pyHanko compares the revisions of
a PDF. Stricter than pyHanko's own policy, since a letter keeps its places for signatures from the start: nobody may add
a visible field, redraw an appearance in place, or unmark the file as tagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)

from letterpress.signing.signature_fields import at


class _SameWords(MetadataUpdateRule):  # type: ignore[misc,unused-ignore]
    """XMP may be written again, as many programs do when they sign, if what it says of the letter stays."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        yield from super().apply(old, new)
        if _xmp_words(old.root) != _xmp_words(new.root):
            raise SuspiciousModification("title, author, language or conformance were changed in the metadata")


class _SameInfo(DocInfoRule):  # type: ignore[misc,unused-ignore]
    """The same for the older information dictionary: only the time and the program may change."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        yield from super().apply(old, new)
        before, after = map(_information, (old, new))
        if any(at(before, key) != at(after, key) for key in {*before, *after} - {"/ModDate", "/Producer"}):
            raise SuspiciousModification("title, author or subject were changed in the document information")


def _information(revision: Any) -> Any:
    reference = revision.trailer_view.get_value_as_reference("/Info", optional=True)
    return {} if reference is None else revision(reference)


class _InvisibleFieldsOnly(SigFieldCreationRule):  # type: ignore[misc,unused-ignore] # pyHanko is untyped
    """Fields may be added for time stamps, which are invisible; anything visible could lie over the text."""

    def apply(self, context: Any) -> Iterable[Any]:
        for level, update in super().apply(context):
            if not update.valid_when_certifying:
                raise SuspiciousModification(f"a visible field was added: {update.field_name}")
            yield level, update


POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(ignored_keys=frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})),
        _SameInfo().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        _SameWords().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            _InvisibleFieldsOnly(),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ],
        ignored_acroform_keys=frozenset({"/Fields", "/DR", "/DA"}),
    ),
)
"""What may happen to a letter after a signature: further signatures in their places, time stamps, validation data."""


_WORDS = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://www.aiim.org/pdfa/ns/id/}",
    "{http://www.aiim.org/pdfua/ns/id/}",
)


def _xmp_words(root: Any) -> list[tuple[str, str]]:
    """What the metadata say of the letter itself: Dublin Core and the standards that it keeps."""
    from lxml import etree

    if "/Metadata" not in root:
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    words: list[tuple[str, str]] = []
    for element in etree.fromstring(root["/Metadata"].data, parser=parser).iter(etree.Element):
        if element.tag.startswith(_WORDS):
            words.append((element.tag, " ".join("".join(element.itertext()).split())))
        words.extend((name, value) for name, value in element.attrib.items() if name.startswith(_WORDS))
    return sorted(words)


def describe(reader: Any, revision: int) -> list[str]:
    """What somebody who opens the file sees differently from `revision`, as far as it can be told in words."""
    old, new = reader.get_historical_resolver(revision), reader
    try:
        found = list(_page_changes(list(_pages(old.root["/Pages"])), list(_pages(new.root["/Pages"]))))
    except Exception:  # the very structure may be what was tampered with
        found = ["the page tree was changed"]
    try:
        found.extend(_field_changes(old, new))
    except Exception:
        found.append("the form was changed")
    return found


def _pages(node: Any, depth: int = 0) -> Iterator[Any]:
    node = node.get_object()
    if depth > 50:
        raise ValueError("page tree too deep")
    if "/Kids" not in node:
        yield node
        return
    for kid in node["/Kids"]:
        yield from _pages(kid.get_object(), depth + 1)


def _page_changes(old: list[Any], new: list[Any]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"it had {len(old)} page{'s'[: len(old) != 1]} and now has {len(new)}"
        return
    for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
        if at(before, "/Rotate", 0) != at(after, "/Rotate", 0):
            yield f"page {number} was rotated"
        if any(at(before, box) != at(after, box) for box in ("/MediaBox", "/CropBox")):
            yield f"page {number} was cut to another size"
        if _content(before) != _content(after):
            yield f"the content of page {number} was replaced"
        had, has = len(at(before, "/Annots", ())), len(at(after, "/Annots", ()))
        if had != has:
            yield f"page {number} has {has} annotations instead of {had}"


def _content(page: Any) -> list[bytes]:
    content = at(page, "/Contents")
    if content is None:
        return []
    parts = content if isinstance(content, list) else [content]
    return [part.get_object().data for part in parts]


def _field_changes(old: Any, new: Any) -> Iterator[str]:
    from pyhanko.sign.fields import enumerate_sig_fields

    before = {name: value is not None for name, value, _ in enumerate_sig_fields(old)}
    after = {name: value is not None for name, value, _ in enumerate_sig_fields(new)}
    for name, signed in before.items():
        if name not in after:
            yield f"the field {name} was removed"
        elif signed and not after[name]:
            yield f"the signature in {name} was removed"
