"""Says which families of type ship with letterpress, where their files are, and which characters they have.

Those of text and labels come in wheels of their own, that of code lies in `data/fonts/`: a letter never depends on what
a system has installed.

Not here: letterheads that declare fonts of the system all the same (`system`). Source: OpenType 1.9 (head, hmtx, cmap).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from letterpress import data, page


@dataclass(frozen=True, slots=True)
class Face:
    """One font file."""

    family: str
    weight: int
    """400 regular, 600 semibold, 700 bold."""
    italic: bool
    path: Path


_STYLES = {
    "Regular": (400, False),
    "It": (400, True),
    "Semibold": (600, False),
    "Bold": (700, False),
    "BoldIt": (700, True),
}
_WHEELS = {
    "Source Serif Pro": ("font_source_serif_pro", "SourceSerifPro"),
    "Source Sans Pro": ("font_source_sans_pro", "SourceSansPro"),
}
FAMILIES = tuple(_WHEELS)
"""Those that a letterhead may set its text and labels in."""
CODE = "Source Code Pro"
"""The family of code: every character is as wide as any other."""
_CODE_STYLES = {"Regular": (400, False), "It": (400, True), "Semibold": (600, False), "SemiboldIt": (600, True)}
SLIP = "Liberation Sans"
"""The family of payment slips, which may be set in this, Arial, Helvetica or Frutiger alone."""


@lru_cache(maxsize=1)
def shipped() -> tuple[Face, ...]:
    """Give every shipped face.

    :raises RuntimeError: a wheel that letterpress requires is not installed.
    """
    faces: list[Face] = []
    for family, (package, stem) in _WHEELS.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the font wheel {package} is not installed")
        folder = Path(spec.origin).parent / "files"
        for style, (weight, italic) in _STYLES.items():
            faces.append(Face(family, weight, italic, folder / f"{stem}-{style}.ttf"))
    folder = Path(str(data.fonts("source-code-pro")))
    for style, (weight, italic) in _CODE_STYLES.items():
        faces.append(Face(CODE, weight, italic, folder / f"SourceCodePro-{style}.ttf"))
    folder = Path(str(data.fonts("liberation-sans")))
    faces += [
        Face(SLIP, _STYLES[style][0], False, folder / f"LiberationSans-{style}.ttf") for style in ("Regular", "Bold")
    ]
    return tuple(faces)


@lru_cache(maxsize=8)
def characters(family: str) -> frozenset[int]:
    """Give the code points that the upright face of a shipped family has."""
    from fontTools.ttLib import TTFont

    face = next(face for face in shipped() if face.family == family and not face.italic and face.weight == 400)
    with TTFont(face.path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=8)
def face_css(families: tuple[str, ...]) -> str:
    """Write the `@font-face` rules for the shipped faces of these families."""
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"font-style: {'italic' if face.italic else 'normal'}; src: url({face.path.as_uri()}) }}"
        for face in shipped()
        if face.family in families
    )


def described(file: str) -> page.Face:
    """Read what a font file is a face of.

    :raises Exception: whatever fontTools meets in one that is broken.
    """
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        names, os2 = font["name"], font["OS/2"]
        family = names.getDebugName(16) or names.getDebugName(1)
        features = (
            {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord} if "GSUB" in font else ()
        )
        panose = os2.panose
        return page.Face(
            family=str(family),
            weight=int(os2.usWeightClass),
            italic=bool(os2.fsSelection & 1),
            file=file,
            small_caps="smcp" in features,
            variable="fvar" in font,
            sans=panose.bFamilyType == 2 and panose.bSerifStyle in range(11, 16),
        )


Fingerprint = tuple[int, bytes]
"""Size and head of a font file: what tells it from others."""
_HEAD = 4096


def fingerprint(file: str) -> Fingerprint:
    """Read the fingerprint of a font file."""
    path = Path(file)
    with path.open("rb") as opened:
        return path.stat().st_size, opened.read(_HEAD)


def fingerprint_of(content: bytes) -> Fingerprint:
    """Make the fingerprint of a font file's content."""
    return len(content), content[:_HEAD]


@lru_cache(maxsize=1)
def fingerprints() -> frozenset[Fingerprint]:
    """Read the fingerprints of all shipped faces."""
    return frozenset(fingerprint(str(face.path)) for face in shipped())


def unpacked(font: bytes) -> bytes:
    """Unpack a WOFF or WOFF2, byte for byte as WeasyPrint does.

    :raises Exception: whatever fontTools meets in one that is broken, or where brotli is missing.
    """
    from io import BytesIO

    from fontTools.ttLib import TTFont, woff2

    content = BytesIO()
    if font.startswith(b"wOF2"):
        woff2.decompress(BytesIO(font), content)
    else:
        with TTFont(BytesIO(font)) as opened:
            opened.flavor = opened.flavorData = None
            opened.save(content)
    return content.getvalue()


def subset(face: Face, glyphs: frozenset[int]) -> tuple[bytes, dict[int, int]]:
    """Make a face with these glyphs only, which keep their numbers.

    :param glyphs: glyph numbers; .notdef is added.
    :returns: the font file, and the widths of the glyphs in 1/1000 em.
    """
    from io import BytesIO

    from fontTools import subset as tools
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        order = font.getGlyphOrder()
        widths = {glyph: round(font["hmtx"][order[glyph]][0] * scale) for glyph in glyphs if glyph < len(order)}
        options = tools.Options(
            retain_gids=True,
            notdef_outline=True,
            desubroutinize=True,
            hinting=False,
            layout_features=[],
            ignore_missing_glyphs=True,
        )
        options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "BASE", "SVG ", "FFTM"]  # FontForge's time stamp
        subsetter = tools.Subsetter(options)
        subsetter.populate(gids=sorted(glyphs | {0}))
        subsetter.subset(font)
        file = BytesIO()
        # The same glyphs give the same bytes: two runs of a letter must not differ.
        font["head"].modified = font["head"].created  # no clock in the file
        font.recalcTimestamp = False
        font.save(file)
    return file.getvalue(), widths


def widths(face: Face) -> dict[int, int]:
    """Give the widths of a face's glyphs in 1/1000 em, by glyph number."""
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        metrics = font["hmtx"]
        return {number: round(metrics[name][0] * scale) for number, name in enumerate(font.getGlyphOrder())}
