"""Replaces each letter's own subset of a shipped face by one that has the glyphs of all, while letters become one PDF.

It rests on three things: a subset keeps the face's glyph numbers; a face is known by its PostScript name, and by its
widths, lest another font of that name be taken for it; and a glyph that two letters read as different texts needs two
font objects of one program, since a font says once what its glyphs mean.

Not here: making subsets (`fonts/shipped`), putting letters together (`batch/combine`).
Source: ISO 32000-1, 9.7 (composite fonts), 9.10.3 (ToUnicode); Adobe's CMap specification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from letterpress.fonts import shipped as fonts

_WEIGHTS = {"Semi-Bold": 600, "Semibold": 600, "Bold": 700}


@dataclass(frozen=True, slots=True)
class _Kind:
    """How PDF takes a face's outlines (ISO 32000-1, table 126)."""

    inner: str
    file: str
    opentype: bool

    def says(self, size: int) -> dict[str, bytes]:
        """Return the entries of the program's stream."""
        return {"Subtype": b"/OpenType"} if self.opentype else {"Length1": str(size).encode()}


_CFF = _Kind("/CIDFontType0", "/FontFile3", True)
_TRUETYPE = _Kind("/CIDFontType2", "/FontFile2", False)


@dataclass(slots=True)
class _Shared:
    """One font object of the new file."""

    font: Any
    texts: dict[int, str] = field(default_factory=dict)
    """Glyph -> its text, as UTF-16 in hexadecimal."""


@dataclass(slots=True)
class _Kept:
    """One face and the fonts made of it: more than one only where letters read a glyph as different texts."""

    face: fonts.Face
    model: Any
    glyphs: set[int] = field(default_factory=set)
    fonts: list[_Shared] = field(default_factory=list)


class Faces:
    """The shipped faces of a file in the making."""

    def __init__(self, pdf: Any, parse: Any) -> None:
        """Begin with no faces.

        :param pdf: pikepdf's, the file in the making.
        :param parse: makes an object of PDF source.
        """
        self._pdf = pdf
        self._parse = parse
        self._kept: dict[fonts.Face, _Kept] = {}

    def take(self, font: Any) -> Any:
        """Return the font of our file that stands for a letter's; None if it is not a subset of a shipped face."""
        if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H" or "/ToUnicode" not in font:
            return None
        inner = font.DescendantFonts[0]
        face = _face(str(font.BaseFont))
        texts = _texts(font.ToUnicode.read_bytes())
        if face is None or not texts or inner.get("/CIDToGIDMap", "/Identity") != "/Identity":
            return None
        if inner.get("/Subtype") != _kind(face).inner:
            return None
        widths = dict(_widths(inner.W))
        known = _face_widths(face)
        if any(abs(known.get(glyph, -1) - width) > 1 for glyph, width in widths.items()) or not set(texts) <= set(
            known
        ):
            return None
        kept = self._kept.setdefault(face, _Kept(face, self._model(font, inner)))
        kept.glyphs |= set(texts) | set(widths)
        for shared in kept.fonts:
            if all(shared.texts.get(glyph, text) == text for glyph, text in texts.items()):
                break
        else:
            shared = _Shared(self._pdf.make_indirect(self._parse(b"<< >>")))
            kept.fonts.append(shared)
        shared.texts |= texts
        return shared.font

    def _model(self, font: Any, inner: Any) -> dict[str, Any]:
        """Return what a letter's font says of the face, as plain values."""
        descriptor = inner.FontDescriptor
        keys = (
            "/Ascent",
            "/CapHeight",
            "/Descent",
            "/Flags",
            "/FontBBox",
            "/FontFamily",
            "/ItalicAngle",
            "/StemH",
            "/StemV",
        )
        values = {
            key: descriptor[key].unparse() if hasattr(descriptor[key], "unparse") else descriptor[key]
            for key in keys
            if key in descriptor
        }
        name = "LETTER+" + str(font.BaseFont).partition("+")[2]
        return {"name": name, "descriptor": values}

    def finish(self) -> None:
        """Write the faces: each program once."""
        parse = self._parse
        for kept in self._kept.values():
            program, widths = fonts.subset(kept.face, frozenset(kept.glyphs))
            kind = _kind(kept.face)
            stream = self._pdf.make_stream(
                program, **{key: parse(value) for key, value in kind.says(len(program)).items()}
            )
            name = kept.model["name"]
            descriptor = " ".join(
                f"{key} {value.decode('latin-1') if isinstance(value, bytes) else value}"
                for key, value in kept.model["descriptor"].items()
            )
            box = parse(f"<< /Type /FontDescriptor /FontName /{name} {descriptor} >>".encode("latin-1"))
            box[kind.file] = stream
            inner = parse(
                (
                    f"<< /Type /Font /Subtype {kind.inner} /BaseFont /{name} /CIDToGIDMap /Identity "
                    "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
                    f"/W [{_written(widths, kept.glyphs)}] >>"
                ).encode()
            )
            inner["/FontDescriptor"] = self._pdf.make_indirect(box)
            descendant = self._pdf.make_indirect(inner)
            for shared in kept.fonts:
                font = parse(
                    f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
                    "/DescendantFonts [] >>".encode()
                )
                for key in font.keys():  # noqa: SIM118 - a PDF dictionary
                    shared.font[key] = font[key]
                shared.font["/DescendantFonts"].append(descendant)
                shared.font["/ToUnicode"] = self._pdf.make_stream(_cmap(shared.texts))


