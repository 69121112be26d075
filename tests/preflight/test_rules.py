"""Each rule of preflight: a letter that keeps to it, and one that breaks it by a little. Carriers of our own and real ones."""

from __future__ import annotations

import re
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from letterpress import preflight
from letterpress.carriers import catalogue
from letterpress.carriers.values import Address, Area, Carrier, Clear, Word
from tests.support.posted import A4, PT, Posted, box, image, text

PLAIN = Carrier(
    name="test", title="Test", source="nobody", date="2026-11", status="confirmed", sheets=(A4,), fonts="embedded"
)
FIELD = Address(area=Area(22, 40, 85, 25))


def rules(letter: Posted, carrier: Carrier, **chosen: bool) -> list[str]:
    """The rules that a letter breaks, each as often as it is told."""
    return [finding.rule for finding in preflight.examine(letter.pdf(), carrier=carrier, **chosen).findings]


def near(letter: Posted, carrier: Carrier) -> preflight.Finding:
    """The one finding of a letter."""
    (finding,) = preflight.examine(letter.pdf(), carrier=carrier).findings
    return finding


# --- ink --------------------------------------------------------------------------------------------------------------

ZONE = replace(PLAIN, clear=(Clear(area=Area(100, 100, 50, 20), why="the postage", franking=True),))
EDGES = replace(PLAIN, edges=(5, 5, 5, 5))


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((99.5, 90, 20, 10.5), True),  # 0.5 inside from above
        ((99.5, 90, 20, 9.5), False),  # 0.5 outside
        ((80, 105, 20.5, 5), True),
        ((80, 105, 19.5, 5), False),
        ((149.5, 105, 20, 5), True),
        ((150.5, 105, 20, 5), False),
        ((110, 119.5, 20, 5), True),
        ((110, 120.5, 20, 5), False),
    ],
)
def test_ink_half_a_millimetre_in_a_place_is_found_and_half_a_millimetre_outside_is_not(
    place: tuple[float, float, float, float], found: bool
) -> None:
    assert rules(Posted(drawn=[(1, box(*place))]), ZONE) == (["ink-franking"] if found else [])


@pytest.mark.parametrize(
    ("place", "further"),
    [
        ((4.5, 150, 20, 5), (5.5, 150, 20, 5)),
        ((185, 150, 20.5, 5), (185, 150, 19.5, 5)),
        ((100, 4.5, 20, 5), (100, 5.5, 20, 5)),
        ((100, 287, 20, 5.5), (100, 287, 20, 4.5)),
    ],
)
def test_ink_in_an_edge_is_measured(
    place: tuple[float, float, float, float], further: tuple[float, float, float, float]
) -> None:
    finding = near(Posted(drawn=[(1, box(*place))]), EDGES)
    assert finding.rule == "ink-edge"
    reached = re.search(r"(0\.\d) mm into the (upper|left|right|lower) edge, 5 mm of which", finding.message)
    assert reached is not None
    assert float(reached[1]) == pytest.approx(0.5, abs=0.21)  # a pixel is 0.17 mm
    assert rules(Posted(drawn=[(1, box(*further))]), EDGES) == []


def test_a_tolerance_lets_ink_reach_into_an_edge_so_far() -> None:
    tolerant = replace(EDGES, tolerance=1)
    assert rules(Posted(drawn=[(1, box(4.5, 150, 20, 5))]), tolerant) == []
    assert rules(Posted(drawn=[(1, box(3.5, 150, 20, 5))]), tolerant) == ["ink-edge"]


def test_nearly_white_is_no_ink_and_pale_yellow_is() -> None:
    white = b"0.99 g " + box(2, 150, 20, 5)
    yellow = b"1 1 0.85 rg " + box(2, 150, 20, 5)
    assert rules(Posted(drawn=[(1, white)]), EDGES) == []
    assert rules(Posted(drawn=[(1, yellow)]), EDGES) == ["ink-edge"]


def test_places_of_a_page_hold_on_that_page_alone() -> None:
    later = replace(PLAIN, clear=(Clear(area=Area(100, 100, 50, 20), why="it", pages="later"),))
    letter = Posted(pages=2, drawn=[(1, box(110, 105, 5, 5))])
    assert rules(letter, later) == []
    finding = near(replace(letter, drawn=[(2, box(110, 105, 5, 5))]), later)
    assert (finding.page, finding.rule) == (2, "ink-clear")
    assert finding.box is not None
    assert [round(side) for side in finding.box] == [110, 105, 5, 5]


