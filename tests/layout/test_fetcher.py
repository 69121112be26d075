"""What a layout has read: each file that a page is made of, with its hash; fonts that a letterhead brings."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from letterpress.files import allowed
from letterpress.fonts import shipped
from letterpress.layout import engine, fetcher
from letterpress.page import FileRead, Page
from tests.support.project import FRONT, Project, png

OWN = FRONT.replace("letterhead: plain", "letterhead: own")
DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="9" height="9"><rect width="1" height="1"/></svg>'
)


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> list[engine.Laid]:
    """What the engine gives, letter by letter."""
    found: list[engine.Laid] = []
    lay_out = engine.lay_out

    def kept(page: Page, *more: Any, **named: Any) -> engine.Laid:
        found.append(lay_out(page, *more, **named))
        return found[-1]

    monkeypatch.setattr(engine, "lay_out", kept)
    return found


def read_of(*paths: Path) -> tuple[FileRead, ...]:
    return tuple(sorted(FileRead(str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths))


def woff(flavor: str) -> bytes:
    """A packed face that has the letters of a date."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    content = io.BytesIO()
    with TTFont(shipped.shipped()[0].path) as font:
        subsetter = subset.Subsetter(subset.Options(name_IDs=["*"]))
        subsetter.populate(text="January 15, 2026")
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = "Own Face"
        font.flavor = flavor
        font.save(content)
    return content.getvalue()


def face(name: str) -> str:
    return f'@font-face {{ font-family: "Own Face"; src: url({name}) }} .letter-date {{ font-family: "Own Face" }}\n'


def test_every_file_of_a_page_is_known_with_its_hash(project: Project, laid: list[engine.Laid]) -> None:
    images = [
        project.write(f"content/letters/{name}", content)
        for name, content in (("my pic.png", png()), ("b.svg", DRAWN.encode()), ("ink.png", png(80, 20)))
    ]
    font = project.write("templates/own/own.ttf", shipped.shipped()[0].path.read_bytes() + b"\0")
    mark = project.write("templates/own/mark.png", png(3, 3))
    css = project.write("templates/own/more.css", ".letter-date { background: url(mark.png) }")
    project.letterhead("own", css='@import "more.css";\n' + face("own.ttf"))
    front = OWN.replace("title: Director", "ink: ink.png, sign: ink")
    body = "![one](<my pic.png>)\n\n![two](b.svg)\n\n![three](data:image/png;base64,iVBORw0KGgo=)\n"
    assert project.press(body, front).pdf is None  # the data URI is no image; what was read is known all the same
    result = project.press(body.rpartition("![three]")[0], front)
    assert result.pdf is not None, result.diagnostics
    for one in laid:
        assert one.files == read_of(*images, font, mark, css)


def test_a_letter_with_nothing_of_its_own_has_read_nothing(project: Project, laid: list[engine.Laid]) -> None:
    """The faces that ship come with the program; templates are read before the layout."""
    assert project.press().pdf is not None
    assert laid[0].files == ()


def test_what_is_known_is_the_file_and_not_what_is_made_of_it(project: Project, laid: list[engine.Laid]) -> None:
    """An image in an SVG is drawn without smoothing, as PDF/A asks: the layout gets another SVG than the file's."""
    uri = "data:image/png;base64," + base64.b64encode(png()).decode()
    drawing = DRAWN.replace("<rect", f'<image width="1" height="1" href="{uri}"/><rect').encode()
    path = project.write("content/letters/b.svg", drawing)
    assert allowed.read(path.as_uri(), [path.parent]).content != drawing
    assert project.press("![two](b.svg)\n").pdf is not None
    assert laid[0].files == read_of(path)


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_a_packed_font_of_a_letterhead_is_its_own(project: Project, laid: list[engine.Laid], flavor: str) -> None:
    """It is known again in the PDF by what is in it; two letterheads' papers share what was read."""
    pytest.importorskip("brotli")
    font = project.write(f"templates/own/own.{flavor}", woff(flavor))
    project.letterhead("own", css=face(f"own.{flavor}"))
    for paper in ("a4", "letter", "a4"):
        result = project.press(front=OWN, paper=paper)
        assert result.pdf is not None, result.diagnostics
    assert [one.files for one in laid] == [read_of(font)] * 3


def test_a_font_of_a_style_in_a_template_is_the_letterheads_own(project: Project) -> None:
    project.write("templates/own/own.woff", woff("woff"))
    template = "{% extends 'plain/letter.html' %}{% block marks %}<style>" + face("own.woff").replace(
        "url(own.woff)", "url({{ asset('own.woff') }})"
    )
    project.letterhead("own", letter__html=template + "</style>{% endblock %}")
    result = project.press(front=OWN)
    assert result.pdf is not None, result.diagnostics
    from tests.fonts.test_system import faces

    assert "Own-Face" in faces(result.pdf)


def test_a_broken_packed_font_is_named(project: Project) -> None:
    project.write("templates/own/own.woff", woff("woff")[:900])
    project.letterhead("own", css=face("own.woff"))
    result = project.press(front=OWN)
    assert [(fault.message, fault.code) for fault in result.diagnostics] == [
        ("the font 'Own Face' cannot be loaded", "font-unreadable")
    ]


def test_what_is_refused_is_a_fault_with_its_line_and_code(project: Project) -> None:
    fault = project.fault("Text.\n\n![a](../../../secret.png)\n")
    assert (fault["line"], fault["code"]) == (14, "file-outside")
    assert fault["value"].endswith("secret.png")


def test_a_fetcher_reads_nothing_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/in.png", "out.png"):
        (tmp_path / name).write_bytes(png())
    made = fetcher.make((str(tmp_path / "a"),))
    assert made.fetch((tmp_path / "a/in.png").as_uri()).read() == png()
    for url in ((tmp_path / "out.png").as_uri(), "https://example.org/a.png", "ftp://example.org/"):
        with pytest.raises(ValueError, match="is refused"):
            made.fetch(url)
    assert [url for url, _ in made.record.refused] == [
        (tmp_path / "out.png").as_uri(),
        *("https://example.org/a.png", "ftp://example.org/"),
    ]
    assert made.record.files == read_of(tmp_path / "a/in.png")
    unrecorded = fetcher.make((str(tmp_path / "a"),), recorded=False)
    unrecorded.fetch((tmp_path / "a/in.png").as_uri())
    assert unrecorded.record.files == ()
