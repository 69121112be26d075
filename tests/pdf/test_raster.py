"""Pictures of pages: the pixels that PDFium draws, named by what they show."""

from __future__ import annotations

import io

import pytest
from PIL import Image

import letterpress
from letterpress.pdf import raster
from tests.support.project import FRONT, Project

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#a3261a"/></svg>'


def _drawn(pdf: bytes, dpi: int, page: int) -> Image.Image:
    """The page by PDFium and Pillow alone."""
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[page - 1].render(scale=dpi / 72).to_pil().convert("RGB")
        return picture
    finally:
        document.close()


def test_pictures_are_the_pages_grey_or_coloured(project: Project) -> None:
    project.write("content/letters/square.svg", SQUARE)
    body = "![a square](square.svg)\n\n" + "Words of the letter.\n\n" * 60
    path = project.letter(body, FRONT)
    pdf = letterpress.render(path).pdf
    assert pdf is not None
    for page, mode in ((1, "RGB"), (2, "L")):
        looked_at = raster.picture(pdf, dpi=60, page=page)
        kept = raster.png(pdf, dpi=60, page=page)
        assert looked_at.png is not None
        assert len(kept) <= len(looked_at.png)
        for data in (looked_at.png, kept):
            with Image.open(io.BytesIO(data)) as picture:
                assert (picture.mode, picture.size) == (mode, (looked_at.width, looked_at.height))
                assert picture.convert("RGB").tobytes() == _drawn(pdf, 60, page).tobytes()


def test_a_picture_that_is_known_is_not_written_again(project: Project) -> None:
    pdf = letterpress.render(project.letter("Words.\n\n" * 36, FRONT)).pdf
    other = letterpress.render(project.letter("Words.\n\n" * 35 + "Other words.\n", FRONT)).pdf
    assert pdf is not None
    assert other is not None
    first, second = (raster.picture(pdf, dpi=40, page=page) for page in (1, 2))
    known = {first.name, second.name}
    assert len(known) == 2
    again = raster.picture(other, dpi=40, page=1, known=known)
    assert (again.name, again.png) == (first.name, None)
    changed = raster.picture(other, dpi=40, page=2, known=known)  # the last page
    assert changed.name not in known
    assert changed.png is not None
    assert raster.sizes(pdf) == ((612.0, 792.0), (612.0, 792.0))


def test_a_text_is_found_on_its_page(project: Project) -> None:
    pdf = letterpress.render(project.letter("The quay and the pier. The pier again.\n", FRONT)).pdf
    assert pdf is not None
    with raster.Search(pdf) as search:
        first, second = search.find("pier", page=1)
        assert first[0] < second[0]
        assert first[1] == second[1]
        assert search.find("pier", page=1, within=(0, 0, second[0], 792)) == (first,)
        assert search.find("canal", page=1) == ()
    with pytest.raises(raster.Unreadable):
        raster.picture(b"%PDF-1.7 no more", dpi=40)
