"""Letters that are made to fit a carrier: what gives way, what is refused at once, and that preflight finds nothing.

One carrier a paper and side of the address; all of them: `make proof-press`.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import letterpress
from letterpress.batch import fingerprint
from letterpress.carriers import catalogue
from letterpress.errors import Diagnostic
from letterpress.letterhead import carrier_fit, choices, compose, definition, standards
from letterpress.model import Choices, Job
from letterpress.page import Rectangle
from tests.support import posts
from tests.support.project import FRONT, ROOT, Project

LOOKS = {str(look): look for look in posts.looks()}
FITTING = {
    "pingen": ["austrian", "din5008 a", "din5008 b", "margin b", "swiss left", "uk"],  # A4, address at the left
    "pingen-right": ["french", "swiss right"],  # A4, at the right
    "postalmethods": ["us-business single", "us-business double", "us-business double-9"],  # US Letter
    "lob": ["us-business none"],  # US Letter, the carrier prints the address
    "norway": ["plain", "classic"],  # no field
}


@pytest.mark.parametrize(("carrier", "name"), [(carrier, name) for carrier, names in FITTING.items() for name in names])
def test_a_letter_that_is_made_for_a_carrier_passes(carrier: str, name: str, tmp_path: Path) -> None:
    result = posts.made(tmp_path, LOOKS[name], carrier)
    assert result.status == "done", result.diagnostics
    assert result.pages == 2
    report = posts.examined(result, carrier)
    assert posts.broken(report) == []
    if report.carrier.address is not None and not report.carrier.address.printed:
        assert "Bruckner" in " ".join(report.address)
    said = [fault.code for fault in result.diagnostics if (fault.code or "").startswith("carrier-")]
    assert said == []
    assert result.claims == (("PDF/X-1a:2003",) if carrier == "lob" else ("PDF/A-3a", "PDF/UA-1"))


def test_without_the_carrier_the_same_letter_does_not_pass(tmp_path: Path) -> None:
    path = posts.letter(tmp_path, LOOKS["din5008 b"], None, body="Short.")
    report = posts.examined(letterpress.render(path), "pingen")
    assert {finding.rule for finding in report.findings} == {"ink-franking", "fold-mark"}


@pytest.mark.parametrize("profile", ["archive", "screen"])
def test_a_profile_that_the_carrier_cannot_take_is_refused(profile: str, tmp_path: Path) -> None:
    (fault,) = posts.made(tmp_path, LOOKS["us-business none"], "lob", profile=profile).diagnostics
    assert (fault.severity, fault.code, fault.field, fault.value) == ("error", "carrier-colors", "profile", profile)
    assert "takes CMYK only" in fault.message
    assert "press-x1a" in (fault.hint or "")


def test_another_press_copy_than_the_carrier_names_is_told(tmp_path: Path) -> None:
    result = posts.made(tmp_path, LOOKS["us-business none"], "lob", profile="press")
    assert result.claims == ("PDF/A-3a", "PDF/UA-1", "PDF/X-4")
    assert [(one.severity, one.code) for one in result.diagnostics] == [("warning", "carrier-profile")]
    assert posts.broken(posts.examined(result, "lob")) == []


def test_a_carrier_of_inks_that_names_no_profile_gets_a_press_copy() -> None:
    pingen = catalogue.find("pingen", ROOT)
    assert carrier_fit.usual_profile(pingen) == "archive"
    assert carrier_fit.usual_profile(replace(pingen, colors="cmyk")) == "press"
    assert carrier_fit.usual_profile(replace(pingen, profile="press-x1a")) == "press-x1a"


def test_a_band_goes_on_beyond_the_edges_of_a_press_copy(tmp_path: Path) -> None:
    assert posts.broken(posts.examined(posts.made(tmp_path, LOOKS["band b"], "print-shop"), "print-shop")) == []


def _refused(name: str, carrier: str, **chosen: Any) -> str:
    return _refusal(name, carrier, **chosen).message


def _refusal(name: str, carrier: str, **chosen: Any) -> Diagnostic:
    look = LOOKS[name]
    job = _job(look.head, carrier=carrier, parameters=look.parameters, **chosen)
    with pytest.raises(letterpress.LetterpressError) as error:
        choices.settle(job, definition.find(look.head, ROOT))
    (fault,) = error.value.diagnostics
    assert (fault.code, fault.field, fault.value) == ("carrier-unfit", "carrier", carrier)
    assert fault.hint
    return fault


def _job(head: str, **chosen: Any) -> Job:
    letter = letterpress.load(ROOT / "content/letters/hafenlicht.md")
    return Job(letter=letter, choices=Choices(letterhead=head, **chosen))


@pytest.mark.parametrize(
    ("name", "carrier", "paper", "why"),
    [
        ("din5008 b", "lob", None, "Lob takes sheets of 215.9 x 279.4 or 215.9 x 355.6 mm, and the letter is on a4"),
        ("plain", "norway", "letter", "takes sheets of 210 x 297 mm, and the letter is on letter"),
        ("plain", "pingen", None, "Pingen reads the address in a place of its own, and 'plain' has no such place"),
        ("classic", "lob", None, "Lob prints the address in a place of its own, and 'classic' has no such place"),
        ("swiss right", "pingen", None, "at x 22 to 107.5, y 60 to 85.5 mm, and 'swiss' has it at x 122 to 193"),
        ("swiss left", "pingen-right", None, "and 'swiss' has it at x 25 to 101"),
        ("us-business none", "postalmethods", None, "sets the address in the text"),
        ("band b", "pingen", None, "ends at the edges of the sheet, and Pingen wants them free of ink"),
        ("us-business double", "lob", None, "leaves no room for the head"),
        ("din5008 b", "usps", None, "where no letter has it"),
    ],
)
def test_what_cannot_be_made_to_fit_is_refused_before_any_layout(
    name: str, carrier: str, paper: str | None, why: str
) -> None:
    assert why in _refused(name, carrier, paper=paper)


@pytest.mark.parametrize(
    ("name", "carrier", "found"),
    [
        ("swiss right", "pingen", ("window", "left")),
        ("us-business none", "postalmethods", ("window", "single")),
        ("band b", "pingen", ("head", "left")),
        ("din5008 b", "lob", None),
        ("plain", "pingen", None),
    ],
)
def test_the_parameter_that_makes_it_fit_is_named(name: str, carrier: str, found: tuple[str, str] | None) -> None:
    fault = _refusal(name, carrier)
    assert dict(fault.params).get("with") == found
    if found is not None:
        assert f"--param {found[0]}={found[1]}" in str(fault.hint)
        look = LOOKS[name]
        job = _job(look.head, carrier=carrier, parameters=tuple(dict((*look.parameters, found)).items()))
        assert choices.settle(job, definition.find(look.head, ROOT)).carrier is not None


def test_a_band_has_to_go_on_where_the_carrier_cuts_it() -> None:
    shop = replace(catalogue.find("print-shop", ROOT), colors="any")
    (fault,) = carrier_fit.check(definition.find("band", ROOT), "a4", None, shop, band=True, profile="archive")
    assert "and a print shop wants 3 mm of it beyond them" in fault.message


def test_a_letter_service_takes_no_bleed_and_no_crop_marks() -> None:
    assert "goes on beyond its edges (bleed)" in _refused("band b", "imail", profile="press")
    assert "has crop marks around it" in _refused("din5008 b", "pingen", profile="press", marks=True)


@pytest.mark.parametrize("carrier", catalogue.names(ROOT))
def test_every_letterhead_either_fits_a_carrier_or_says_why(carrier: str) -> None:
    """Without a layout: `make proof-press` makes the letters."""
    asked = catalogue.find(carrier, ROOT)
    for name, look in LOOKS.items():
        head = definition.find(look.head, ROOT)
        values = definition.parameters(head, dict(look.parameters))[0]
        standard = definition.standard_of(head, values)
        paper = next(iter(carrier_fit.papers(head, asked)), head.papers[0])
        if carrier_fit.check(head, paper, standard, asked, band=values["head"] == "band") or standard is None:
            continue
        made = carrier_fit.fitted(standard, asked)
        assert made is not None
        for place in (made.head, made.info, made.notes):
            for clear in made.clear:
                common = clear.box.intersection(place) if place is not None else Rectangle(0, 0, 0, 0)
                assert common.width < 0.02 or common.height < 0.02, (name, place, clear)
        if asked.address is not None and asked.address.area is not None and made.address is not None:
            field = asked.address.area.on(210, 297)
            assert made.address.intersection(field) == pytest.approx(made.address), name


def test_places_give_way_as_the_carrier_needs_it() -> None:
    din = standards.standard("din5008-b")
    pingen = carrier_fit.fitted(din, catalogue.find("pingen", ROOT))
    post = carrier_fit.fitted(din, catalogue.find("deutsche-post", ROOT))
    norway = carrier_fit.fitted(din, catalogue.find("norway", ROOT))
    shop = carrier_fit.fitted(din, catalogue.find("letterxpress", ROOT))
    assert pingen is not None
    assert post is not None
    assert norway is not None
    assert shop is not None
    assert (pingen.folds, pingen.punch, pingen.notes, pingen.windows) == ((), None, None, ())
    assert post.notes == Rectangle(25, 45, 66, 8)  # the sender's line has a place of its own
    assert post.address is not None
    assert (post.address.y, post.address.bottom) == (66, 90)
    assert (norway.address, norway.windows, norway.folds) == (din.address, din.windows, ())
    assert (shop.notes, shop.folds, shop.text) == (din.notes, (), din.text)  # nothing is in the way but marks


def test_text_begins_below_what_the_carrier_keeps_free() -> None:
    japan = carrier_fit.fitted(standards.standard("japan"), catalogue.find("pingen", ROOT))
    assert japan is not None
    assert japan.text == 90.5
    assert japan.reference == japan.text


def test_a_letterhead_without_a_standard_keeps_the_edges_of_all_pages(project: Project) -> None:
    folder = project.root / "templates/near"
    folder.mkdir(parents=True)
    (folder / "letterhead.toml").write_text('extends = "plain"\n')
    (folder / "style.css").write_text(".letter-body p + p { break-before: page; margin-left: -20mm }\n")
    letter = project.letter("Here.\n\nOut there.\n", front=FRONT.replace("plain", "near"))
    assert project.cli("render", letter).code == 0
    ran = project.cli("render", letter, "--carrier", "norway")
    assert ran.code == 1
    what = "'Out there.' stands in what stays free (Norway, letters of the public sector: the edge of the sheet), at "
    assert what in ran.err
    assert " of page 2. hint" in ran.err


def test_the_paper_follows_the_carrier_where_nobody_has_said(project: Project) -> None:
    letter = project.letter()
    assert letterpress.render(letter).status == "done"
    pdf = letterpress.render(letter, carrier="swiss-print").pdf
    assert pdf is not None
    with pikepdf.open(io.BytesIO(pdf)) as made:
        assert float(made.pages[0].mediabox[2]) == pytest.approx(595.28, abs=0.01)


def test_an_unknown_carrier_is_a_fault_of_the_letter_that_names_what_was_meant(project: Project) -> None:
    ran = project.cli("render", project.letter(), "--carrier", "pinggen", "--json")
    assert ran.code == 1
    (fault,) = ran.json["letters"][0]["diagnostics"]
    assert (fault["code"], fault["field"], fault["fixes"][0]["value"]) == ("carrier-unknown", "carrier", "pingen")


FIRM = """\
letterhead: din5008
lang: de-DE
date: 2026-01-15
from: {name: Hafenlicht Klinik, lines: [Kaistraße 12, 20457 Hamburg]}
to: {name: Ada Bruckner, lines: [Mühlenweg 4, 80331 München]}
subject: Ihr Termin
"""


def test_letters_of_a_list_fit_as_single_ones_do_whatever_was_made_before(project: Project) -> None:
    letter = letterpress.load(project.letter(front=FIRM))
    rows = [{"name": f"Ada Orr {n}", "street": "Mühlenweg 4", "postcode": "80331", "city": "München"} for n in "ab"]
    plain = [result.pdf for result in letterpress.merge(letter, rows)]
    fitting = [result.pdf for result in letterpress.merge(letter, rows, carrier="pingen")]
    assert all(plain)
    compose.forget()
    (alone,) = letterpress.merge(letter, rows[1:], carrier="pingen")
    assert alone.pdf == fitting[1] != plain[1]
    report = posts.examined(alone, "pingen")
    assert posts.broken(report) == []
    assert report.address == ("Ada Orr b", "Mühlenweg 4", "80331 München")


def test_a_carrier_s_file_makes_letters_be_made_anew(project: Project) -> None:
    (project.root / "carriers").mkdir()
    own = project.root / "carriers/ours.toml"
    own.write_text('extends = "pingen"\n')
    job = Job(letter=letterpress.load(project.letter(front=FIRM)), choices=Choices(carrier="ours"))
    before, other = fingerprint.of_base(job), fingerprint.of_base(replace(job, choices=Choices()))
    own.write_text('extends = "frankki"\n')
    assert len({before, other, fingerprint.of_base(job)}) == 3


@pytest.mark.parametrize(
    ("name", "pages", "country", "most"),
    [("notify", 10, None, None), ("notify", 11, None, 10), ("pingen", 15, "NL", 14), ("pingen", 15, "DE", None)],
)
def test_more_pages_than_the_carrier_takes_are_refused(
    name: str, pages: int, country: str | None, most: int | None
) -> None:
    from letterpress.letterhead import carrier_pages

    found = carrier_pages.faults(catalogue.find(name, "."), pages, country)
    assert [dict(fault.params)["most"] for fault in found] == ([] if most is None else [most])


def test_a_letter_of_too_many_pages_is_not_made(project: Project) -> None:
    breaks = '<div style="break-before: page">More.</div>'
    front = FRONT.replace("letterhead: plain", "letterhead: uk").replace("lang: en-US", "lang: en-GB")
    result = project.press("Text.\n" + f"\n{breaks}\n" * 10, front, carrier="notify")
    assert "carrier-pages" in [fault.code for fault in result.diagnostics], result.diagnostics
    assert result.pdf is None


def test_a_carrier_in_a_letter_is_told_of_the_option(project: Project) -> None:
    fault = project.fault("Text.\n", FRONT + "carrier: notify\n")
    assert (fault["code"], fault["hint"]) == ("field-unknown", "it is chosen where letters are made: --carrier notify")
