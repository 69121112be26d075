"""A letter's file becomes a frozen `Letter`, with the people and organisations it names."""

from __future__ import annotations

import dataclasses
import datetime
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.content import reader
from letterpress.errors import LetterpressError, UnreadableInput
from tests.support.project import FRONT, Project


def test_a_whole_letter(project: Project) -> None:
    front = (
        "letterhead: congress\nlang: de-CH\ndate: 2026-01-15\nfrom: clinic\nto:\n  - ada-brook\n  - {name: B, city: Bern}\n"
        "subject: S\nreference: {ours: 1/2, Aktenzeichen: 01234}\nnotices: By hand\nsalutation: Hello\nclosing: Bye\n"
        "signatories:\n  - jo-lind\n  - {name: Kim, authority: i. A., sign: digital}\nsign: in-order\nenclosures: [A, B]\n"
        "cc: One\nbcc: [Two]\npostscript: P\npaper: a4\nparameters: {font_size: 10pt}\n"
        "fields: {fee: {type: money, currency: CHF, required: true}, day: date, note: no, list: {type: list, default: [a]}}\n"
        "variants: {paper: [a4]}\nmap: {Ort: to.city}\n"
    )
    project.write("content/organisations/clinic.yml", "name: Clinic\ncity: Bern\ncountry: CH\n")
    project.write("content/people/ada-brook.yaml", "name: Ada Brook\ntitle: Dr.\nauthority: x\n")
    project.write("content/people/jo-lind.yml", "name: Jo Lind\nink: jo.png\nstreet: Quay 1\n")
    letter = letterpress.load(project.letter("Text.\n", front, "content/letters/offer.de.md"))
    assert (letter.slug, letter.letterhead, letter.lang, letter.paper) == ("offer.de", "congress", "de-CH", "a4")
    assert letter.date == datetime.date(2026, 1, 15)
    assert letter.sender is not None
    assert (letter.sender.name, letter.sender.country) == ("Clinic", "CH")
    assert [party.name for party in letter.to] == ["Ada Brook", "B"]
    assert letter.reference == (("ours", "1/2"), ("Aktenzeichen", "01234"))
    assert (letter.notices, letter.cc, letter.bcc) == (("By hand",), ("One",), ("Two",))
    assert [(one.name, one.sign, one.authority) for one in letter.signatories] == [
        ("Jo Lind", None, None),
        ("Kim", "digital", "i. A."),
    ]
    assert letter.signatories[0].ink_base == str(project.root / "content/people")
    assert letter.sign == "in-order"
    assert letter.fields["fee"].currency == "CHF"
    assert letter.fields["day"].type == "date"
    assert letter.fields["note"].default == "no"
    assert letter.fields["list"].default == ("a",)
    assert letter.map == {"Ort": "to.city"}
    assert letter.places["to.1.name"] == ("content/people/ada-brook.yaml", 1)
    assert letter.places["signatories.2.sign"] == ("content/letters/offer.de.md", 16)
    assert letter.root == str(project.root)


@pytest.mark.parametrize("ending", ["yml", "yaml"])
def test_a_person_has_several_titles_and_organisations(project: Project, ending: str) -> None:
    """Below a signature a line each; in an address, where a line is the post's, on one."""
    person = "name: Ada Brook\ntitle: [Professorin, Dekanin]\norganisation: [Universität A, ' Institut B ', '']\ncity: Bern\n"
    project.write(f"content/people/ada.{ending}", person)
    front = FRONT.partition("from:")[0] + "from: ada\nto: [ada, {name: B, city: Bern}]\nsignatories: [ada]\n"
    letter = letterpress.load(project.letter("Text.\n", front))
    (signed,) = letter.signatories
    assert (signed.title, signed.organisation) == ("Professorin\u2028Dekanin", "Universität A\u2028Institut B")
    assert letter.sender is not None
    for party in (letter.sender, letter.to[0]):
        assert (party.title, party.organisation) == ("Professorin, Dekanin", "Universität A, Institut B")


