"""The rules of PDF/X, each by a file that breaks it and nothing else; and the file that breaks none."""

from __future__ import annotations

import functools
import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from letterpress.pdf import validation
from letterpress.pdf.validation import rules
from tests.support import press_files
from tests.support.press_files import STANDARDS, profile

X4, X1A, X1A_2001 = STANDARDS
BOTH = (X4, X1A)
Breaker = Callable[[pikepdf.Pdf], Any]

# --- what a breaker does to a file ------------------------------------------------------------------------------------


def page_of(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj


def draw(pdf: pikepdf.Pdf, content: bytes, **resources: Any) -> None:
    """Draw something on the first page, with resources of its own: a form."""
    form = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 99, 99]))
    form.Resources = Dictionary(**resources)
    put(pdf, form)


def put(pdf: pikepdf.Pdf, drawn: Any) -> None:
    """Let the first page draw a form or an image."""
    page = page_of(pdf)
    if "/XObject" not in page.Resources:
        page.Resources.XObject = Dictionary()
    page.Resources.XObject.Broken = drawn
    page.Contents = Array([page.Contents, pdf.make_stream(b"q /Broken Do Q")])


def picture(pdf: pikepdf.Pdf, data: bytes = b"\0", **keys: Any) -> Any:
    image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    for key, value in ({"BitsPerComponent": 8, "ColorSpace": Name.DeviceGray} | keys).items():
        image["/" + key] = value
    return image


def state(pdf: pikepdf.Pdf, **keys: Any) -> None:
    draw(pdf, b"/G gs", ExtGState=Dictionary(G=pdf.make_indirect(Dictionary(**keys))))


def space(pdf: pikepdf.Pdf, colour: Any, operands: bytes) -> None:
    draw(pdf, b"/C cs " + operands + b" sc", ColorSpace=Dictionary(C=colour))


def intent(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root.OutputIntents[0]


def packet(pdf: pikepdf.Pdf, old: str, new: str) -> None:
    data = pdf.Root.Metadata.read_bytes().decode()
    assert old in data
    pdf.Root.Metadata = pdf.make_stream(data.replace(old, new).encode(), Type=Name.Metadata, Subtype=Name.XML)


def annotate(pdf: pikepdf.Pdf, kind: str, *corners: float) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=Array(corners))
    page_of(pdf).Annots = Array([pdf.make_indirect(note)])


def layers(pdf: pikepdf.Pdf, **keys: Any) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), **keys)


def tint(pdf: pikepdf.Pdf, black: float) -> Any:
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0, 0]), C1=Array([0, 0, 0, black]), N=1)
    return Array([Name.Separation, Name("/House"), Name.DeviceCMYK, pdf.make_indirect(function)])


def font(pdf: pikepdf.Pdf, **keys: Any) -> None:
    made = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for key, value in keys.items():
        made["/" + key] = value
    draw(pdf, b"BT /F 9 Tf (x) Tj ET", Font=Dictionary(F=pdf.make_indirect(made)))


def opentype(pdf: pikepdf.Pdf) -> None:
    program = pdf.make_stream(b"OTTO", Subtype=Name.OpenType)
    font(pdf, FontDescriptor=pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontFile3=program)))


def jpx(channels: int) -> bytes:
    """The boxes of a JPEG 2000 file that say of how many colours it is; no pixels."""
    head = (1).to_bytes(4, "big") * 2 + channels.to_bytes(2, "big") + b"\x07\x07\0\0"
    boxes = box(b"ihdr", head) + box(b"colr", b"\x01\0\0" + (16).to_bytes(4, "big"))
    return box(b"jP  ", b"\r\n\x87\n") + box(b"jp2h", boxes)


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def jpx_picture(pdf: pikepdf.Pdf, channels: int) -> None:
    image = picture(pdf)
    image.write(jpx(channels), filter=Name.JPXDecode)
    del image["/ColorSpace"]
    put(pdf, image)


def filtered(pdf: pikepdf.Pdf, filter: str) -> dict[str, Any]:
    """A picture that says it is packed in some way; nobody unpacks it, but qpdf would unpack some when it writes."""
    image = picture(pdf)
    image.write(b"\0", filter=Name.JBIG2Decode)
    put(pdf, image)
    return {"cut": (b"/JBIG2Decode", b"/" + filter.encode().ljust(11))}


