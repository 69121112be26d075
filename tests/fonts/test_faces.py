"""Fonts as a PDF embeds them: what WeasyPrint would write of the same glyphs."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont

import letterpress
from letterpress.fonts import faces, shipped, subsets, tables
from letterpress.fonts.faces import FontProgram
from letterpress.layout import font_programs
from tests.support import real_letters, set_lines, verapdf
from tests.support.set_lines import FAMILIES, Paragraph

TEXT = "Dear Sir, the office affirms 2024-04-11: Ångström, 10\u00a0€ “AV” V.A. fjord"


def programs() -> tuple[dict[str, font_programs.Drawn], pikepdf.Pdf]:
    """Fonts of a document that WeasyPrint has written, and the document."""
    styles = [
        *(
            f"font-family: '{family}'; font-size: 11pt; font-weight: {weight}"
            for family in FAMILIES
            for weight in (400, 700)
        ),
        "font-family: 'Source Serif Pro'; font-variant-numeric: oldstyle-nums; font-size: 7pt",
        "font-family: 'DejaVu Sans'; font-size: 9pt",
    ]
    document = set_lines.document([Paragraph(TEXT, css, 400) for css in styles])
    content = document.write_pdf(pdf_tags=True, pdf_variant="pdf/a-3a")
    found, refused = font_programs.of_document(document.fonts)
    assert refused == {}
    return found, pikepdf.open(BytesIO(content))


def written(font: Any) -> dict[str, Any]:
    """What a PDF says of a font, and its file."""
    inner = font.DescendantFonts[0]
    descriptor = inner.FontDescriptor
    file = descriptor.get("/FontFile2", descriptor.get("/FontFile3"))
    leave = {"/FontDescriptor", "/DescendantFonts", "/FontFile2", "/FontFile3", "/ToUnicode"}
    said = {
        f"{name}{key}": value.unparse() if isinstance(value, pikepdf.Object) else repr(value)
        for name, part in (("outer", font), ("inner", inner), ("descriptor", descriptor))
        for key, value in part.items()
        if key not in leave
    }
    return {
        **said,
        "file": file.read_bytes(),
        "length": file.get("/Length1"),
        "texts": texts(font.ToUnicode.read_bytes()),
    }


def texts(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<([0-9a-f]{4})> <([0-9a-f]*)>$", cmap.partition(b"endcodespacerange")[2], re.M)
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def embedded(made: faces.Face) -> tuple[Any, pikepdf.Pdf]:
    """The font that a face's objects are, and the PDF of its own that it is in."""
    page = b"<</Type /Page/Parent 2 0 R/MediaBox [0 0 9 9]/Resources <<>>>>"
    bodies = [b"<</Type /Catalog/Pages 2 0 R>>", b"<</Type /Pages/Count 1/Kids [3 0 R]>>", page, *made.objects(4)]
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(bodies) + 1
    content += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
        count,
        len(content),
    )
    pdf = pikepdf.open(BytesIO(content))
    assert not pdf.check_pdf_syntax()
    return pdf.get_object(3 + 5, 0), pdf


def test_a_face_is_what_weasyprint_writes_of_its_glyphs() -> None:
    found, pdf = programs()
    fonts = pdf.pages[0].Resources.Font
    assert {f"/{name}" for name in found} == set(fonts.keys())
    for name, drawn in found.items():
        made = faces.face(drawn.program, drawn.glyphs, drawn.spelled)
        font, own = embedded(made)
        mine, theirs = written(font), written(fonts[f"/{name}"])
        own.close()
        read, read_by_them = mine.pop("texts"), theirs.pop("texts")
        assert mine == theirs
        assert read.keys() == read_by_them.keys()
        same = str.maketrans("\u00a0", " ")
        assert {glyph: text.translate(same) for glyph, text in read_by_them.items()} == read


def test_more_glyphs_change_none_of_the_others() -> None:
    found, _ = programs()
    for drawn in found.values():
        known = tables.read_glyphs(drawn.program.file)
        usual = {glyph for glyph, text in known.texts.items() if text in faces.USUAL}
        few, many = (
            TTFont(BytesIO(subsets.subset(drawn.program.file, glyphs)))
            for glyphs in (drawn.glyphs, drawn.glyphs | usual)
        )
        assert len(many.getGlyphOrder()) >= len(few.getGlyphOrder())
        for glyph in drawn.glyphs:
            one, other = few.getGlyphName(glyph), many.getGlyphName(glyph)
            assert few["hmtx"][one] == many["hmtx"][other]
            shapes = [font["glyf"][name].getCoordinates(font["glyf"]) for font, name in ((few, one), (many, other))]
            assert shapes[0][0] == shapes[1][0]


def test_a_face_depends_on_its_font_and_glyphs_alone() -> None:
    found, _ = programs()
    drawn = next(one for one in found.values() if one.spelled)
    made = faces.face(drawn.program, drawn.glyphs, drawn.spelled)
    faces.face.cache_clear()
    again = faces.face(pickle.loads(pickle.dumps(drawn.program)), frozenset(sorted(drawn.glyphs)[::-1]), drawn.spelled)
    assert again == made
    assert again is not made
    assert faces.face(drawn.program, drawn.glyphs, drawn.spelled) is again
    assert made.objects(7)[:2] == made.objects(9)[:2]
    assert b"DescendantFonts [10 0 R]" in made.objects(7)[-1]
    assert b"ToUnicode 8 0 R" in made.objects(7)[-1]


