"""Gives the named places of a letter, the links that lead to them, and its fields names that no other letter has.

Source: ISO 32000-1, 7.9.6 (name trees), 12.3.2.3 (named destinations), 12.7.3.2 (names of fields).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def rename(source: Any, prefix: str) -> list[tuple[str, Any]]:
    """Give places and links names of their own; of ASCII, so that their order is that of the letters.

    :param source: the letter, as pikepdf has it.
    :returns: each new name with its place, in order.
    """
    import pikepdf

    names = source.Root.get("/Names", {}).get("/Dests")
    old = source.Root.get("/Dests")
    places: dict[str, Any] = dict(pikepdf.NameTree(names)) if names is not None else {}
    places |= {key[1:]: old[key] for key in old.keys()} if old is not None else {}  # noqa: SIM118 - a PDF dictionary
    if not places:
        return []
    for page in source.pages:
        for annotation in page.obj.get("/Annots", ()):
            for holder, key in ((annotation, "/Dest"), (annotation.get("/A"), "/D")):
                target = holder.get(key) if holder is not None else None
                if isinstance(target, pikepdf.String | pikepdf.Name):
                    holder[key] = pikepdf.String(prefix + _ascii(str(target).removeprefix("/")))
    known = {page.obj.objgen for page in source.pages}
    found = []
    for name, value in places.items():
        place = list(value.D if isinstance(value, pikepdf.Dictionary) else value)
        page = place[0] if getattr(place[0], "objgen", None) in known else source.pages[0].obj
        found.append((prefix + _ascii(name), pikepdf.Array([page, *place[1:]])))
    return sorted(found, key=lambda pair: pair[0])


def rename_fields(pages: Sequence[Any], prefix: str) -> tuple[list[Any], bool]:
    """Give fields names of their own: two of one name would be one.

    A signature itself is of its own file, and would be a broken one in another: it is left out.

    :returns: the fields, and whether one of them bore a signature.
    """
    import pikepdf

    fields, signed = [], False
    for page in pages:
        for annotation in page.get("/Annots", ()):
            if annotation.get("/Subtype") == "/Widget" and "/T" in annotation:
                annotation.T = pikepdf.String(prefix + str(annotation.T))
                fields.append(annotation)
                if annotation.get("/FT") == "/Sig" and "/V" in annotation:
                    del annotation["/V"]
                    signed = True
    return fields, signed


def _ascii(name: str) -> str:
    return name if name.isascii() else name.encode("unicode_escape").decode("ascii")
