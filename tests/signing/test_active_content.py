"""What was put into a letter before it was signed, so that programs show different things or others later."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from letterpress.errors import LetterpressError
from letterpress.signing import sign, verify
from letterpress.signing.display import active_content
from letterpress.signing.fields import open_pdf
from tests.proofs import producers
from tests.support import signing

ADA = signing.PEOPLE[0][0]
BOX = [60, 300, 500, 360]

Change = Callable[[Any], None]


@functools.cache
def letter() -> bytes:
    return signing.render(paragraphs=1)


def prepared(change: Change) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        change(pdf)
        pdf.save(output)
    return output.getvalue()


def found(change: Change) -> active_content.ActiveContent:
    return active_content.find(open_pdf(prepared(change)))


def page(pdf: Any) -> Any:
    return pdf.pages[0].obj


def drawn(pdf: Any, content: bytes = b"0 0 9 9 re f", **keys: Any) -> Any:
    box = Array([0, 0, 440, 60])
    return pdf.make_indirect(Stream(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=box, **keys))


def annotated(pdf: Any, appearance: bool = False, **keys: Any) -> Any:
    entries = {"Type": Name.Annot, "Rect": Array(BOX), "F": 4, **keys}
    if appearance:
        entries["AP"] = Dictionary(N=drawn(pdf))
    annotation = pdf.make_indirect(Dictionary(**entries))
    page(pdf).Annots.append(annotation)
    return annotation


def text_field(pdf: Any, appearance: bool = False, **keys: Any) -> None:
    entries = {"Subtype": Name.Widget, "FT": Name.Tx, "T": "amount", "V": "PAY 900000", "DA": "/Helv 24 Tf 0 g", **keys}
    pdf.Root.AcroForm.Fields.append(annotated(pdf, appearance, **entries))


def drawn_anew(pdf: Any) -> None:
    text_field(pdf, appearance=True)
    pdf.Root.AcroForm.NeedAppearances = True


def inherited_value(pdf: Any) -> None:
    parent = pdf.make_indirect(Dictionary(FT=Name.Tx, T="amount", V="PAY 900000"))
    parent.Kids = Array([annotated(pdf, Subtype=Name.Widget, Parent=parent)])
    pdf.Root.AcroForm.Fields.append(parent)


def script(pdf: Any) -> Any:
    return pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def on_opening(pdf: Any) -> None:
    pdf.Root.OpenAction = script(pdf)


def on_page(pdf: Any) -> None:
    page(pdf).AA = Dictionary(O=script(pdf))


def after_another(pdf: Any) -> None:
    action = Dictionary(S=Name.URI, URI="https://example.org", Next=Array([script(pdf)]))
    annotated(pdf, Subtype=Name.Link, A=action)


def in_names(pdf: Any) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script(pdf)])))


def elsewhere(stream: Any) -> Any:
    stream.F = Dictionary(Type=Name.Filespec, F="other.txt")
    return stream


def external_content(pdf: Any) -> None:
    page(pdf).Contents = elsewhere(pdf.make_indirect(Stream(pdf, b"")))


def resource(pdf: Any, kind: str, value: Any) -> None:
    page(pdf).Resources[f"/{kind}"] = Dictionary(X=value)


def external_image(pdf: Any) -> None:
    image = Stream(pdf, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8)
    resource(pdf, "XObject", elsewhere(pdf.make_indirect(image)))


def layered(on: bool = True, usage: Any = None, event: str = "", intent: str = "", both: bool = False) -> Change:
    def change(pdf: Any) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Draft"))
        if usage:
            group.Usage = Dictionary({f"/{key}": value for key, value in usage.items()})
        if intent:
            group.Intent = Name(f"/{intent}")
        default = Dictionary(ON=Array([group] if on else []), OFF=Array([group] if both or not on else []))
        if event:
            rule = Dictionary(Event=Name.View, OCGs=Array([group]), Category=Array([Name(f"/{event}")]))
            default.AS = Array([rule])
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=default)
        resource(pdf, "Properties", group)

    return change


def use(**states: str) -> dict[str, Any]:
    return {key: Dictionary({f"/{key}State": Name(f"/{state}")}) for key, state in states.items()}


FAULTS: dict[str, tuple[Change, str]] = {
    "a value and no appearance": (text_field, r"no appearance.*\(amount, page 1\)"),
    "an inherited value": (inherited_value, r"no appearance.*\(amount, page 1\)"),
    "drawn anew": (drawn_anew, "NeedAppearances"),
    "a button's words": (lambda pdf: text_field(pdf, FT=Name.Btn, V="", MK=Dictionary(CA="PAY")), "no appearance"),
    "a note without appearance": (
        lambda pdf: annotated(pdf, Subtype=Name.FreeText),
        r"no appearance.*FreeText, page 1",
    ),
    "printed only": (lambda pdf: annotated(pdf, True, Subtype=Name.Stamp, F=36), "printed and not shown"),
    "a border over the text": (lambda pdf: annotated(pdf, Subtype=Name.Link, Border=Array([0, 0, 400])), "border"),
    "script on opening": (on_opening, "script"),
    "script of a page": (on_page, r"script.*page 1"),
    "script after a link": (after_another, r"script.*page 1"),
    "script by name": (in_names, "script"),
    "hides": (lambda pdf: annotated(pdf, Subtype=Name.Link, A=Dictionary(S=Name.Hide, T="amount")), "hides or shows"),
    "film": (lambda pdf: annotated(pdf, True, Subtype=Name.Screen), "film"),
    "3D": (lambda pdf: annotated(pdf, True, Subtype=Name("/3D")), "3D"),
    "content elsewhere": (external_content, r"in another file \(page 1\)"),
    "image elsewhere": (external_image, r"in another file \(page 1\)"),
    "page of another file": (
        lambda pdf: resource(pdf, "XObject", drawn(pdf, Ref=Dictionary(Page=0))),
        "in another file",
    ),
    "transfer": (lambda pdf: resource(pdf, "ExtGState", Dictionary(TR=Stream(pdf, b"{1 exch sub}"))), "transfer"),
    "XFA": (lambda pdf: pdf.Root.AcroForm.__setitem__("/XFA", Stream(pdf, b"<x/>")), "XFA"),
    "portfolio": (lambda pdf: pdf.Root.__setitem__("/Collection", Dictionary()), "portfolio"),
    "screen and paper": (layered(usage=use(View="OFF", Print="ON"), on=False), "hidden in another"),
    "paper alone": (layered(usage=use(Print="OFF")), "hidden in another"),
    "by zoom": (layered(usage={"Zoom": Dictionary(max=1)}, event="Zoom"), "zoom"),
    "shown and hidden": (layered(both=True), "both shown and hidden"),
    "hidden for designers": (layered(on=False, intent="Design"), "hidden by some"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_may_show_differently_is_a_fault(case: str) -> None:
    change, words = FAULTS[case]
    faults = found(change).faults
    assert len(faults) == 1, faults
    assert re.search(words, faults[0].text), faults


def attached(pdf: Any) -> None:
    pdf.attachments["x.xml"] = b"<invoice/>"
    pdf.Root.AF = Array([pdf.attachments["x.xml"].obj])


NOTES: dict[str, tuple[Change, str]] = {
    "launch": (
        lambda pdf: annotated(pdf, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F="a.exe")),
        "starts a program",
    ),
    "attached": (attached, "attached"),
    "hidden layer": (layered(on=False), "layer 'Draft'"),
    "screen only": (lambda pdf: annotated(pdf, True, Subtype=Name.Stamp, F=0), "not printed"),
}


@pytest.mark.parametrize("case", NOTES)
def test_what_acts_and_changes_no_page_is_a_note(case: str) -> None:
    change, words = NOTES[case]
    result = found(change)
    assert result.faults == ()
    assert words in " ".join(note.text for note in result.notes)
    assert len(result.notes) == 1


ORDINARY: dict[str, Change] = {
    "as rendered": lambda pdf: None,
    "a filled field": lambda pdf: text_field(pdf, appearance=True),
    "an empty field": lambda pdf: text_field(pdf, V=""),
    "a hidden field": lambda pdf: text_field(pdf, F=2),
    "a link": lambda pdf: annotated(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://example.org")),
    "Acrobat's watermark": layered(usage=use(View="ON", Print="ON", Export="ON"), event="View"),
    "a layer": layered(usage={"Zoom": Dictionary(max=1)}),
    "no transfer": lambda pdf: resource(pdf, "ExtGState", Dictionary(TR=Name.Identity, TR2=Name.Default)),
    "to signatories only": lambda pdf: pdf.Root.AcroForm.__setitem__("/NeedAppearances", True),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_files_raise_no_alarm(case: str) -> None:
    assert found(ORDINARY[case]) == active_content.ActiveContent()


def test_a_reference_to_nothing_is_nothing() -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(letter()))
    writer.root[generic.NameObject("/Outlines")] = generic.IndirectObject(900, 0, writer)
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert active_content.find(open_pdf(output.getvalue())) == active_content.ActiveContent()


def test_sign_refuses_and_verify_does_not_believe() -> None:
    def change(pdf: Any) -> None:
        text_field(pdf)
        text_field(pdf, T="other")
        on_opening(pdf)

    trap = prepared(change)
    with pytest.raises(LetterpressError) as refused:
        sign(trap, field=ADA, signer=producers.AUTHORITY.signer(ADA))
    assert [one.message.partition(": ")[0] for one in refused.value.diagnostics] == ["cannot be signed"] * 2
    verdict = verify(producers.by_pyhanko(trap, signing.slug(ADA)), [producers.AUTHORITY.der])
    assert not verdict.valid
    assert not verdict.signatures[0].valid
    assert any("(amount, page 1 and 1 more); what the signer saw is not certain" in one for one in verdict.problems)
    assert any("script" in one for one in verdict.problems)


def test_what_acts_is_signed_with_a_warning_and_verified_with_a_note() -> None:
    done = sign(prepared(attached), field=ADA, signer=producers.AUTHORITY.signer(ADA))
    assert any("attached" in one.message and one.severity == "warning" for one in done.diagnostics)
    verdict = verify(done.pdf, [producers.AUTHORITY.der])
    assert verdict.valid
    assert any("attached" in one for one in verdict.notes)


def test_a_file_that_holds_too_much_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active_content, "MOST_OBJECTS", 10)
    assert [fault.text for fault in found(lambda pdf: None).faults] == ["it holds too much to be looked through"]