def encrypted(pdf: pikepdf.Pdf) -> dict[str, Any]:
    plain = "/Metadata" not in pdf.Root
    lock = pikepdf.Encryption(owner="x", user="", R=3 if plain else 4, aes=False, metadata=False)
    return {"encryption": lock, "deterministic_id": False, "force_version": ""}


def separated(pdf: pikepdf.Pdf) -> None:
    page_of(pdf).SeparationInfo = Dictionary(DeviceColorant=Name.Cyan)


def set_(owner: Callable[[pikepdf.Pdf], Any], key: str, value: Any) -> Breaker:
    return lambda pdf: owner(pdf).__setitem__(f"/{key}", value)


def drop(owner: Callable[[pikepdf.Pdf], Any], key: str) -> Breaker:
    return lambda pdf: owner(pdf).__delitem__(f"/{key}")


def root(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root


def info(pdf: pikepdf.Pdf) -> Any:
    return pdf.trailer.Info


def other_profile(colours: int = 4, **about: Any) -> Breaker:
    return lambda pdf: intent(pdf).__setitem__("/DestOutputProfile", profile(pdf, colours, **about))


def second_intent(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents.append(intent(pdf))


def gray_condition(pdf: pikepdf.Pdf) -> None:
    other_profile(1, space=b"GRAY")(pdf)


def rgb_condition(pdf: pikepdf.Pdf) -> None:
    """RGB alone on the page: CMYK goes through a profile of its own."""
    other_profile(3, space=b"RGB ")(pdf)
    for page in pdf.pages:
        colours = page.obj.Resources.get("/ColorSpace", Dictionary())
        colours.DefaultCMYK = Array([Name.ICCBased, profile(pdf)])
        page.obj.Resources.ColorSpace = colours
    draw(pdf, b"0 g 0 0 9 9 re f")


def two_houses(pdf: pikepdf.Pdf) -> None:
    draw(pdf, b"/A cs 1 sc /B cs 1 sc", ColorSpace=Dictionary(A=tint(pdf, 1), B=tint(pdf, 0.5)))


def latin_name(pdf: pikepdf.Pdf) -> None:
    spot = pikepdf.Object.parse(b"[/Separation /Blau#fc /DeviceCMYK 0]")
    spot[3] = tint(pdf, 1)[3]
    draw(pdf, b"0 g", ColorSpace=Dictionary(A=spot))


def action(kind: str, **keys: Any) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name("/" + kind), **keys)


# --- rule -> what breaks it, and in which standards -------------------------------------------------------------------

BROKEN: list[tuple[str, tuple[str, ...], Breaker]] = [
    ("compressed-objects", (X1A, X1A_2001), lambda pdf: compressed(pdf)),
    ("encryption", BOTH, lambda pdf: encrypted(pdf)),
    ("unreadable", BOTH, lambda pdf: broken_off(pdf)),
    ("pdf-version", BOTH, lambda pdf: {"force_version": "1.7"}),
    ("lzw-filter", BOTH, lambda pdf: filtered(pdf, "LZWDecode")),
    ("lzw-filter", BOTH, lambda pdf: draw(pdf, b"BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID \x80\x00 EI ")),
    ("jbig2-filter", BOTH, lambda pdf: filtered(pdf, "JBIG2Decode")),
    ("crypt-filter", BOTH, lambda pdf: filtered(pdf, "Crypt")),
    ("jpx-filter", (X1A,), lambda pdf: jpx_picture(pdf, 3)),
    ("jpx-channels", (X4,), lambda pdf: jpx_picture(pdf, 2)),
    ("external-data", BOTH, lambda pdf: put(pdf, picture(pdf, F=String("picture.raw")))),
    ("file-specification", BOTH, lambda pdf: root(pdf).__setitem__("/Names", Dictionary(EmbeddedFiles=Dictionary()))),
    ("file-specification", BOTH, set_(page_of, "AF", Array([Dictionary(Type=Name.Filespec, F=String("a.xml"))]))),
    ("reference-form", BOTH, lambda pdf: reference(pdf)),
    ("opi", BOTH, lambda pdf: put(pdf, picture(pdf, OPI=Dictionary({"/1.3": Dictionary()})))),
    ("postscript", BOTH, lambda pdf: put(pdf, pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.PS))),
    ("postscript", BOTH, lambda pdf: draw(pdf, b"(showpage) PS")),
    ("action", BOTH, lambda pdf: root(pdf).__setitem__("/OpenAction", action("Named", N=Name.Print))),
    ("action", BOTH, lambda pdf: page_of(pdf).__setitem__("/AA", Dictionary(O=action("URI", URI=String("x:y"))))),
    ("javascript", BOTH, lambda pdf: root(pdf).__setitem__("/Names", Dictionary(JavaScript=Dictionary()))),
    ("javascript", BOTH, lambda pdf: root(pdf).__setitem__("/OpenAction", action("JavaScript", JS=String("1")))),
    ("xfa", (X4,), set_(root, "AcroForm", Dictionary(Fields=Array(), XFA=String("x")))),
    ("alternate-presentation", (X4,), set_(root, "Names", Dictionary(AlternatePresentations=Dictionary()))),
    ("alternate-presentation", (X4,), set_(page_of, "PresSteps", Dictionary())),
    ("viewer-area", BOTH, set_(root, "ViewerPreferences", Dictionary(PrintArea=Name.CropBox))),
    ("optional-content", (X1A,), lambda pdf: layers(pdf, D=Dictionary())),
    ("optional-content-default", (X4,), layers),
    ("optional-content-usage", (X4,), lambda pdf: layers(pdf, D=Dictionary(AS=Array()))),
    ("name-encoding", (X4,), latin_name),
    ("limits", (X4,), lambda pdf: draw(pdf, b"q " * 29 + b"Q " * 29)),
    ("limits", (X4,), set_(page_of, "N" * 128, 1)),
    ("limits", (X4,), set_(page_of, "Long", String("x" * 32_768))),
    ("xmp-missing", (X4,), drop(root, "Metadata")),
    ("version-key", (X4,), lambda pdf: packet(pdf, 'pdfxid:GTS_PDFXVersion="PDF/X-4"', "")),
    ("version-key", (X1A,), lambda pdf: in_xmp_alone(pdf)),
    ("version-disagrees", (X4,), set_(info, "GTS_PDFXVersion", String("PDF/X-3:2003"))),
    ("version-disagrees", (X1A,), lambda pdf: in_both(pdf, "PDF/X-3:2003")),
    ("trapped", BOTH, drop(info, "Trapped")),
    ("trapped", BOTH, set_(info, "Trapped", Name.Unknown)),
    ("trapped", BOTH, set_(info, "Trapped", False)),
    ("trapped-xmp", (X4,), lambda pdf: packet(pdf, 'pdf:Trapped="False"', 'pdf:Trapped="True"')),
    ("trapped-xmp", (X4,), lambda pdf: packet(pdf, 'pdf:Trapped="False"', "")),
    ("title", (X4,), lambda pdf: packet(pdf, "A letter", "")),
    ("title", (X1A,), drop(info, "Title")),
    ("dates", (X4,), lambda pdf: packet(pdf, 'xmp:MetadataDate="2026-03-01T10:00:00+01:00"', "")),
    ("dates", (X1A,), drop(info, "ModDate")),
    ("dates", (X1A,), set_(info, "ModDate", String("yesterday"))),
    ("dates-disagree", (X4,), set_(info, "ModDate", String("D:20260301100000+02'00'"))),
    ("dates-disagree", (X1A,), lambda pdf: in_both(pdf, X1A, "2026-03-02T10:00:00+01:00")),
    ("xmp-document", (X4,), lambda pdf: packet(pdf, 'xmpMM:VersionID="1"', "")),
    ("info-text", (X1A,), set_(info, "Job", 7)),
    ("output-intent-missing", BOTH, drop(root, "OutputIntents")),
    ("output-intent-missing", BOTH, set_(intent, "S", Name.GTS_PDFA1)),
    ("output-intent-several", BOTH, second_intent),
    ("output-condition", BOTH, drop(intent, "OutputConditionIdentifier")),
    ("output-info", BOTH, lambda pdf: [drop(intent, key)(pdf) for key in ("Info", "RegistryName")] and None),
    ("output-profile-missing", (X4,), drop(intent, "DestOutputProfile")),
    (
        "output-profile-missing",
        (X1A,),
        lambda pdf: [drop(intent, key)(pdf) for key in ("DestOutputProfile", "RegistryName")] and None,
    ),
    ("output-profile-invalid", BOTH, lambda pdf: intent(pdf).__setitem__("/DestOutputProfile", pdf.make_stream(b"x"))),
    ("output-profile-invalid", BOTH, other_profile(3)),
    ("output-profile-class", BOTH, other_profile(kind=b"scnr")),
    ("output-profile-space", (X1A,), gray_condition),
    ("output-profile-space", (X4,), other_profile(3, space=b"Lab ")),
    ("output-profile-version", (X1A,), other_profile(version=(4, 2))),
    ("output-profile-version", (X4,), other_profile(version=(4, 4))),
    ("device-rgb", BOTH, lambda pdf: draw(pdf, b"1 0 0 rg 0 0 9 9 re f")),
    ("device-rgb", BOTH, lambda pdf: draw(pdf, b"/DeviceRGB CS 1 0 0 SC 0 0 9 9 re S")),
    ("device-rgb", BOTH, lambda pdf: put(pdf, picture(pdf, b"\0\0\0", ColorSpace=Name.DeviceRGB))),
    ("device-rgb", BOTH, lambda pdf: put(pdf, indexed(pdf))),
    ("device-rgb", BOTH, lambda pdf: draw(pdf, b"BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc EI ")),
    ("device-rgb", BOTH, lambda pdf: draw(pdf, b"/S sh", Shading=Dictionary(S=shading(pdf)))),
    ("device-rgb", BOTH, lambda pdf: draw(pdf, b"/Pattern cs /P scn", Pattern=Dictionary(P=tiling(pdf)))),
    ("device-rgb", BOTH, lambda pdf: type3(pdf)),
    ("device-rgb", (X4,), lambda pdf: state(pdf, SMask=Dictionary(S=Name.Luminosity, G=group(pdf, Name.DeviceRGB)))),
    ("device-cmyk", (X4,), gray_condition),
    ("device-gray", (X4,), rgb_condition),
    ("calibrated-colour", (X1A,), lambda pdf: space(pdf, Array([Name.ICCBased, profile(pdf)]), b"0 0 0 1")),
    ("calibrated-colour", (X1A,), lambda pdf: space(pdf, Array([Name.Lab, Dictionary()]), b"0 0 0")),
    ("icc-profile", (X4,), lambda pdf: space(pdf, Array([Name.ICCBased, profile(pdf, 3)]), b"0 0 0")),
    ("spot-colour", (X4,), two_houses),
    ("rendering-intent", (X4,), lambda pdf: draw(pdf, b"/Beautiful ri")),
    ("rendering-intent", (X4,), lambda pdf: put(pdf, picture(pdf, Intent=Name.Beautiful))),
    ("trim-box", BOTH, drop(page_of, "TrimBox")),
    ("trim-box", BOTH, set_(page_of, "ArtBox", Array([10, 10, 580, 830]))),
    ("box-nesting", BOTH, set_(page_of, "TrimBox", Array([5, 10, 580, 830]))),
    ("box-nesting", BOTH, set_(page_of, "BleedBox", Array([0, 0, 591, 840]))),
    ("box-nesting", BOTH, set_(page_of, "CropBox", Array([11, 10, 580, 830]))),
    ("box-empty", BOTH, set_(page_of, "BleedBox", Array([10, 10, 10, 830]))),
    ("separated-page", BOTH, separated),
    ("annotation", BOTH, lambda pdf: annotate(pdf, "Link", 20, 20, 30, 30)),
    ("annotation", BOTH, lambda pdf: annotate(pdf, "PrinterMark", 20, 20, 30, 30)),
    ("font-embedded", BOTH, font),
    ("font-embedded", BOTH, lambda pdf: font(pdf, Subtype=Name.Type0, DescendantFonts=Array([Dictionary()]))),
    ("font-opentype", (X1A,), opentype),
    ("transparency", (X1A,), lambda pdf: state(pdf, ca=0.5)),
    ("transparency", (X1A,), lambda pdf: state(pdf, BM=Name.Multiply)),
    ("transparency", (X1A,), lambda pdf: put(pdf, picture(pdf, SMask=picture(pdf)))),
    ("transparency", (X1A,), lambda pdf: put(pdf, group(pdf, Name.DeviceCMYK))),
    ("blend-mode", (X4,), lambda pdf: state(pdf, BM=Name.Sunny)),
    ("transfer-curve", BOTH, lambda pdf: state(pdf, TR=Dictionary(FunctionType=2, Domain=Array([0, 1]), N=2))),
    ("halftone", BOTH, lambda pdf: state(pdf, HT=Dictionary(Type=Name.Halftone, HalftoneType=6))),
    ("halftone", BOTH, lambda pdf: state(pdf, HT=Dictionary(HalftoneType=1, HalftoneName=String("x")))),
    ("halftone-phase", BOTH, lambda pdf: state(pdf, HTP=Array([1, 1]))),
    ("alternate-image", BOTH, lambda pdf: put(pdf, alternate(pdf))),
    ("image-16-bit", (X1A,), lambda pdf: put(pdf, picture(pdf, b"\0\0", BitsPerComponent=16))),
    ("operator", BOTH, lambda pdf: draw(pdf, b"BX 1 2 magic EX")),
]  # fmt: skip
"""What breaks each rule. A breaker that returns a mapping says how the file is written."""