@lru_cache(maxsize=16)
def _kind(face: fonts.Face) -> _Kind:
    with face.path.open("rb") as file:
        return _CFF if file.read(4) == b"OTTO" else _TRUETYPE


@lru_cache(maxsize=64)
def _face(name: str) -> fonts.Face | None:
    """Find the shipped face that WeasyPrint calls so: `YLXFLI+Source-Serif-Pro-Semi-Bold`."""
    plain = name.lstrip("/").partition("+")[2]
    for face in fonts.shipped():
        family = face.family.replace(" ", "-")
        rest = plain.removeprefix(family)
        if not plain.startswith(family) or (rest and not rest.startswith("-")):
            continue
        italic = "Italic" in rest or "Oblique" in rest
        weight = next((number for word, number in _WEIGHTS.items() if word in rest), 400)
        if face.italic == italic and face.weight == weight:
            return face
    return None


@lru_cache(maxsize=16)
def _face_widths(face: fonts.Face) -> dict[int, int]:
    return fonts.widths(face)


def _texts(cmap: bytes) -> dict[int, str]:
    """Read glyph -> text of a CMap as WeasyPrint writes it; empty if it is another."""
    texts: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        texts |= {
            int(glyph, 16): text.decode() for glyph, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block)
        }
    return {} if b"beginbfrange" in cmap else texts


def _widths(array: Any) -> list[tuple[int, float]]:
    """Read `W` as pairs (glyph, width)."""
    pairs = []
    items = list(array)
    at = 0
    while at + 1 < len(items):
        first, second = int(items[at]), items[at + 1]
        if hasattr(second, "__len__"):
            pairs += [(first + offset, float(width)) for offset, width in enumerate(second)]
            at += 2
        else:
            pairs += [(glyph, float(items[at + 2])) for glyph in range(first, int(second) + 1)]
            at += 3
    return pairs


def _written(widths: dict[int, int], glyphs: set[int]) -> str:
    return " ".join(f"{glyph} [{widths[glyph]}]" for glyph in sorted(glyphs) if glyph in widths)


def _cmap(texts: dict[int, str]) -> bytes:
    lines = [f"<{glyph:04x}> <{text}>" for glyph, text in sorted(texts.items())]
    blocks = [
        lines[at : at + 100] for at in range(0, len(lines), 100)
    ]  # a block holds 100 at most (CMap specification)
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
