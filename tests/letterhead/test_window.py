"""The window proof, in the suite: every standard, every letterhead that follows one, every example, wild addresses."""

from __future__ import annotations

import dataclasses
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.addressing import address
from letterpress.letterhead import definition, standards
from tests.support import needs, proof
from tests.support.project import Project, letterheads_here, pdf_text

ROOT = Path(__file__).resolve().parents[2]
SENDER = """\
from: {name: Harbour Light, street: 12 Quay Road, postcode: "04101", city: Portland, country: US, phone: 555-0142}
"""
FRONT = """\
lang: en-US
date: 2026-01-15
subject: Your appointment
reference: {ours: jl-2041, yours: AB/12}
notices: [By certified mail]
salutation: Dear Dr. Brook
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
"""
BODY = "Thank you for writing to us. " * 40 + "\n"


def looks() -> list[tuple[str, dict[str, str], str]]:
    """Letterheads with the parameters that choose a standard, and that standard."""
    found = []
    for name in letterheads_here(ROOT):
        head = definition.find(name, ROOT)
        if not head.standard:
            continue
        keys = [key for key in head.parameters if "{" + key + "}" in head.standard]
        for values in product(*(head.parameters[key].choices for key in keys)):
            chosen = dict(zip(keys, values, strict=True))
            found.append((name, chosen, head.standard.format_map(chosen)))
    return found


LOOKS = [look for look in looks() if standards.standard(look[2]).field]


def press(project: Project, name: str, parameters: dict[str, str], to: str, **more: Any) -> letterpress.Result:
    front = f"letterhead: {name}\n{SENDER}{FRONT}parameters: {parameters}\nto: {to}\n"
    return project.press(BODY, front, **more)


def test_every_standard_is_followed_by_a_letterhead() -> None:
    missing = set(definition.names(ROOT)) - set(letterheads_here(ROOT))
    if missing:
        needs.lack("font", f"no font on this machine for {', '.join(missing)}")
    assert {look[2] for look in looks()} == set(standards.names())


@pytest.mark.parametrize(("name", "parameters", "standard"), LOOKS, ids=str)
def test_window(project: Project, name: str, parameters: dict[str, str], standard: str) -> None:
    """At every shift the address shows, and nothing else does."""
    lines = ["Dr. Ada Brook", "Harbor Light Clinic", "4 Mill Lane", "Bangor, ME 04401"]
    to = f"{{name: {lines[0]}, lines: [{lines[1]}, {lines[2]}, '{lines[3]}']}}"
    result = press(project, name, parameters, to)
    assert result.pdf is not None, result.diagnostics
    row = standards.standard(standard)
    assert not list(proof.window_faults(result.pdf, row, lines))
    assert not list(proof.clear_faults(result.pdf, row))
    wanted = sorted([*row.folds, *([row.punch] if row.punch else [])])
    if name == "us-business":  # where marks are foreign: only if they are asked for
        assert proof.marks(result.pdf) == []
        result = press(project, name, {**parameters, "marks": "true"}, to)
        assert result.pdf is not None, result.diagnostics
        assert not list(proof.clear_faults(result.pdf, row))
    assert proof.marks(result.pdf) == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize(("name", "parameters", "standard"), LOOKS, ids=str)
def test_longest_address_that_fits(project: Project, name: str, parameters: dict[str, str], standard: str) -> None:
    """The lines that the standard allows, each as wide as it can be at the smallest type, still show at every shift."""
    row = standards.standard(standard)
    assert row.address
    count = min(row.lines or 9, int(row.address.height / (row.min_type * 1.18 * proof.MM)))
    line = "W" * int(row.address.width / (row.min_type * 0.95 * proof.MM))
    lines = [f"{line[:-2]}{number}" for number in range(count)]
    result = press(project, name, parameters, f"{{name: {lines[0]}, lines: {lines[1:]}}}")
    assert result.pdf is not None, result.diagnostics
    assert not list(proof.window_faults(result.pdf, row, lines))