BY_BYTES = {"media-box", "document-id", "file-damaged"}
"""Rules of files that pikepdf does not write, or mends on its way: `test_files_that_have_to_be_cut_by_hand`."""


def broken_off(pdf: pikepdf.Pdf) -> None:
    content = zlib.compress(b"0 0 0 1 k\n" * 100)
    page_of(pdf).Contents.write(content[:-9], filter=Name.FlateDecode)


def compressed(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """A file with object streams that says it is older: qpdf writes none."""
    older = f"%PDF-{ {X1A: '1.4', X1A_2001: '1.3'}[standard_of(pdf)] }".encode()
    generate = pikepdf.ObjectStreamMode.generate
    return {"object_stream_mode": generate, "force_version": "1.5", "cut": (b"%PDF-1.5", older)}


def standard_of(pdf: pikepdf.Pdf) -> str:
    return X1A_2001 if "/GTS_PDFXConformance" in pdf.trailer.Info else X1A


def reference(pdf: pikepdf.Pdf) -> None:
    draw(pdf, b"")
    page_of(pdf).Resources.XObject.Broken.Ref = Dictionary(F=String("other.pdf"), Page=0)


def indexed(pdf: pikepdf.Pdf) -> Any:
    return picture(pdf, ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 0, String("abc")]))