def test_only_the_places_that_are_printed_may_have_ink() -> None:
    carrier = replace(PLAIN, print_first=(Area(20, 100, 170, 100),), print_later=(Area(0, 0, 210, 297),), address=FIELD)
    assert rules(Posted(pages=2, drawn=[(2, box(1, 1, 5, 5))]), carrier) == []
    assert rules(Posted(drawn=[(1, box(30, 80, 5, 5))]), carrier) == ["ink-clear"]


def test_fold_marks_are_told_as_what_they_are_with_all_of_their_length() -> None:
    mark = box(4, 105, 4, 0.2)
    finding = near(Posted(drawn=[(1, mark)]), EDGES)
    assert finding.rule == "fold-mark"
    assert finding.box is not None
    assert finding.box.x == pytest.approx(4, abs=0.2)
    assert finding.box.width == pytest.approx(4, abs=0.4)
    assert rules(Posted(drawn=[(1, mark)]), PLAIN) == []
    assert rules(Posted(drawn=[(1, mark)]), replace(PLAIN, marks=False)) == ["fold-mark"]


def test_ink_that_stands_together_is_one_finding_and_what_stands_apart_is_two() -> None:
    dots = [(1, box(100 + 1.5 * at, 105, 0.5, 0.5)) for at in range(10)]
    assert rules(Posted(drawn=dots), ZONE) == ["ink-franking"]
    assert rules(Posted(drawn=[*dots, (1, box(140, 105, 2, 2))]), ZONE) == ["ink-franking"] * 2


# --- the address ------------------------------------------------------------------------------------------------------

LETTER = replace(PLAIN, address=FIELD)


def test_the_address_is_read_by_the_places_of_its_characters_whatever_their_order() -> None:
    line = [text("Okafor", 40, 50), text("IP12 3HG", 25, 60), text("Ada", 25, 50), text("Woodbridge", 25, 55)]
    letter = Posted(address=(), drawn=[(1, part) for part in line])
    assert preflight.examine(letter.pdf(), carrier=LETTER).address == ("Ada Okafor", "Woodbridge", "IP12 3HG")


def test_white_text_counts_as_an_address_and_is_no_ink() -> None:
    letter = Posted(address=(), drawn=[(1, b"1 g " + text("Ada Okafor", 25, 50))])
    report = preflight.examine(letter.pdf(), carrier=replace(LETTER, clear=(Clear(area=FIELD.area, why="it"),)))  # type: ignore[arg-type]
    assert report.address == ("Ada Okafor",)
    assert report.findings == ()


ADDRESSES = [
    ("address-missing", Posted(address=()), FIELD),
    ("address-missing", Posted(at=(25, 100)), FIELD),
    ("address-lines", Posted(address=("Ada", "Okafor", "Mill Lane", "IP12 3HG")), replace(FIELD, lines=(1, 3))),
    ("address-lines", Posted(address=("Ada", "IP12 3HG")), replace(FIELD, lines=(3, 7))),
    ("address-crosses", Posted(at=(93, 45)), FIELD),  # runs out at the right
    ("address-crosses", Posted(at=(25, 65.7), address=("Ada Okafor", "below")), FIELD),
    ("address-crosses", Posted(at=(25, 66), address=("Ada Okafor",), drawn=[(1, text("Ok", 25, 50))]), FIELD),
    ("address-character", Posted(address=("(Ada)", "IP12 3HG")), replace(FIELD, not_begin="@(")),
    ("address-text", Posted(address=("Ada", "No Fixed Abode")), replace(FIELD, refused=("no fixed abode",))),
    ("address-last-line", Posted(), replace(FIELD, last=("postcode",), country="DE")),
    (
        "address-last-line",
        Posted(address=("Ada", "8001 Zürich", "CHE-123.456.789")),
        replace(FIELD, last=("postcode",)),
    ),
    ("address-size", Posted(type_size=9.8), replace(FIELD, size=(10, 12))),
    ("address-size", Posted(type_size=12.2), replace(FIELD, size=(10, 12))),
    ("address-aligned", Posted(drawn=[(1, text("aside", 28, 63.5))]), replace(FIELD, aligned=True)),
    ("address-blank-line", Posted(address=("Ada", "Okafor", "", "IP12 3HG")), replace(FIELD, blank_lines=False)),
]