def test_what_a_glyph_stands_for_does_not_depend_on_what_came_first() -> None:
    found, _ = programs()
    drawn = next(one for one in found.values() if one.program.family == "Source Sans Pro")
    known = tables.read_glyphs(drawn.program.file).texts
    space = next(glyph for glyph, text in known.items() if text == " ")
    unknown = next(glyph for glyph in range(1, 2000) if glyph not in known)
    for said in ({(space, "\u00a0"), (unknown, "b")}, {(unknown, ""), (unknown, "bc"), (unknown, "b")}):
        made = faces.face(drawn.program, frozenset({space, unknown}), frozenset(said))
        font, own = embedded(made)
        assert texts(font.ToUnicode.read_bytes()) == {space: " ", unknown: "b"}
        own.close()


def test_glyphs_of_a_page_are_found_in_its_content() -> None:
    document = set_lines.document(
        [Paragraph(TEXT, f"font-family: '{family}'; font-size: 11pt", 400) for family in FAMILIES]
    )
    contents: list[bytes] = []
    document.write_pdf(finisher=lambda _, pdf: contents.append(content_of(pdf)), pdf_tags=True)
    found, _ = font_programs.of_document(document.fonts)
    assert not isinstance(found, str)
    assert glyphs_in(contents[0]) == {name: drawn.glyphs for name, drawn in found.items()}


def glyphs_in(content: bytes) -> dict[str, frozenset[int]]:
    """Glyphs that a page's content sets, by the font's resource; it has an operator of text a line."""
    made: dict[str, set[int]] = {}
    font = ""
    for line in content.split(b"\n"):
        if line.endswith(b" Tf"):
            font = line[1 : line.index(b" ")].decode()
        elif line.endswith(b"] TJ"):
            numbers = b"".join(re.findall(rb"<([0-9a-f]+)>", line))
            made.setdefault(font, set()).update(int(numbers[at : at + 4], 16) for at in range(0, len(numbers), 4))
    return {name: frozenset(glyphs) for name, glyphs in made.items()}


def content_of(pdf: Any) -> bytes:
    page = pdf.objects[int(pdf.page_references[0].split()[0])]
    stream = pdf.objects[int(page["Contents"].split()[0])]
    stream.compress = False
    written: bytes = stream.data
    return written


def test_a_font_that_cannot_be_embedded_is_refused() -> None:
    path = shipped.shipped()[0].path
    font = FontProgram("A", "AAAAAA+A", "A", 4, 900, -200, (80, 80), path.read_bytes())
    with pytest.raises(ValueError, match="no glyph 60000"):
        faces.face(font, frozenset({1, 60000}))
    broken = FontProgram("A", "AAAAAA+A", "A", 4, 900, -200, (80, 80), font.file[:400])
    with pytest.raises(ValueError, match="whole font"):
        faces.face(broken, frozenset({1}))


def test_an_odd_name_is_written_as_pdf_has_it() -> None:
    path = shipped.shipped()[0].path
    font = FontProgram("A", "AAAAAA+Ä (b)", "Ä (b) {c}", 4, 900, -200, (80, 80), path.read_bytes())
    made, own = embedded(faces.face(font, frozenset({5})))
    assert own.trailer.Size == 4 + 5
    assert made.BaseFont == pikepdf.Name("/AAAAAA+Ä (b)")
    assert str(made.DescendantFonts[0].FontDescriptor.FontFamily) == "Ä (b) {c}"


def fonts_of(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, str, FontProgram, dict[int, str]]]:
    """The fonts of a letter: the resources that name them, as what, what they are made of, and what their glyphs are."""
    by_style = {(face.family, face.weight, face.italic): face for face in shipped.shipped()}
    for page in pdf.pages:
        for name, font in dict(page.Resources.Font).items():
            says, called = font.DescendantFonts[0].FontDescriptor, str(font.BaseFont)[1:]
            weight = 600 if "Semi-Bold" in called else 700 if "Bold" in called else 400
            face = by_style[str(says.FontFamily), weight, "Italic" in called]
            sizes = int(says.Flags) & ~1, int(says.Ascent), int(says.Descent), (80, 80)
            program = FontProgram(name[1:], called, face.family, *sizes, face.path.read_bytes())
            yield page.Resources.Font, name, program, texts(font.ToUnicode.read_bytes())


@pytest.mark.parametrize(
    "name", ["bibliotheque", "bustan", "chadokoro", "hafenlicht", "korea-policy", "library-survey"]
)
def test_fonts_of_letters_are_made_as_they_were(name: str) -> None:
    with real_letters.noting() as noted:
        content = letterpress.render(letterpress.load(f"content/letters/{name}.md")).pdf
    assert content
    pdf = pikepdf.open(BytesIO(content))
    fonts = {called[1:]: font for page in pdf.pages for called, font in page.Resources.Font.items()}
    found, _ = font_programs.of_document(noted.fonts[0])
    assert not isinstance(found, str)
    assert found.keys() == fonts.keys()
    for called, drawn in found.items():
        made, own = embedded(faces.face(drawn.program, drawn.glyphs, drawn.spelled))
        assert written(made) == written(fonts[called])
        own.close()


@pytest.mark.slow
def test_a_letter_with_these_faces_keeps_to_the_standards() -> None:
    verapdf.require()
    content = letterpress.render(letterpress.load("content/letters/korea-policy.md")).pdf
    assert content
    pdf = pikepdf.open(BytesIO(content))
    for resources, called, program, used in fonts_of(pdf):
        known = tables.read_glyphs(program.file).texts
        usual = {glyph for glyph, text in known.items() if text in faces.USUAL}
        made, own = embedded(faces.face(program, frozenset(used) | usual, frozenset(used.items())))
        resources[called] = pdf.copy_foreign(made)
        own.close()
    changed = BytesIO()
    pdf.save(changed)
    assert not verapdf.validate(changed.getvalue())