@pytest.mark.parametrize(("name", "parameters", "standard"), LOOKS, ids=str)
def test_address_too_large(project: Project, name: str, parameters: dict[str, str], standard: str) -> None:
    """What does not fit at the smallest type is an error that names line, width and room; no file is made."""
    row = standards.standard(standard)
    assert row.address
    wide = press(project, name, parameters, f"{{name: {'Wohnungsbaugenossenschaft ' * 6}, lines: [A, B]}}")
    assert wide.pdf is None
    said = wide.diagnostics[0].message
    assert "'Wohnungsbau" in said
    assert f"there is room for {row.address.width:.1f} mm" in said
    assert f"at {row.min_type:g} pt" in said
    assert wide.diagnostics[0].field == "to.name"
    tall = press(project, name, parameters, f"{{name: A, lines: [{', '.join('line' + str(n) for n in range(15))}]}}")
    assert tall.pdf is None
    assert "16 lines" in tall.diagnostics[0].message


texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x17F, categories=("L", "N", "P", "Zs"), exclude_characters="{}"),
    max_size=70,
)


@given(lines=st.lists(texts.filter(lambda text: text.strip()), min_size=1, max_size=8), look=st.sampled_from(LOOKS))
@settings(max_examples=40)
@example(lines=["i" * 70], look=LOOKS[0])
@example(lines=["A", "B", "C", "D", "E", "F"], look=LOOKS[0])
def test_wild_addresses(workshop: Project, lines: list[str], look: tuple[str, dict[str, str], str]) -> None:
    """Whatever the address: it shows at every shift, or the letter fails and says of which line."""
    lines = [" ".join(line.split()) for line in lines]
    path = workshop.letter(BODY, f"letterhead: {look[0]}\n{SENDER}{FRONT}parameters: {look[1]}\n")
    letter = letterpress.load(workshop.root / path)
    party = letterpress.model.Party(name=lines[0], lines=tuple(lines[1:]))
    result = letterpress.render(dataclasses.replace(letter, to=(party,)))
    row = standards.standard(look[2])
    if result.pdf is None:
        assert all("address" in fault.message or "no font has" in fault.message for fault in result.diagnostics)
        return
    assert not list(proof.window_faults(result.pdf, row, lines))