@pytest.mark.parametrize(("rule", "letter", "address"), ADDRESSES, ids=lambda one: one if isinstance(one, str) else "")
def test_an_address_that_breaks_a_rule(rule: str, letter: Posted, address: Address) -> None:
    assert set(rules(letter, replace(PLAIN, country="CH", address=address))) == {rule}


@pytest.mark.parametrize(
    "address",
    [
        replace(FIELD, lines=(4, 4)),
        replace(FIELD, last=("postcode",), country="GB"),
        replace(FIELD, last=("country", "IP12")),
        replace(FIELD, size=(11, 11)),
        replace(FIELD, aligned=True, blank_lines=False, plain=True),
        replace(FIELD, area=Area(24, 41.5, 40, 20)),
    ],
)
def test_an_address_that_keeps_to_the_rules(address: Address) -> None:
    assert rules(Posted(), replace(PLAIN, address=address)) == []


def test_a_bold_line_is_not_plain() -> None:
    bold = Posted(change=lambda pdf: pdf.pages[0].obj.Resources.Font.F.__setattr__("BaseFont", Name("/Shipped-Bold")))
    found = rules(bold, replace(PLAIN, address=replace(FIELD, plain=True)))
    assert found == ["address-style"] * 4


def test_a_country_may_be_the_last_line_by_any_usual_name() -> None:
    carrier = replace(PLAIN, address=replace(FIELD, last=("country",)))
    assert rules(Posted(address=("Ada", "GERMANY")), carrier) == []
    assert rules(Posted(address=("Ada", "Ger")), carrier) == ["address-last-line"]


def test_the_sender_s_line_is_no_part_of_the_address_where_it_may_stand() -> None:
    address = replace(FIELD, lines=(4, 4), return_line=Area(22, 40, 85, 5.5))
    sender = [(1, text("Test GmbH", 25, 42.5, points=7))]
    letter = Posted(at=(25, 49), drawn=sender)
    assert rules(letter, replace(PLAIN, address=address)) == []
    assert rules(letter, replace(PLAIN, address=replace(address, return_line=None))) == ["address-lines"]


def test_where_the_carrier_prints_the_address_nothing_stands() -> None:
    printed = replace(PLAIN, address=replace(FIELD, printed=True))
    assert rules(Posted(address=()), printed) == []
    assert set(rules(Posted(), printed)) == {"address-blank"}
    assert rules(Posted(address=(), drawn=[(1, b"1 g " + text("unseen", 25, 50))]), printed) == ["address-blank"]


def test_text_near_an_edge_and_a_word_that_the_carrier_uses() -> None:
    carrier = replace(PLAIN, text_edges=(10, 10, 10, 10), words=(Word(text="NOTIFY", area=Area(0, 0, 30, 15)),))
    assert rules(Posted(drawn=[(1, box(2, 2, 5, 5))]), carrier) == []
    assert rules(Posted(drawn=[(1, b"1 g " + text("Notify", 11, 14))]), carrier) == ["word-reserved"]
    assert rules(Posted(drawn=[(1, text("far", 9.2, 200))]), carrier) == ["text-edge"]


# --- pages, sheets, the file ------------------------------------------------------------------------------------------


