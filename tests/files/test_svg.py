"""SVGs: what would not be drawn is said, and what would never end is counted before it is drawn."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest

from letterpress.files import allowed
from letterpress.files import svg as files_svg
from tests.support import verapdf
from tests.support.project import LETTER, Project, png

SPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100"'
BOX = '<rect width="50" height="50"/>'


def drawing(inside: str, more: str = "") -> str:
    return f"<svg {SPACE} {more}>{inside}</svg>"


def fault_of(svg: str) -> str | None:
    fault = files_svg.find_fault(ElementTree.fromstring(svg))
    assert fault is None or fault.hint
    return None if fault is None else fault.message


def laughing(levels: int, times: int, tag: str = '<use href="#a{}"/>') -> str:
    groups = [f'<g id="a0">{BOX}</g>']
    groups += [f'<g id="a{n}">{tag.format(n - 1) * times}</g>' for n in range(1, levels + 1)]
    return drawing(f'<defs>{"".join(groups)}</defs><use href="#a{levels}"/>')


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        (drawing(f"<script>alert(1)</script>{BOX}"), "has a <script>"),
        (drawing('<rect width="9" height="9" onload="a()"/>'), "has a script in 'onload'"),
        (drawing('<a href=" javascript:a()"><rect/></a>'), "has a script in a link"),
        (drawing('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">hi</p></foreignObject>'), "<foreignObject>"),
        (drawing('<g><p xmlns="http://www.w3.org/1999/xhtml">hi</p></g>'), "has a <p>"),
        (drawing('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'), "<include>"),
        (drawing(f'<rect><animate attributeName="x" to="9"/></rect>{BOX}'), "has a <animate>"),
        (drawing("<rectangle/>"), "has a <rectangle>"),
        (drawing('<filter id="f"><feGaussianBlur/></filter><rect filter="url(#f)"/>'), "a filter (feGaussianBlur)"),
        (drawing('<filter id="f"><feFlood/></filter><g style="filter: url(#f)"/>'), "a filter (feFlood)"),
        (drawing('<style>.a {filter: blur(3px)}</style><g class="a"/>'), "a filter (blur(3px))"),
        (drawing('<rect style="mix-blend-mode:multiply"/>'), "blends with 'mix-blend-mode: multiply'"),
        (drawing('<use xlink:href="b.svg#c"/>'), "uses 'b.svg#c', which is not in it"),
        (drawing('<linearGradient id="a" href="b.svg#c"/>'), "uses 'b.svg#c', which is not in it"),
        (drawing('<rect fill="url(b.svg#c)"/>'), "refers to 'b.svg#c', which is not in it"),
        (drawing("<style>rect {fill: url('b.svg#c')}</style><rect/>"), "refers to 'b.svg#c'"),
        (drawing('<rect style="backdrop-filter:blur(2px)"/>'), "blends with 'backdrop-filter: blur(2px)'"),
        (drawing('<image href="b.svg"/>'), "shows 'b.svg', which is no PNG or JPEG"),
        (drawing('<image href="data:image/svg+xml,&lt;svg/&gt;"/>'), "which is no PNG or JPEG"),
        (drawing(f"<switch><g systemLanguage='de'>{BOX}</g><g>{BOX}</g></switch>"), "has a <switch>"),
    ],
)
def test_what_would_not_be_drawn_is_said(svg: str, said: str) -> None:
    assert said in (fault_of(svg) or "nothing")


@pytest.mark.parametrize(
    "inside",
    [
        BOX,
        '<filter id="f"><feGaussianBlur/></filter><rect filter="none"/>',
        '<filter id="f"><feOffset dx="2"/></filter><rect filter="url(#f)"/>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
        '<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"><n:grid/></n:namedview>',
        f'<switch><foreignObject requiredExtensions="http://ns.adobe.com/x/"/><g>{BOX}</g></switch>',
        '<rect style="mix-blend-mode:normal;fill:#fff"/>',
        '<linearGradient id="a"><stop/></linearGradient><linearGradient id="b" href="#a"/><rect fill="url(#b)"/>',
        '<a href="https://example.org/"><text font-family="Source Sans Pro">Home</text></a>',
        '<image href="a.png" width="9" height="9"/><image xlink:href="data:image/png;base64,AA=="/>',
        "<!-- a comment --><?go on?>",
        "<style>@font-face {font-family: X; src: url(x.woff2)} rect {fill: red}</style><rect/>",
        '<symbol id="s"><rect/></symbol><use href="#s"/><use href="#gone"/>',
    ],
)
def test_what_drawing_programs_write_is_taken(inside: str) -> None:
    assert fault_of(drawing(inside)) is None


def test_repetition_is_counted_and_not_drawn() -> None:
    assert fault_of(laughing(4, 10)) is None
    assert "draws 3,222,223 shapes by repeating" in (fault_of(laughing(6, 10)) or "")
    assert "countless" in (fault_of(laughing(400, 10)) or "")
    pattern = '<pattern id="a{n}"><rect fill="url(#a{m})"/><rect fill="url(#a{m})"/></pattern>'
    nested = "".join(pattern.format(n=n, m=n - 1) for n in range(1, 20)) + f'<pattern id="a0">{BOX}</pattern>'
    assert "by repeating" in (fault_of(drawing(f'<defs>{nested}</defs><rect fill="url(#a19)"/>')) or "")
    marker = f'<marker id="m">{BOX * 20}</marker>'
    line = f'<path d="M0 0 {"L 1 1 " * 5000}" marker-mid="url(#m)"/>'
    assert "by repeating" in (fault_of(drawing(f"<defs>{marker}</defs>{line}")) or "")
    inherited = f'<defs>{marker}</defs><g style="marker:url(#m)">{line.replace("marker-mid", "x")}</g>'
    assert "by repeating" in (fault_of(drawing(inherited)) or "")
    sheet = f"<defs>{marker}</defs><style>rect {{mask: url(#m)}}</style>{BOX * 4000}"
    assert "by repeating" in (fault_of(drawing(sheet)) or "")


@pytest.mark.parametrize(
    "inside",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<pattern id="a"><rect fill="url(#a)"/></pattern><rect fill="url(#a)"/>',
        '<mask id="a"><rect mask="url(#a)"/></mask><rect mask="url(#a)"/>',
    ],
)
def test_what_repeats_itself(inside: str) -> None:
    assert "repeats itself" in (fault_of(drawing(inside)) or "")


@pytest.mark.parametrize(
    ("gradient", "fine"),
    [
        ('<linearGradient id="g" spreadMethod="repeat" x2="1e-7"><stop/></linearGradient>', False),
        ('<linearGradient id="g" spreadMethod="reflect" x2="0%"><stop/></linearGradient>', False),
        ('<linearGradient id="g" spreadMethod="repeat" x2="10%"><stop/></linearGradient>', True),
        ('<linearGradient id="g" x2="1e-7"><stop/></linearGradient>', True),
        ('<linearGradient id="g" href="#h" x2="1e-7"/><linearGradient id="h" spreadMethod="repeat"/>', False),
        ('<radialGradient id="g" spreadMethod="repeat" r="1e-6"><stop/></radialGradient>', False),
        ('<radialGradient id="g" spreadMethod="repeat" r="0.5" fr="0.4999999"><stop/></radialGradient>', False),
        ('<radialGradient id="g" spreadMethod="repeat" r="20%"><stop/></radialGradient>', True),
        (
            '<linearGradient id="g" spreadMethod="repeat" gradientTransform="rotate(9) scale(1e-9)"><stop/></linearGradient>',
            False,
        ),
        (
            '<linearGradient id="g" spreadMethod="repeat" gradientUnits="userSpaceOnUse" x2="4"><stop/></linearGradient>',
            True,
        ),
        (
            '<linearGradient id="g" spreadMethod="repeat" gradientUnits="userSpaceOnUse" x2="1e-4"/>',
            False,
        ),
        ('<linearGradient id="g" spreadMethod="repeat" x2="0.05"/>', True),  # of the box; below, of the drawing
        ('<linearGradient id="g" spreadMethod="repeat" gradientUnits="userSpaceOnUse" x2="0.05"/>', False),
    ],
)
def test_gradients_that_repeat_themselves(gradient: str, fine: bool) -> None:
    fault = fault_of(drawing(f'<defs>{gradient}</defs><rect width="50" height="50" fill="url(#g)"/>'))
    assert (fault is None) == fine, fault


OUTSIDE = {
    "below": '<text x="2" y="900">{}</text>',
    "above": '<text x="2" y="-9">{}</text>',
    "at the right": '<text x="101" y="9">{}</text>',
    "at the left": '<text x="-900" y="9">{}</text>',
    "ends at the left": '<text x="-1" y="9" text-anchor="end">{}</text>',
    "in millimetres": '<text x="90mm" y="9">{}</text>',
    "in percent": '<text x="2" y="300%">{}</text>',
    "one glyph of a list": '<text x="2 900 20" y="9">{}</text>',
    "moved by dy": '<text x="2" y="9" dy="50">{}</text>',
    "a tspan": '<text x="2" y="9">In <tspan dy="90">{}</tspan></text>',
    "behind a tspan": '<text x="2" y="9">In <tspan dy="90"> </tspan>{}</text>',
    "translated": '<g transform="translate(0 90)"><text x="2" y="9">{}</text></g>',
    "scaled": '<g transform="scale(4)"><text x="2" y="14">{}</text></g>',
    "turned": '<text x="2" y="9" transform="rotate(180)">{}</text>',
    "turned about a point": '<text transform="rotate(90 50 10)" x="42" y="-55">{}</text>',
    "by a matrix": '<text x="2" y="9" transform="matrix(1 0 0 1 200 0)">{}</text>',
    "used elsewhere": '<defs><text id="t" y="9">{}</text></defs><use href="#t" x="2" y="90"/>',
    "in a drawing within": '<svg width="50" height="10"><text x="60" y="9">{}</text></svg>',
}
INSIDE = (
    '<text x="2" y="9">{}</text>',
    '<text x="99" y="21">{}</text>',
    '<text x="-20" y="9">{}</text>',  # its end may show
    '<text x="120" y="9" text-anchor="end">{}</text>',
    '<text x="2" y="-90" transform="translate(0 100)">{}</text>',
    '<text x="-2" y="-9" transform="rotate(180)">{}</text>',
    '<text transform="rotate(-90 10 15)" x="10" y="15">{}</text>',
    '<text transform="rotate(90 50 10)" x="42" y="-35">{}</text>',
    '<text x="1 9 17" y="9">{}</text>',
    '<text x="2" y="9">In <tspan x="2" dy="1em">{}</tspan></text>',
    '<text x="calc(1px)" y="9">{}</text>',
    '<defs><text id="t" y="900">{}</text></defs><use href="#t" x="2" y="-891"/>',
)


def labelled(inside: str, words: str = "secret words") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20" width="80mm">{inside.format(words)}</svg>'


@pytest.mark.parametrize("case", OUTSIDE)
def test_words_outside_of_a_drawing_are_said(case: str) -> None:
    fault = fault_of(labelled(OUTSIDE[case]))
    assert fault is not None
    assert fault.startswith("has words outside of what it shows: ")
    assert "secret words" in fault
    assert fault_of(labelled(OUTSIDE[case], "")) is None or "In" in OUTSIDE[case]


@pytest.mark.parametrize("inside", INSIDE)
def test_words_that_may_show_are_taken(inside: str) -> None:
    assert fault_of(labelled(inside)) is None


def test_more_shows_where_the_place_is_wider_than_the_labelled() -> None:
    wide = labelled('<text x="-40" y="9" text-anchor="end">{}</text>')
    assert fault_of(wide) is not None
    assert fault_of(wide.replace('width="80mm"', 'width="200mm" height="20mm"')) is None
    assert fault_of('<svg xmlns="http://www.w3.org/2000/svg"><text y="400">x</text></svg>') is not None
    assert fault_of('<svg xmlns="http://www.w3.org/2000/svg" height="50em"><text y="400">x</text></svg>') is None


def test_words_outside_of_a_drawing_in_a_letter_have_their_line(project: Project) -> None:
    svg = '<svg viewBox="0 0 100 20" width="80mm" role="img" aria-label="x">\n<text x="2" y="900">secret</text></svg>'
    fault = project.fault(f"First.\n\n{svg}\n")
    assert fault["message"] == "the text of <text> is outside of the drawing"
    assert fault["line"] == 15
    project.write("content/letters/a.svg", labelled(OUTSIDE["below"]))
    fault = project.fault("First.\n\n![A drawing](a.svg)\n")
    assert fault["message"] == "'a.svg' has words outside of what it shows: 'secret words'"
    assert fault["line"] == 14


def test_deep_nesting_is_said() -> None:
    assert fault_of(drawing("<g>" * 3000 + "</g>" * 3000)) == "is nested too deeply"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_entities_are_found_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    svg = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    path = tmp_path.resolve() / "a.svg"
    path.write_bytes(svg.encode(encoding))
    with pytest.raises(allowed.Refused, match="declares entities"):
        allowed.read(path.as_uri(), [path.parent])
    path.write_bytes(svg.replace('[<!ENTITY a "b">]', "").replace("&a;", "").encode(encoding))
    assert allowed.read(path.as_uri(), [path.parent]).media_type == "image/svg+xml"


def test_a_letter_names_the_file_and_its_line(project: Project) -> None:
    project.write("content/letters/bomb.svg", laughing(9, 10))
    fault = project.fault("Text.\n\n![a picture](bomb.svg)\n")
    assert fault["message"].startswith("'bomb.svg' draws ")
    assert (fault["file"], fault["line"]) == (LETTER, 14)


def test_pictures_in_an_svg_keep_the_archive_standard(project: Project) -> None:
    project.write("content/letters/dot.png", png())
    inside = '<image xlink:href="dot.png" width="80" height="40" style="opacity: 1"/>'
    project.write("content/letters/logo.svg", drawing(inside))
    assert project.render("![a logo](logo.svg)\n").code == 0, project.ran
    pdf = project.pdf
    with pikepdf.open(pdf) as document:
        pictures = [
            one for one in document.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]
        assert pictures
        assert not any(one.get("/Interpolate", False) for one in pictures)
    verapdf.require()
    assert verapdf.validate(pdf) == []


def test_the_font_that_an_svg_asks_for_is_named(project: Project) -> None:
    text = '<text x="5" y="25" font-family="{}, sans-serif">Logo text</text>'
    project.write("content/letters/logo.svg", drawing(text.format("Arial")))
    fault = project.fault("![a logo](logo.svg)\n")
    assert fault["message"].startswith(
        "'logo.svg' has text, and asks for the font 'Arial' or 'sans-serif'; the letter has"
    )
    assert fault["line"] == 12
    project.write("content/letters/logo.svg", drawing(text.format("Source Sans Pro")))
    assert project.render("![a logo](logo.svg)\n").code == 0