def shading(pdf: pikepdf.Pdf) -> Any:
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0]), C1=Array([1, 1, 1]), N=1)
    coordinates = Array([0, 0, 9, 9])
    return Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=coordinates, Function=function)


def tiling(pdf: pikepdf.Pdf) -> Any:
    tile = pdf.make_stream(b"1 0 0 rg 0 0 1 1 re f", PatternType=1, PaintType=1, TilingType=1, XStep=9, YStep=9)
    tile.BBox, tile.Resources = Array([0, 0, 9, 9]), Dictionary()
    return tile


def type3(pdf: pikepdf.Pdf) -> None:
    glyph = pdf.make_stream(b"9 0 d0 1 0 0 rg 0 0 9 9 re f")
    font(pdf, Subtype=Name.Type3, CharProcs=Dictionary(x=glyph), Resources=Dictionary())


def group(pdf: pikepdf.Pdf, colours: Any) -> Any:
    form = pdf.make_stream(b"0 g 0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Group = Dictionary(S=Name.Transparency, CS=colours)
    form.Resources = Dictionary()
    return form


def alternate(pdf: pikepdf.Pdf) -> Any:
    other = Dictionary(Image=picture(pdf), DefaultForPrinting=True)
    return picture(pdf, Alternates=Array([other]))


def in_both(pdf: pikepdf.Pdf, standard: str, day: str = "2026-03-01T10:00:00+01:00") -> None:
    """PDF/X-1a with XMP metadata beside the Info dictionary, which it does not need."""
    said = press_files.PACKET.replace('GTS_PDFXVersion="PDF/X-4"', f'GTS_PDFXVersion="{standard}"')
    said = said.replace("2026-03-01T10:00:00+01:00", day)
    pdf.Root.Metadata = pdf.make_stream(said.encode(), Type=Name.Metadata, Subtype=Name.XML)


def in_xmp_alone(pdf: pikepdf.Pdf) -> None:
    """PDF/X-1a is claimed where it does not count."""
    in_both(pdf, X1A)
    del pdf.trailer.Info.GTS_PDFXVersion


def cut(data: bytes, rule: str) -> bytes:
    """Break a file in a way that a library would mend."""
    if rule == "document-id":
        return re.sub(rb"/ID \[[^\]]*\]", lambda found: b" " * len(found[0]), data)
    if rule == "media-box":
        return re.sub(rb"/MediaBox", b"/Mediabox", data)
    assert rule == "file-damaged"
    return re.sub(rb"startxref\s+\d+", b"startxref\n7", data)


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base(archive_copy: bytes) -> Callable[[str], bytes]:
    """The unbroken file of a standard."""
    return functools.cache(lambda standard: press_files.make(archive_copy, standard))


def judged(data: bytes, path: Path) -> validation.Validation:
    path.write_bytes(data)
    return validation.validate(path)


def broken_rules(verdict: validation.Validation) -> set[str]:
    """The rules that are broken; a second claim that nobody can check is none."""
    return {finding.rule for finding in verdict.findings} - {"not-checked"}


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_unbroken_file_keeps_all(base: Callable[[str], bytes], tmp_path: Path, standard: str) -> None:
    verdict = judged(base(standard), tmp_path / "letter.pdf")
    assert verdict.findings == ()
    assert [claim.standard for claim in verdict.claims] == [standard]
    assert verdict.passed
    assert "nothing that is free judges PDF/X as a whole" in str(verdict.judgements[0].reason)


def cases() -> list[Any]:
    return [
        pytest.param(rule, standard, breaker, id=f"{rule}-{number}-{standard}")
        for number, (rule, standards, breaker) in enumerate(BROKEN)
        for standard in standards
    ]


@pytest.mark.parametrize(("rule", "standard", "breaker"), cases())
def test_a_broken_file_fails_by_exactly_its_rule(
    base: Callable[[str], bytes], tmp_path: Path, rule: str, standard: str, breaker: Breaker
) -> None:
    with pikepdf.open(io.BytesIO(base(standard))) as pdf:
        how = breaker(pdf)
        how = dict(how) if isinstance(how, dict) else {}
        old, new = how.pop("cut", (b"", b""))
        data = press_files.saved(pdf, standard, **how).replace(old, new, 1)
    verdict = judged(data, tmp_path / "letter.pdf")
    assert broken_rules(verdict) == {rule}, [str(finding) for finding in verdict.findings]
    finding = next(finding for finding in verdict.findings if finding.rule == rule)
    family, norm = rules.NORMS[standard]
    assert finding.severity == ("warning" if family in rules.table()[rule].warns else "error")
    assert finding.clause == (norm if standard == X1A_2001 else f"{norm}, {rules.table()[rule].clauses[family]}")
    assert verdict.broken == (finding.severity == "error")
    (ours,) = (judgement for judgement in verdict.judgements if judgement.claim.standard == standard)
    assert ours.verdict == ("broken" if verdict.broken else "kept")


def test_every_rule_has_a_file_that_breaks_it_in_each_standard() -> None:
    table = rules.table()
    for standard in BOTH:
        family = rules.NORMS[standard][0]
        tried = {rule for rule, standards, _ in BROKEN if standard in standards} | BY_BYTES
        has = {name for name, rule in table.items() if family in rule.clauses}
        assert has <= tried, standard
    of_press = {name for name, rule in table.items() if set(rule.clauses) - {"vt-1"}}
    assert {rule for rule, _, _ in BROKEN} | BY_BYTES == of_press


@pytest.mark.parametrize("rule", sorted(BY_BYTES))
@pytest.mark.parametrize("standard", BOTH)
def test_files_that_have_to_be_cut_by_hand(
    base: Callable[[str], bytes], tmp_path: Path, rule: str, standard: str
) -> None:
    verdict = judged(cut(base(standard), rule), tmp_path / "letter.pdf")
    assert broken_rules(verdict) == {rule}, [str(finding) for finding in verdict.findings]
