"""The typed view of WeasyPrint's boxes: kinds, places in mm, what a check asks of a style; and the CSS classes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from letterpress.layout import css_classes
from letterpress.layout.boxes import Box, Kind
from letterpress.letterhead import definition
from tests.layout.pages import laid_out

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" style="width: 20mm; height: 5mm">'
    '<rect width="1" height="1"/></svg>'
)


def only(page: Box, tag: str, kind: Kind) -> Box:
    [box] = [box for box in page.all() if box.tag == tag and box.kind is kind]
    return box


def test_every_kind_is_told_apart() -> None:
    body = (
        "<p>One <b>two</b>.<span class=note>Note.</span></p><table><tr><td>a</td></tr></table>"
        f'<ul><li>item</li></ul>{SQUARE}<div style="display: flex"><p>f</p></div>'
    )
    [page] = laid_out(body, ".note { float: footnote } @page { @bottom-left { content: 'foot' } }").pages
    kinds = {(box.tag, box.kind) for box in page.all() if box.is_own}
    assert page.kind is Kind.PAGE
    assert {
        ("p", Kind.BLOCK),
        ("p", Kind.LINE),
        ("p", Kind.TEXT),
        ("b", Kind.INLINE),
        ("table", Kind.TABLE),
        ("table", Kind.BLOCK),  # around it
        ("tr", Kind.TABLE_PART),
        ("td", Kind.BLOCK),
        ("li", Kind.BLOCK),
        ("{http://www.w3.org/2000/svg}svg", Kind.REPLACED),
        ("div", Kind.OTHER),
    } <= kinds
    assert {Kind.MARGIN, Kind.FOOTNOTES} <= {box.kind for box in page.children}
    assert only(page, "li::marker", Kind.TEXT).is_own is False


def test_places_are_in_mm_from_the_corner_of_the_sheet() -> None:
    css = "p { margin: 3mm 5mm; padding: 2mm; border: 1mm solid; width: 40mm; height: 6mm; font-size: 8pt }"
    [page] = laid_out("<p>Text.</p>", css).pages
    p = only(page, "p", Kind.BLOCK)
    assert page.outer == pytest.approx((0, 0, 100, 80))
    assert page.content == pytest.approx((10, 10, 80, 60))
    assert p.outer == pytest.approx((10, 10, 56, 18))
    assert p.rectangle == pytest.approx((15, 13, 46, 12))
    assert p.content == pytest.approx((18, 16, 40, 6))
    assert (p.rectangle.right, p.rectangle.bottom) == pytest.approx((61, 25))
    text = only(page, "p", Kind.TEXT)
    assert text.text == "Text."
    assert text.font_size == pytest.approx(8)
    assert text.rectangle[:2] == pytest.approx((18, 16), abs=0.5)
    assert 4 < text.rectangle.width < 12


def test_an_absolutely_placed_box_stands_where_it_is() -> None:
    [page] = laid_out('<p>a</p><div style="position: absolute; left: 30mm; top: 20mm; width: 9mm">b</div>').pages
    assert only(page, "div", Kind.BLOCK).rectangle[:3] == pytest.approx((40, 30, 9))


def test_what_a_style_says() -> None:
    body = (
        '<p style="direction: rtl; break-after: page">a</p><div style="min-width: 30mm; padding: 0 2mm">b</div>'
        '<ul><li>c</li><li style="list-style: none">d</li></ul><p style="break-before: avoid">e</p>'
    )
    first, second = laid_out(body).pages
    p, div = only(first, "p", Kind.BLOCK), only(second, "div", Kind.BLOCK)
    assert (p.is_rtl, p.breaks_after, p.breaks_before, p.can_break) == (True, True, False, True)
    assert not only(first, "p", Kind.TEXT).can_break
    assert (div.is_rtl, div.breaks_before) == (False, False)
    assert div.least_width == pytest.approx(34)
    assert div.padding == pytest.approx(4)
    items = [box for box in second.all() if box.tag == "li" and box.kind is Kind.BLOCK]
    assert [box.is_marked_item for box in items] == [True, False, False]  # the second is the block beside c's mark


@pytest.mark.parametrize(
    ("transform", "scale"),
    [
        ("none", 1),
        ("rotate(30deg)", 1),
        ("translate(9mm, 2mm)", 1),
        ("scale(3)", 3),
        ("scale(2, 0.5)", 0.5),
        ("scale(-2, 4)", 2),
        ("scale(0)", 0),
        ("scale(0, 1)", 0),
        ("matrix(1, 1, 1, 1, 0, 0)", 0),
        ("matrix(1, 2, 2, 4, 3, 3)", 0),
        ("skew(90deg)", 0),
        ("scale(1e300)", 0),
    ],
)
def test_a_transformation_scales_by_its_smaller_factor(transform: str, scale: float) -> None:
    [page] = laid_out(f'<p style="transform: {transform}">a</p>').pages
    assert only(page, "p", Kind.BLOCK).least_scale == pytest.approx(scale, abs=1e-9)


def test_boxes_are_found_in_the_order_of_the_document() -> None:
    body = '<div class="a x"><p class="x">one</p></div><p class="b x">two <b class="a">three</b></p>'
    [page] = laid_out(body).pages
    order = [box.text for box in page.all() if box.kind is Kind.TEXT]
    assert order == ["one", "two ", "three"]
    assert [box.tag for box in page.outermost("x")] == ["div", "p"]
    assert "".join(box.text for box in page.all_past("a")) == "two "
    element = only(page, "div", Kind.BLOCK).element
    assert [box.element for box in page.outermost_of(element)] == [element]
    for box in page.all():
        assert box.all()[0] is box
        assert {id(one) for child in box.children for one in child.all()} == {id(one) for one in box.all()[1:]}


def test_a_table_is_found_in_what_wraps_it() -> None:
    [page] = laid_out("<table><caption>c</caption><tr><td>a</td></tr></table>").pages
    [wrapper] = [box for box in page.all() if box.wraps_table]
    assert wrapper.table is only(page, "table", Kind.TABLE)
    assert wrapper.table is not None
    assert wrapper.table.table is None


# --- CSS classes ------------------------------------------------------------------------------------------------------

_SET_BY_US = {"CLOSE_TABLE", "CLOSING_LONG", "HEAD_LINE", "NARROW_CELL", "SHORT_CELL", "SIGNATURE_ROW", "TOTAL_ROW"}
_OF_THE_PARSER = {"FOOTNOTE"}
_WITHOUT_A_LOOK = {"DECORATION"}  # set by the layout and read by it
_OF_A_STANDARD = {"ZONE", "ZONE_PREFIX"}


def constants() -> dict[str, str]:
    return {name: value for name, value in vars(css_classes).items() if name.isupper()}


@pytest.mark.parametrize("name", sorted(constants().keys() - _WITHOUT_A_LOOK))
def test_the_shipped_templates_have_the_class(name: str) -> None:
    """In the markup of `_base`; those that the layout sets itself, in its style sheet; zones where a standard is."""
    folder = definition.shipped_folder() / ("_window" if name in _OF_A_STANDARD else "_base")
    found: set[str] = set()
    for path in Path(folder).iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html" and name not in _SET_BY_US | _OF_THE_PARSER:
            found |= {
                word for written in re.findall(r'class="([^"]*)', text) for word in re.findall(r"[\w-]+", written)
            }
        elif path.suffix == ".css" and name in _SET_BY_US | _OF_THE_PARSER:
            found |= set(re.findall(r"\.([a-z][\w-]*)", text))
    value = constants()[name]
    assert any(word.startswith(value) for word in found) if name == "ZONE_PREFIX" else value in found


def test_notes_have_the_class_that_the_layout_finds_them_by() -> None:
    from letterpress.content import markdown_parser

    html = markdown_parser.make().render("A ^[note].\n", {})
    assert f'class="{css_classes.FOOTNOTE}"' in html