@pytest.mark.parametrize("path", sorted((ROOT / "content/letters").glob("*.md")), ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    """Every example of a letterhead with a window passes the same proof as it stands."""
    letter = letterpress.load(path)
    if letter.letterhead not in letterheads_here(ROOT):
        needs.lack("font", f"no font on this machine for {letter.letterhead}")
    head = definition.find(letter.letterhead, ROOT)
    given_, _ = definition.parameters(head, letter.parameters)
    row = definition.standard_of(head, given_)
    if row is None or row.field is None:
        pytest.skip("no window")
    result = letterpress.render(letter)
    assert result.pdf is not None, result.diagnostics
    lines = address.lines(letter.to[0], home=address.home_country(letter.sender, letter.lang), lang=letter.lang)
    assert not list(proof.window_faults(result.pdf, row, lines))
    assert not list(proof.clear_faults(result.pdf, row))
    wanted = sorted([*row.folds, *([row.punch] if row.punch else [])]) if given_["marks"] else []
    assert proof.marks(result.pdf) == pytest.approx(wanted, abs=0.1)


# --- the proof itself -------------------------------------------------------------------------------------------------


ADDRESS = ["Ada Brook", "4 Mill Lane", "Bangor, ME 04401"]
TO = "{name: Ada Brook, lines: [4 Mill Lane, 'Bangor, ME 04401']}"


@pytest.mark.parametrize(
    ("made", "held", "said"),
    [
        ({"form": "b"}, "din5008-a", "out of the field"),
        ({"form": "a"}, "din5008-b", "is hidden at a shift in c6-5-din"),
        ({"form": "b"}, "din5008-a", "shows in"),
        ({"form": "b"}, "sn010130-right", "out of the field"),
    ],
)
def test_proof_finds_the_wrong_form(project: Project, made: dict[str, str], held: str, said: str) -> None:
    """A letter of one standard does not pass another's proof."""
    result = press(project, "din5008", made, TO)
    assert result.pdf is not None
    found = list(proof.window_faults(result.pdf, standards.standard(held), ADDRESS))
    assert any(said in fault for fault in found), found
    assert proof.marks(result.pdf) != pytest.approx(sorted(standards.standard(held).folds), abs=0.1)


@pytest.mark.parametrize(
    ("extends", "css", "said", "y"),
    [
        ("din5008", ".letter-subject { margin-top: -12mm }", "'Your appointment' stands in the window of C6/5", 87),
        ("din5008", ".letter-subject { margin-top: -12mm; border-top: 1pt solid; padding-top: 9mm }", "the window", 86),
        ("uk", ".letter-body { margin-left: -20mm }", "stands in what stays free (GOV.UK Notify: left edge)", 133),
        ("uk", ".letter-body { background: #eee; margin-left: -20mm; padding-left: 20mm }", "left edge", 133),
        ("austrian", ".letter-subject { margin-top: -5mm }", "(livepost: below the address field)", 94),
    ],
)
def test_print_in_a_window_or_a_clear_zone_is_refused(
    project: Project, extends: str, css: str, said: str, y: float
) -> None:
    """What a letterhead of one's own moves into the window, or into what a post keeps for itself, is an error."""
    project.letterhead("own", toml=f'extends = "{extends}"\n', css=css)
    result = press(project, "own", {}, TO)
    assert result.pdf is None
    fault = next(fault for fault in result.diagnostics if fault.code == "zone-occupied")
    assert said in fault.message
    place = re.search(r"and ([\d.]+) from the top", fault.message)
    assert place
    assert float(place[1]) == pytest.approx(y, abs=1.5)


@pytest.mark.parametrize(
    ("css", "said"),
    [
        (".letter-address.zone { margin-top: 20mm }", "the address"),
        (".letter-address.zone { margin-left: 50mm }", "in the address is"),
        (".letter-address.zone { margin-left: -20mm }", "the address"),
        (".letter-head-name { margin-top: 40mm }", "the letterhead's head"),
    ],
)
def test_rendering_refuses_what_leaves_its_zone(project: Project, css: str, said: str) -> None:
    """What a letterhead of one's own pushes out of its zone is an error before a file exists."""
    project.letterhead("own", toml='extends = "din5008"\n', css=css)
    result = press(project, "own", {}, TO)
    assert result.pdf is None
    assert any(said in fault.message and "mm" in fault.message for fault in result.diagnostics), result.diagnostics


@pytest.mark.parametrize(
    ("lang", "letterhead", "reference", "dated"),
    [
        ("de-DE", "din5008", "your_message_of: 2026-11-12", "15.11.2026"),
        ("de-DE", "din5008", "your_message_of: 1.11.2026", "15.11.2026"),
        ("de-DE", "din5008", "ours: QT 12", "15. November 2026"),
        ("de-AT", "austrian", "your_message_of: 2026-11-12", "15.11.2026"),
        ("de-CH", "swiss", "your_message_of: 2026-11-12", "15. November 2026"),
        ("fr-FR", "french", "your_message_of: 2026-11-12", "15 novembre 2026"),
    ],
)
def test_dates_among_references_are_written_in_one_way(
    project: Project, lang: str, letterhead: str, reference: str, dated: str
) -> None:
    front = (
        f"letterhead: {letterhead}\nlang: {lang}\ndate: 2026-11-15\nfrom: {{name: A, city: B, country: {lang[-2:]}}}\n"
    )
    front += f"to: {{name: C, street: D 1, postcode: '1', city: E}}\nreference: {{{reference}}}\nsalutation: Hallo\n"
    text = pdf_text(project.press("Text.\n", front).pdf or b"")
    assert dated in text
    assert not ("15.11.2026" in text and "November 2026" in text)