@pytest.mark.parametrize(
    ("field", "value"), [("title", "[[a], b]"), ("organisation", "{a: b}"), ("title", "[1, {a: b}]")]
)
def test_a_list_in_a_persons_file_holds_texts(project: Project, field: str, value: str) -> None:
    project.write("content/people/ada.yml", f"name: Ada\n{field}: {value}\n")
    faults = project.faults("Text.\n", FRONT.partition("signatories:")[0] + "signatories: [ada]\n")
    assert [(fault["file"], fault["line"], fault["field"]) for fault in faults] == [
        ("content/people/ada.yml", 2, field)
    ]


def test_a_letter_is_frozen_all_the_way_down_and_travels(project: Project) -> None:
    letter = letterpress.load(project.letter(front=FRONT + "parameters: {a: {b: [c]}}\nfields: {x: text}\n"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        letter.lang = "de"  # type: ignore[misc]
    for change in (lambda: letter.parameters.update(x=1), lambda: letter.fields.pop("x")):  # type: ignore[attr-defined]
        with pytest.raises(TypeError, match="frozen"):
            change()
    assert hash(letter.parameters)
    assert pickle.loads(pickle.dumps(letter)) == letter


def test_the_smallest_letter(project: Project) -> None:
    project.write("letter.md", "---\n---\nHello.")
    letter = letterpress.load("letter.md")
    assert (letter.letterhead, letter.lang, letter.to, letter.date) == ("plain", "en-US", (), None)
    assert letterpress.render(letter).status == "done"


@pytest.mark.parametrize("close", ["---", "...", "---  "])
def test_front_matter_ends_as_in_pandoc(project: Project, close: str) -> None:
    project.write("letter.md", f"---\nsubject: S\n{close}\nHello.\n\n---\n\nMore.\n")
    letter = letterpress.load("letter.md")
    assert letter.subject == "S"
    assert "<hr" in letter.body.template


def test_diagnostics_name_the_file_as_the_user_did(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.letter(front=FRONT + "subjekt: X\n")
    project.write("content/people/jo.yml", "nam: X\n")
    monkeypatch.chdir(project.root / "content")
    for shown in ("letters/letter.md", "../content/letters/letter.md", str(project.root / "content/letters/letter.md")):
        with pytest.raises(LetterpressError) as caught:
            letterpress.load(shown)
        assert caught.value.diagnostics[0].file == shown
    project.letter(front="signatories: [jo]\n")
    monkeypatch.chdir(project.root / "content/letters")
    with pytest.raises(LetterpressError) as caught:
        letterpress.load("letter.md")
    assert caught.value.diagnostics[0].file == "../people/jo.yml"


def test_faults_come_in_the_order_of_the_file(project: Project) -> None:
    project.write("content/people/jo.yml", "a: b\nname: X\nc: d\n")
    body = "<x>\n\n[^1]\n"
    front = "zzz: 1\nsignatories: [jo]\nclosing: A\nclosing: B\nyyy: 2\n"
    letter, faults = reader.examine(project.letter(body, front))
    assert letter is not None, "what is right can be examined all the same"
    assert [(fault.file or "")[-9:] + f":{fault.line}" for fault in faults] == [
        "letter.md:2",
        "letter.md:5",
        "letter.md:6",
        "letter.md:9",
        "letter.md:11",
        "ple/jo.yml"[-9:] + ":1",
        "ple/jo.yml"[-9:] + ":3",
    ]


def test_check_is_the_api_for_it(project: Project) -> None:
    assert letterpress.check(project.letter()) == ()
    found = letterpress.check(project.letter("{{ to.nme }}\n", FRONT + "subjekt: X\n"))
    assert [fault.message for fault in found] == ["unknown field", "'to.nme' is not known"]
    with pytest.raises(UnreadableInput):
        letterpress.check("nothing.md")


@given(st.text(alphabet="ab: -\n'\"{}[]#&*!|>%@,.0\t\u2028\x07", max_size=80), st.text(max_size=40))
@settings(max_examples=150)
def test_any_file_is_a_letter_or_has_faults(workshop: Project, front: str, body: str) -> None:
    path = workshop.write("content/letters/any.md", f"---\n{front}\n---\n{body}".encode("utf-8", "replace"))
    letter, faults = reader.examine(path)
    assert letter is not None or faults
    count = path.read_text(encoding="utf-8").count("\n") + 1
    for fault in faults:
        assert fault.file == str(path)
        assert fault.line is not None
        assert 1 <= fault.line <= count + 1