def _rotated(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Rotate = 90
    pdf.pages[0].obj.MediaBox = Array([0, 0, A4[1] * PT, A4[0] * PT])


def _on_its_side(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([0, 0, A4[1] * PT, A4[0] * PT])


def _with_bleed(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.MediaBox = Array([-20, -20, A4[0] * PT + 20, A4[1] * PT + 20])
    page.TrimBox = Array([0, 0, A4[0] * PT, A4[1] * PT])


def _cropped(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.CropBox = page.MediaBox
    page.MediaBox = Array([-20, -20, A4[0] * PT + 20, A4[1] * PT + 20])


def _scaled(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.UserUnit, page.MediaBox = 2, Array([0, 0, A4[0] * PT / 2, A4[1] * PT / 2])


def _comment(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[10, 10, 20, 20], Contents="Look")
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _transparent(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(T=Dictionary(ca=0.5))


def _gradient(pdf: pikepdf.Pdf) -> None:
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[1], N=1)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=[0, 0, 9, 9], Function=function)
    page = pdf.pages[0].obj
    page.Resources.Shading = Dictionary(S=shading)
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" q 1 0 0 1 300 300 cm 0 0 9 9 re W n /S sh Q")


def _form_with(pdf: pikepdf.Pdf, content: bytes, resources: Dictionary) -> None:
    """What a form inside a form draws."""
    inner = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 500, 500], Resources=resources)
    outer = pdf.make_stream(b"/I Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 500, 500])
    outer.Resources = Dictionary(XObject=Dictionary(I=inner))
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(O=outer)
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" q /O Do Q")


def _font_in_form(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Garamond"))
    _form_with(pdf, b"BT /G 9 Tf 300 300 Td (deep) Tj ET", Dictionary(Font=Dictionary(G=font)))


def _rgb_in_form(pdf: pikepdf.Pdf) -> None:
    _form_with(pdf, b"1 0 0 rg 300 300 5 5 re f", Dictionary())


def _icc(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(b"not looked at", N=3)
    pdf.pages[0].obj.Resources.ColorSpace = Dictionary(C=Array([Name.ICCBased, profile]))
    contents = pdf.pages[0].obj.Contents.read_bytes()
    pdf.pages[0].obj.Contents = pdf.make_stream(contents + b" /C cs 1 0 0 sc 300 300 5 5 re f")


CMYK = replace(PLAIN, colors="cmyk")
STRICT = {
    "rotated": ("page-turned", PLAIN, Posted(change=_rotated)),
    "on its side": ("sheet-size", PLAIN, Posted(change=_on_its_side)),
    "3 mm too wide": ("sheet-size", PLAIN, Posted(size=(213, 297))),
    "letter": ("sheet-size", PLAIN, Posted(size=(215.9, 279.4))),
    "bleed": ("sheet-size", PLAIN, Posted(change=_with_bleed)),
    "cropped": ("box-unlike", PLAIN, Posted(change=_cropped)),
    "scaled": ("page-scaled", PLAIN, Posted(change=_scaled)),
    "11 pages": ("pages-many", replace(PLAIN, pages=10), Posted(pages=11)),
    "7 sheets": ("pages-many", replace(PLAIN, leaves=6), Posted(pages=7)),
    "abroad": ("pages-many", replace(PLAIN, leaves=60, leaves_abroad=6), Posted(pages=7)),
    "15 pages": ("pages-many", replace(PLAIN, pages=120, pages_by_country=(("NL", 14),)), Posted(pages=15)),
    "font": ("font-missing-in-file", PLAIN, Posted(embedded=False)),
    "font in a form": ("font-missing-in-file", PLAIN, Posted(change=_font_in_form)),
    "PDF 1.3": ("file-version", replace(PLAIN, versions=("1.4", "1.7")), Posted(options=(("force_version", "1.3"),))),
    "RGB": ("color-unprinted", CMYK, Posted(drawn=[(1, b"1 0 0 rg " + box(100, 200, 5, 5))])),
    "RGB in a form": ("color-unprinted", CMYK, Posted(change=_rgb_in_form)),
    "RGB by a profile": ("color-unprinted", CMYK, Posted(change=_icc)),
    "RGB image": (
        "color-unprinted",
        CMYK,
        Posted(change=lambda pdf: image(pdf, "P", samples=200, millimetres=10, gray=False)),
    ),
    "96 dpi": (
        "image-coarse",
        replace(PLAIN, resolution=300),
        Posted(change=lambda pdf: image(pdf, "P", samples=96, millimetres=25.4)),
    ),
    "transparent": ("transparency", replace(PLAIN, transparency=False), Posted(change=_transparent)),
    "gradient": ("gradient", replace(PLAIN, gradients=False), Posted(change=_gradient)),
    "comment": ("annotation", PLAIN, Posted(change=_comment)),
    "encrypted": (
        "pdf-encrypted",
        PLAIN,
        Posted(options=(("encryption", pikepdf.Encryption(owner="o", user="")), ("static_id", False))),
    ),
    "locked": (
        "pdf-locked",
        PLAIN,
        Posted(options=(("encryption", pikepdf.Encryption(owner="o", user="u")), ("static_id", False))),
    ),
}


@pytest.mark.parametrize("name", STRICT)
def test_a_file_that_breaks_a_rule(name: str) -> None:
    rule, carrier, letter = STRICT[name]
    assert rules(letter, carrier) == [rule]


ALWAYS = {"rotated", "scaled", "cropped", "comment", "encrypted", "locked"}


@pytest.mark.parametrize("name", STRICT)
def test_what_a_carrier_does_not_ask_is_not_found(name: str) -> None:
    asks_nothing = Carrier(name="any", title="Any", source="nobody", date="2026-11", status="confirmed")
    rule, _, letter = STRICT[name]
    assert rules(letter, asks_nothing) == ([rule] if name in ALWAYS else [])


def test_limits_are_reached_without_a_finding() -> None:
    assert rules(Posted(pages=10), replace(PLAIN, pages=10)) == []
    assert rules(Posted(pages=12), replace(PLAIN, leaves=6), duplex=True) == []
    assert rules(Posted(size=(211, 298)), PLAIN) == []
    size = len(Posted().pdf())
    assert rules(Posted(), replace(PLAIN, file_size=size)) == []
    assert rules(Posted(), replace(PLAIN, file_size=size - 1)) == ["file-size"]
    sharp = Posted(change=lambda pdf: image(pdf, "P", samples=300, millimetres=25.4))
    assert rules(sharp, replace(PLAIN, resolution=300)) == []


def test_notify_refuses_an_eleventh_page_two_megabytes_and_an_eighth_line() -> None:
    notify = catalogue.find("notify", ".")
    letter = Posted(at=(25, 44))
    assert rules(replace(letter, pages=2), notify) == []
    assert rules(replace(letter, pages=11), notify) == ["pages-many"]
    heavy = replace(letter, change=lambda pdf: pdf.Root.__setattr__("Heavy", pdf.make_stream(bytes(2_100_000))))
    assert rules(replace(heavy, options=(("compress_streams", False),)), notify) == ["file-size"]
    address = ("Ada", "B", "C", "D", "E", "F", "G", "IP12 3HG")
    assert rules(replace(letter, address=address, leading=3.2, type_size=8), notify) == ["address-lines"]


def test_a_coarse_picture_warns_down_to_half_of_what_is_asked() -> None:
    def severity(samples: int) -> str:
        letter = Posted(change=lambda pdf: image(pdf, "P", samples=samples, millimetres=25.4))
        return near(letter, replace(PLAIN, resolution=300)).severity

    assert (severity(280), severity(151), severity(149)) == ("warning", "warning", "error")


def test_ink_at_the_edge_of_a_trimmed_page_asks_for_bleed() -> None:
    shop = replace(PLAIN, sheets=(), bleed=3)
    edge = [(1, box(0, 0, 210, 20))]
    finding = near(Posted(drawn=edge), shop)
    assert finding.rule == "bleed-missing"
    assert "upper, right, left edge" in finding.message
    assert rules(Posted(drawn=[(1, box(1, 1, 208, 20))]), shop) == []

    def bleeding(pdf: pikepdf.Pdf) -> None:
        page, out = pdf.pages[0].obj, 3 * PT
        page.TrimBox = page.MediaBox
        page.MediaBox = page.BleedBox = Array([-out, -out, A4[0] * PT + out, A4[1] * PT + out])

    assert rules(Posted(drawn=[(1, box(-3, -3, 216, 20))], change=bleeding), shop) == []


def test_what_many_pages_have_is_told_once_with_their_numbers() -> None:
    finding = near(Posted(pages=5, drawn=[(on, b"1 0 0 rg " + box(100, 200, 5, 5)) for on in (1, 2, 3, 5)]), CMYK)
    assert finding.pages == (1, 2, 3, 5)
    assert finding.message.endswith("(pages 1 to 3, 5)")


def test_an_unconfirmed_rule_only_warns_and_strict_makes_errors_of_other_warnings() -> None:
    letter = Posted(pages=7)
    sure = replace(PLAIN, leaves=6)
    unsure = replace(sure, status="unconfirmed")
    assert [preflight.examine(letter.pdf(), carrier=one).passed for one in (sure, unsure)] == [False, True]
    assert preflight.examine(letter.pdf(), carrier=unsure, strict=True).passed
    turned = Posted(change=_rotated).pdf()
    assert preflight.examine(turned, carrier=PLAIN).passed
    assert not preflight.examine(turned, carrier=PLAIN, strict=True).passed


def test_a_page_that_is_turned_is_looked_at_as_it_is_seen() -> None:
    """The mark is drawn at what is the left edge once the page is turned."""

    def turned(pdf: pikepdf.Pdf) -> None:
        _rotated(pdf)
        drawn = b"0 0 0 1 k %.2f %.2f %.2f %.2f re f" % (150 * PT, 2 * PT, 5 * PT, 5 * PT)
        pdf.pages[0].obj.Contents = pdf.make_stream(drawn)

    findings = preflight.examine(Posted(change=turned).pdf(), carrier=EDGES).findings
    edge = next(finding for finding in findings if finding.rule == "ink-edge")
    assert edge.box is not None
    assert edge.box.y == pytest.approx(150, abs=0.2)
    assert "left edge" in edge.message
