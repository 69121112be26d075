"""Tampering with signed letters: whatever is done to the file after it was signed, `verify` notices."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from letterpress.errors import UnreadableInput
from letterpress.signing import sign, verify
from letterpress.signing.report import Verification
from tests.proofs import signed
from tests.support import foreign, signing

ADA, BEN, CHLOE = (name for name, _ in signing.PEOPLE[:3])

Writer = Any
Change = Callable[[Writer], None]

AUTHORITY = signing.Authority()


def make(*names: str, certify: bool | None = None, in_order: bool = False, paragraphs: int = 30) -> bytes:
    pdf = signing.render(paragraphs=paragraphs, in_order=in_order)
    for number, name in enumerate(names):
        signer = AUTHORITY.signer(name)
        pdf = sign(pdf, field=name, signer=signer, stamp=signing.stamp, certify=certify if number == 0 else None).pdf
    return pdf


@pytest.fixture(scope="module")
def certified() -> bytes:
    """Three pages; two of three have signed, the first one certified."""
    return make(ADA, BEN)


@pytest.fixture(scope="module")
def approved() -> bytes:
    """The same, without certification: then PDF itself allows more."""
    return make(ADA, BEN, certify=False)


@pytest.fixture(params=["certified", "approved"])
def letter(request: pytest.FixtureRequest) -> bytes:
    pdf: bytes = request.getfixturevalue(request.param)
    return pdf


def judge(pdf: bytes) -> Verification | None:
    """The verdict; None if the file cannot even be read."""
    try:
        return verify(pdf, [AUTHORITY.der])
    except UnreadableInput:
        return None


def rejected(pdf: bytes, because: str = "") -> Verification:
    verdict = judge(pdf)
    assert verdict is not None
    assert not verdict.valid
    reasons = [*verdict.problems, *(reason for report in verdict.signatures for reason in report.reasons)]
    assert reasons, "whoever rejects says why"
    if because:
        assert re.search(because, " | ".join(reasons)), reasons
    return verdict


def update(pdf: bytes, change: Change) -> bytes:
    """The file with an incremental update, as an editor or an attacker appends it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer._update_meta = lambda: None
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    assert output.getvalue().startswith(pdf)
    return output.getvalue()


def page(writer: Writer, number: int = 0) -> Any:
    return writer.find_page_for_modification(number)[0].get_object()


def stream(writer: Writer, data: bytes, **entries: Any) -> Any:
    items = {pdf_name(f"/{key}"): value for key, value in entries.items()}
    return writer.add_object(generic.StreamObject(items, stream_data=data))


def form(writer: Writer, data: bytes = b"1 g 0 0 400 400 re f") -> Any:
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 400, 400)))
    return stream(writer, data, Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=box)


def annotation(writer: Writer, subtype: str, **entries: Any) -> Any:
    """An annotation over the text of page 1."""
    found = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name(subtype),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 300, 450, 700))),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): form(writer)}),
            **{pdf_name(f"/{key}"): value for key, value in entries.items()},
        }
    )
    reference = writer.add_object(found)
    target = page(writer)
    if "/Annots" not in target:
        target[pdf_name("/Annots")] = generic.ArrayObject()
    target["/Annots"].append(reference)
    writer.update_container(target["/Annots"])
    return reference


def new_field(writer: Writer, kind: str, **entries: Any) -> None:
    reference = annotation(
        writer,
        "/Widget",
        FT=pdf_name(kind),
        T=generic.TextStringObject("amount"),
        **entries,
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


# The same letter, and what was done to it


def add_page(writer: Writer) -> None:
    writer.insert_page(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/MediaBox"): page(writer)["/MediaBox"],
                pdf_name("/Contents"): stream(writer, b"0 g 0 0 9 9 re f"),
            }
        )
    )


def remove_page(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].pop()
    pages[pdf_name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def swap_pages(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].reverse()
    writer.update_container(pages)


def rotate(writer: Writer) -> None:
    page(writer)[pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(page(writer))


def crop(writer: Writer) -> None:
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300)))
    page(writer)[pdf_name("/CropBox")] = box
    writer.update_container(page(writer))


def other_content(writer: Writer) -> None:
    page(writer)[pdf_name("/Contents")] = stream(writer, b"0 g 0 0 9 9 re f")
    writer.update_container(page(writer))


def content_in_place(writer: Writer) -> None:
    reference = page(writer).raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(stream_data=b"0 g 0 0 9 9 re f")


def another_font(writer: Writer) -> None:
    fonts = page(writer)["/Resources"]["/Font"]
    plain = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Symbol"}
    font = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in plain.items()})
    fonts[pdf_name(next(iter(fonts)))] = writer.add_object(font)
    writer.update_container(fonts)


def note_over_the_text(writer: Writer) -> None:
    annotation(writer, "/FreeText", Contents=generic.TextStringObject("The bridge is safe."))


def stamp_over_the_text(writer: Writer) -> None:
    annotation(writer, "/Stamp")


def link_over_the_text(writer: Writer) -> None:
    annotation(writer, "/Link")


def text_field_over_the_text(writer: Writer) -> None:
    new_field(writer, "/Tx", V=generic.TextStringObject("40,000"))


def empty_signature_field_over_the_text(writer: Writer) -> None:
    new_field(writer, "/Sig")


def look_of_an_open_field(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][2]
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form(writer)})
    writer.update_container(field)


def place_of_an_open_field(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][2]
    field[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (50, 300, 450, 700)))
    writer.update_container(field)


def look_of_a_signature(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form(writer)})
    writer.update_container(field)


def look_of_a_signature_in_place(writer: Writer) -> None:
    reference = writer.root["/AcroForm"]["/Fields"][0]["/AP"].raw_get("/N").reference
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 400, 400)))
    entries = {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box}
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(entries, stream_data=b"0 0 9 9 re f")


def name_of_an_open_field(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][2]
    field[pdf_name("/TU")] = generic.TextStringObject("Signature of Mallory, Chair")
    writer.update_container(field)


def no_signature(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    del field["/V"]
    writer.update_container(field)


def no_field(writer: Writer) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.pop(0)
    writer.update_container(fields)


def no_form(writer: Writer) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


def open_place_with_the_chairs_signature(writer: Writer) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    fields[2][pdf_name("/V")] = fields[0].raw_get("/V")
    writer.update_container(fields[2])


def script(writer: Writer) -> None:
    action = {"/S": pdf_name("/JavaScript"), "/JS": generic.TextStringObject("app.alert('paid')")}
    entries = {pdf_name(key): value for key, value in action.items()}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(entries)
    writer.update_root()


def layers(writer: Writer) -> None:
    writer.root[pdf_name("/OCProperties")] = generic.DictionaryObject(
        {pdf_name("/OCGs"): generic.ArrayObject(), pdf_name("/D"): generic.DictionaryObject()}
    )
    writer.update_root()


def attachment(writer: Writer) -> None:
    names = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): generic.DictionaryObject()})
    writer.root[pdf_name("/Names")] = names
    writer.update_root()


def other_reading_order(writer: Writer) -> None:
    root = writer.root["/StructTreeRoot"]
    root[pdf_name("/K")] = generic.ArrayObject()
    writer.update_container(root)


def other_language(writer: Writer) -> None:
    writer.root[pdf_name("/Lang")] = generic.TextStringObject("tlh")
    writer.update_root()


def other_title(writer: Writer) -> None:
    metadata = writer.root["/Metadata"]
    data = metadata.data.replace(b"The bridge", b"The tunnel")
    writer.root[pdf_name("/Metadata")] = stream(writer, data, Type=pdf_name("/Metadata"), Subtype=pdf_name("/XML"))
    writer.update_root()


def other_information(writer: Writer) -> None:
    info = writer.trailer["/Info"]
    info[pdf_name("/Title")] = generic.TextStringObject("The tunnel")
    writer.update_container(info)


def xfa(writer: Writer) -> None:
    writer.root["/AcroForm"][pdf_name("/XFA")] = generic.TextStringObject("<xdp/>")
    writer.update_container(writer.root["/AcroForm"])


def need_appearances(writer: Writer) -> None:
    writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(writer.root["/AcroForm"])


def empty_field_that_nobody_sees(writer: Writer) -> None:
    hidden_field(writer, FT=pdf_name("/Sig"))


def text_field_that_nobody_sees(writer: Writer) -> None:
    hidden_field(writer, FT=pdf_name("/Tx"), V=generic.TextStringObject("40,000"))


def hidden_field(writer: Writer, **entries: Any) -> None:
    field = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Widget"), "/T": generic.TextStringObject("evil")}
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 0, 0)))
    field |= {f"/{key}": value for key, value in entries.items()}
    reference = writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in field.items()}))
    writer.root["/AcroForm"]["/Fields"].append(reference)
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


def form_default(writer: Writer) -> None:
    writer.root["/AcroForm"][pdf_name("/DA")] = generic.TextStringObject("/Helv 0 Tf 1 g")
    writer.update_container(writer.root["/AcroForm"])


def form_fonts(writer: Writer) -> None:
    writer.root["/AcroForm"][pdf_name("/DR")] = generic.DictionaryObject(
        {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/Helv"): stream(writer, b"")})}
    )
    writer.update_container(writer.root["/AcroForm"])


def form_flags(writer: Writer) -> None:
    writer.root["/AcroForm"][pdf_name("/SigFlags")] = generic.NumberObject(0)
    writer.update_container(writer.root["/AcroForm"])


def other_version(writer: Writer) -> None:
    writer.root[pdf_name("/Version")] = pdf_name("/2.0")
    writer.update_root()


def other_permissions(writer: Writer) -> None:
    writer.root[pdf_name("/Perms")] = generic.DictionaryObject(
        {pdf_name("/UR3"): writer.root["/AcroForm"]["/Fields"][1].raw_get("/V")}
    )
    writer.update_root()


def extend(writer: Writer, prefix: str) -> None:
    entry = {pdf_name("/BaseVersion"): pdf_name("/1.7"), pdf_name("/ExtensionLevel"): generic.NumberObject(8)}
    found = generic.DictionaryObject(writer.root["/Extensions"]) if "/Extensions" in writer.root else {}
    writer.root[pdf_name("/Extensions")] = generic.DictionaryObject(
        {**found, pdf_name(prefix): generic.DictionaryObject(entry)}
    )
    writer.update_root()


def foreign_extension(writer: Writer) -> None:
    extend(writer, "/EVIL")


def extension_without_a_signature(writer: Writer) -> None:
    extend(writer, "/ADBE")


def other_extension(writer: Writer) -> None:
    extend(writer, "/ESIC")


def no_extensions(writer: Writer) -> None:
    del writer.root["/Extensions"]
    writer.update_root()


def orphan(writer: Writer) -> None:
    stream(writer, b"0 g 0 0 9 9 re f")


def orphans_that_know_each_other(writer: Writer) -> None:
    first = stream(writer, b"0 g 0 0 9 9 re f")
    stream(writer, b"", Next=first)


def flags_of_a_signed_field(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[pdf_name("/F")] = generic.NumberObject(2)
    writer.update_container(field)


def lock_of_a_signed_field(writer: Writer) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[pdf_name("/Lock")] = generic.DictionaryObject({pdf_name("/Action"): pdf_name("/All")})
    writer.update_container(field)


def font_of_a_signature_in_place(writer: Writer) -> None:
    resources = writer.root["/AcroForm"]["/Fields"][0]["/AP"]["/N"]["/Resources"]
    fonts = resources["/Font"]
    reference = fonts.raw_get(next(iter(fonts))).reference
    entries = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Symbol"}
    writer.objects[(reference.generation, reference.idnum)] = generic.DictionaryObject(
        {pdf_name(key): pdf_name(value) for key, value in entries.items()}
    )
    writer.root[pdf_name("/PageMode")] = writer.root.get("/PageMode", pdf_name("/UseNone"))


def untagged(writer: Writer) -> None:
    writer.root[pdf_name("/MarkInfo")] = generic.DictionaryObject()
    writer.update_root()


CHANGES: dict[Change, str] = {
    add_page: "it had 3 pages and now has 4",
    remove_page: "it had 3 pages and now has 2",
    swap_pages: "the content of page 1 was replaced",
    rotate: "page 1 was rotated",
    crop: "page 1 was cut to another size",
    other_content: "the content of page 1 was replaced",
    content_in_place: "the content of page 1 was replaced",
    another_font: "changed after this signature, and not by signing",
    note_over_the_text: "annotations? instead of",
    stamp_over_the_text: "annotations? instead of",
    link_over_the_text: "annotations? instead of",
    text_field_over_the_text: "annotations? instead of",
    empty_signature_field_over_the_text: "annotations? instead of",
    look_of_an_open_field: "",
    place_of_an_open_field: "",
    look_of_a_signature: "",
    look_of_a_signature_in_place: "",
    name_of_an_open_field: "",
    no_signature: "the signature in ada-okafor was removed",
    no_field: "the field ada-okafor was removed",
    open_place_with_the_chairs_signature: "",
    script: "",
    layers: "",
    attachment: "",
    other_reading_order: "",
    other_language: "",
    other_title: "",
    other_information: "",
    xfa: "",
    need_appearances: "",
    untagged: "the document's /MarkInfo was changed",
    empty_field_that_nobody_sees: "an empty field was added: evil",
    text_field_that_nobody_sees: "a field was added: evil",
    form_default: "the form's /DA was changed",
    form_fonts: "the form's /DR was changed",
    form_flags: "the form's /SigFlags was changed",
    other_version: "the document's /Version was changed",
    other_permissions: "the document's /Perms was changed",
    foreign_extension: r"the document's /Extensions were changed \(/EVIL\)",
    extension_without_a_signature: r"the document's /Extensions were changed \(/ADBE\), and nothing was signed",
    other_extension: r"the document's /Extensions were changed \(/ESIC\)",
    no_extensions: "the document's /Extensions were changed",
    orphan: "was added, which nothing refers to",
    orphans_that_know_each_other: "were added, which nothing refers to",
    flags_of_a_signed_field: "",
    lock_of_a_signed_field: "",
    font_of_a_signature_in_place: "",
}


def test_the_untouched_letters_are_valid(letter: bytes) -> None:
    verdict = judge(letter)
    assert verdict is not None
    assert verdict.valid, verdict.as_json()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_an_update_that_is_no_signature(letter: bytes, change: Change) -> None:
    verdict = rejected(update(letter, change), CHANGES[change])
    assert all(not report.valid for report in verdict.signatures)


def test_the_form_removed(letter: bytes) -> None:
    verdict = judge(update(letter, no_form))
    assert verdict is not None
    assert not verdict.valid


@pytest.mark.parametrize("change", [rotate, other_content, note_over_the_text], ids=lambda change: change.__name__)
def test_tampering_that_somebody_signed_on_top_of(letter: bytes, change: Change) -> None:
    tampered = update(letter, change)
    signed = sign(tampered, field=CHLOE, signer=AUTHORITY.signer(CHLOE)).pdf
    verdict = rejected(signed)
    assert [report.valid for report in verdict.signatures] == [False, False, True]


def test_a_page_rotated_by_rewriting_the_file(letter: bytes) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as document:
        document.pages[0].rotate(180, relative=True)
        document.save(output)
    rejected(output.getvalue())


def test_a_file_merely_written_again(letter: bytes) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as document:
        document.save(output)
    rejected(output.getvalue())


# Shadow attacks: what is to be shown later is prepared in the file before it is signed


def prepared(change: Change) -> bytes:
    """A letter with a shadow in it, signed by somebody who did not see it."""
    pdf = update(signing.render(paragraphs=30), change)
    return sign(pdf, field=ADA, signer=AUTHORITY.signer(ADA), stamp=signing.stamp).pdf


def test_shadow_hide() -> None:
    """A cover over the true content is signed, and taken away afterwards."""

    def cover(writer: Writer) -> None:
        resources = page(writer)["/Resources"]
        resources[pdf_name("/XObject")] = generic.DictionaryObject({pdf_name("/Cover"): form(writer)})
        writer.update_container(resources)
        old = page(writer).raw_get("/Contents")
        page(writer)[pdf_name("/Contents")] = generic.ArrayObject([old, stream(writer, b"q /Cover Do Q")])
        writer.update_container(page(writer))

    signed = prepared(cover)
    assert judge(signed).valid  # type: ignore[union-attr]

    def uncover(writer: Writer) -> None:
        reference = page(writer)["/Resources"]["/XObject"].raw_get("/Cover").reference
        box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 0, 0)))
        entries = {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box}
        writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(entries, stream_data=b"")

    rejected(update(signed, uncover))


def test_shadow_replace() -> None:
    """A form field that was there before shows another text than its value afterwards."""

    def field(writer: Writer) -> None:
        new_field(writer, "/Tx", V=generic.TextStringObject("4,100"))

    signed = prepared(field)
    assert judge(signed).valid  # type: ignore[union-attr]

    def overlay(writer: Writer) -> None:
        target = writer.root["/AcroForm"]["/Fields"][3]
        reference = target["/AP"].raw_get("/N").reference
        box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 400, 400)))
        entries = {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box}
        writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(entries, stream_data=b"1 g f")

    rejected(update(signed, overlay))


def test_shadow_replace_of_a_fields_value() -> None:
    def field(writer: Writer) -> None:
        new_field(writer, "/Tx", V=generic.TextStringObject("4,100"))

    signed = prepared(field)

    def value(writer: Writer) -> None:
        target = writer.root["/AcroForm"]["/Fields"][3]
        target[pdf_name("/V")] = generic.TextStringObject("40,000")
        target[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form(writer)})
        writer.update_container(target)

    rejected(update(signed, value))


def shadow_pages(writer: Writer) -> None:
    """A second page tree that nothing refers to, except a harmless-looking key."""
    shadow = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): page(writer)["/MediaBox"],
            pdf_name("/Contents"): stream(writer, b"0 g 0 0 9 9 re f"),
        }
    )
    leaf = writer.add_object(shadow)
    tree = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Kids"): generic.ArrayObject([leaf]),
            pdf_name("/Count"): generic.NumberObject(1),
        }
    )
    writer.root[pdf_name("/PieceInfo")] = generic.DictionaryObject({pdf_name("/X"): writer.add_object(tree)})
    writer.update_root()


def test_shadow_hide_and_replace_by_the_catalog() -> None:
    signed = prepared(shadow_pages)
    assert judge(signed).valid  # type: ignore[union-attr]

    def switch(writer: Writer) -> None:
        writer.root[pdf_name("/Pages")] = writer.root["/PieceInfo"].raw_get("/X")
        writer.update_root()

    rejected(update(signed, switch))


def test_shadow_hide_and_replace_by_a_cross_reference_alone() -> None:
    """Nothing but a table is appended: it gives a page's number to a shadow that was signed with the rest."""
    plain = signing.render(paragraphs=30)
    with pikepdf.open(io.BytesIO(plain)) as document:
        shadow = document.make_stream(b"0 g 0 0 9 9 re f % shadow")
        document.Root.PieceInfo = pikepdf.Dictionary(X=shadow)
        output = io.BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    signed = sign(output.getvalue(), field=ADA, signer=AUTHORITY.signer(ADA)).pdf
    assert judge(signed).valid  # type: ignore[union-attr]
    with pikepdf.open(io.BytesIO(signed)) as document:
        victim = document.pages[0].Contents.objgen[0]
        root, size = document.Root.objgen[0], int(document.trailer.Size)
    offset = signed.rindex(b" 0 obj", 0, signed.index(b"% shadow"))
    offset = signed.rindex(b"\n", 0, offset) + 1
    previous = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    section = f"xref\n{victim} 1\n{offset:010d} 00000 n \ntrailer\n<</Size {size} /Root {root} 0 R /Prev {previous}>>\n"
    attacked = signed + section.encode() + f"startxref\n{len(signed)}\n%%EOF\n".encode()
    verdict = judge(attacked)
    assert verdict is None or not verdict.valid


# Bytes


def test_flipped_bits() -> None:
    """The first of `make proof-signed`, and each sign of what says where the signature is and what it covers."""
    pdf = certified_once()
    places = signed.signed_places(pdf)
    said = range(pdf.index(b"/ByteRange"), pdf.index(b"]", pdf.index(b"/ByteRange")))
    chosen = [*random.Random(1).choices(places, k=100), *(place for place in said if place in set(places))]
    assert signed.flipped(pdf, chosen, AUTHORITY) == []


def test_flipped_bits_below_a_second_signature(certified: bytes) -> None:
    holes = [range(hole, after) for _, hole, after, _ in ranges(certified)]
    places = [place for place in range(len(certified)) if not any(place in hole for hole in holes)]
    assert signed.flipped(certified, random.Random(2).choices(places, k=60), AUTHORITY) == []


def ranges(pdf: bytes) -> list[list[int]]:
    return [[int(number) for number in found.split()] for found in re.findall(rb"/ByteRange\s*\[([\d\s]+)\]", pdf)]


def end(pdf: bytes) -> int:
    return ranges(pdf)[0][2] + ranges(pdf)[0][3]


def test_a_truncated_file(certified: bytes) -> None:
    chance = random.Random(2)
    ends = {found.end() for found in re.finditer(rb"%%EOF\n?", certified)}
    cuts = {1, 100, len(certified) - 1, len(certified) - 5, *(chance.randrange(len(certified)) for _ in range(60))}
    for cut in sorted(cuts - ends - {end - 1 for end in ends}):
        verdict = judge(certified[:cut])
        assert verdict is None or not verdict.valid, cut
    rejected(certified[:-400], "cut off or damaged")


def test_a_file_cut_back_to_the_first_signature_is_the_letter_of_that_day(certified: bytes) -> None:
    verdict = judge(certified[: end(certified)])
    assert verdict is not None
    assert verdict.valid
    assert verdict.state.startswith("1 of 3 has signed; open: Ben Silva")


@pytest.mark.parametrize("tail", [b"x", b"\n% a comment", b"9 0 obj <<>> endobj\nstartxref\n5\n%%EOF\n", bytes(64)])
def test_bytes_after_the_end(certified: bytes, tail: bytes) -> None:
    verdict = judge(certified + tail)
    assert verdict is None or not verdict.valid


def test_an_update_hidden_behind_the_old_table(certified: bytes) -> None:
    """New objects whose table nobody is pointed to, for readers that repair files."""
    last = re.findall(rb"startxref\s+\d+\s+%%EOF\s*", certified)[-1]
    rejected(update(certified, other_content) + last, "bytes were added that the file does not account for")


def test_data_hidden_behind_the_signature(certified: bytes) -> None:
    after = ranges(certified)[0][2]
    assert certified[after - 9 : after - 1] == b"00000000"
    damaged = certified[: after - 9] + b"DEADBEEF" + certified[after - 1 :]
    verdict = rejected(damaged, "hidden data behind the signature")
    assert [report.valid for report in verdict.signatures] == [False, False]


@given(st.data())
def test_wild_edits_of_the_signature_itself(data: st.DataObject) -> None:
    pdf = certified_once()
    _, hole, after, _ = ranges(pdf)[0]
    start = pdf.rindex(b"obj", 0, hole)
    edited = bytearray(pdf)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(start, after + 200))
        edited[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    if bytes(edited) != pdf:
        verdict = judge(bytes(edited))
        assert verdict is None or not verdict.valid or same_but_for_case(pdf, bytes(edited))


def same_but_for_case(one: bytes, other: bytes) -> bool:
    """Hexadecimal digits may be written either way: the file says the same."""
    return one.lower() == other.lower()


_CERTIFIED: list[bytes] = []


def certified_once() -> bytes:
    if not _CERTIFIED:
        _CERTIFIED.append(make(ADA, paragraphs=2))
    return _CERTIFIED[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"/ByteRange", rb"/ByteRangf"),
        (rb"/ByteRange \[0", rb"/ByteRange [9"),
        (rb"/SubFilter /ETSI.CAdES.detached", rb"/SubFilter /ETSI.CAdES.detachee"),
        (rb"/Contents <3", rb"/Contents <0"),
    ],
)
def test_a_signature_dictionary_that_says_nothing(certified: bytes, old: bytes, new: bytes) -> None:
    damaged, count = re.subn(old, new.replace(b"\\", b""), certified, count=1)
    assert count == 1
    rejected(damaged)


# Signatures of others


def test_a_signature_moved_to_another_letter(certified: bytes) -> None:
    other = signing.render(paragraphs=31)

    def graft(writer: Writer) -> None:
        source = IncrementalPdfFileWriter(io.BytesIO(certified))
        stolen = source.root["/AcroForm"]["/Fields"][0]["/V"]
        field = writer.root["/AcroForm"]["/Fields"][0]
        field[pdf_name("/V")] = writer.add_object(writer.import_object(stolen))
        writer.update_container(field)

    verdict = rejected(update(other, graft))
    assert verdict.signatures[0].signer == ADA
    assert not verdict.signatures[0].valid


def test_the_revision_of_a_signature_moved_to_another_letter(certified: bytes) -> None:
    plain, other = signing.render(paragraphs=30), signing.render(paragraphs=31)
    verdict = judge(other + certified[len(plain) :])
    assert verdict is None or not verdict.valid


def test_a_stranger_signs_in_an_open_place(letter: bytes) -> None:
    signed = sign(letter, field=CHLOE, signer=signing.self_signed(CHLOE)).pdf
    verdict = rejected(signed, "vouches for this key alone")
    assert [report.valid for report in verdict.signatures] == [True, True, True]
    assert [report.trusted for report in verdict.signatures] == [True, True, False]


def test_signing_out_of_order_breaks_the_signature_that_came_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is in the file: somebody else's program may ignore it, and `verify` sees that it did."""
    from letterpress.signing import preconditions

    monkeypatch.setattr(preconditions, "may_sign", lambda known, *_: all(place.open for place in known))
    pdf = make(BEN, ADA, in_order=True)
    verdict = rejected(pdf, "signed out of order: Ben Silva signed before Ada Okafor")
    assert [(report.signer, report.valid) for report in verdict.signatures] == [(BEN, False), (ADA, True)]
    assert (
        "the field ada-okafor was signed or changed, which this signature had locked"
        in verdict.signatures[0].reasons[0]
    )


def by_another_program(pdf: bytes, name: str, **options: Any) -> bytes:
    key = signing.private_key("rsa2048")
    return foreign.sign(
        pdf, signing.slug(name), key, (AUTHORITY.issue(name, key.public_key()), AUTHORITY.der), **options
    )


def test_the_second_signs_first_with_another_program() -> None:
    pdf = by_another_program(signing.render(in_order=True), BEN)
    verdict = rejected(pdf, "signed out of order: Ben Silva signed before Ada Okafor")
    assert verdict.signatures[0].trusted, "for himself, Ben signed well"
    assert not verdict.valid
    third = by_another_program(by_another_program(signing.render(in_order=True), ADA), CHLOE)
    rejected(third, "signed out of order: Chloé Müller signed before Ben Silva$")
    assert judge(by_another_program(signing.render(in_order=False), BEN)).valid  # type: ignore[union-attr]
    in_turn = by_another_program(by_another_program(signing.render(in_order=True), ADA), BEN)
    assert judge(in_turn).valid  # type: ignore[union-attr]


# Time stamps over the file


def time_authority(name: str = "Test Time") -> Any:
    key = signing.private_key("rsa2048", 91)
    own = AUTHORITY.issue(name, key.public_key(), purposes=[x509.ExtendedKeyUsageOID.TIME_STAMPING])
    return foreign.timestamper(key, (own, AUTHORITY.der))


def test_a_broken_time_stamp_spoils_the_letter(certified: bytes) -> None:
    """The signatures before it are as good as ever, and the file claims something that is not so."""
    stamped = foreign.timestamp(certified, time_authority())
    assert judge(stamped).valid  # type: ignore[union-attr]
    hole, after = ranges(stamped)[-1][1:3]
    digits = stamped[hole:after].lower()
    imprint = sha256(stamped[:hole] + stamped[after:]).hexdigest().encode()
    for broken in (digits.replace(imprint, b"0" * 64), digits.replace(b"308", b"318", 1), b"<" + b"00" * 50 + b">"):
        changed = stamped[:hole] + broken[:-1].ljust(after - hole - 1, b"0") + b">" + stamped[after:]
        assert changed != stamped
        verdict = judge(changed)
        assert verdict is not None
        assert [report.valid for report in verdict.signatures] == [True, True]
        assert [stamp.valid for stamp in verdict.timestamps] == [False]
        assert verdict.timestamps[0].reasons
        assert not verdict.valid
        assert verdict.state.endswith("a time stamp over the file is not valid")


def test_an_older_time_stamp_that_is_broken_spoils_the_letter(certified: bytes) -> None:
    first = foreign.timestamp(certified, time_authority())
    hole, after = ranges(first)[-1][1:3]
    broken = first[:hole] + b"<" + b"00" * ((after - hole) // 2 - 1) + b">" + first[after:]
    verdict = judge(foreign.timestamp(broken, time_authority()))
    assert verdict is not None
    assert sorted(stamp.valid for stamp in verdict.timestamps) == [False, True]
    assert not verdict.valid


def test_a_time_stamp_in_the_place_of_a_signatory(certified: bytes) -> None:
    """It looks signed, and nobody signed there."""
    stamped = foreign.timestamp(certified, time_authority("Chloé Müller"), field=signing.slug(CHLOE))
    verdict = rejected(stamped, "a time stamp stands in the place kept for Chloé Müller: it is nobody's signature")
    assert all(report.signer != CHLOE for report in verdict.signatures)


# What other programs write when they sign


def test_what_another_program_adds_with_its_signature(approved: bytes, certified: bytes) -> None:
    for pdf in (signing.render(paragraphs=2), approved, certified):
        name = CHLOE if pdf in (approved, certified) else ADA
        signed = by_another_program(pdf, name)
        verdict = judge(signed)
        assert verdict is not None
        assert verdict.valid, verdict.as_json()
        stored = foreign.add_dss(signed, certificates=[AUTHORITY.der], crls=[AUTHORITY.crl()])
        stamped = foreign.timestamp(stored, time_authority())
        again = foreign.timestamp(foreign.add_dss(stamped, crls=[AUTHORITY.crl(days=9)]), time_authority())
        for later in (stored, stamped, again):
            verdict = judge(later)
            assert verdict is not None
            assert verdict.valid, verdict.as_json()


def test_another_program_signs_in_a_field_that_it_adds(certified: bytes) -> None:
    """Invisible, in the same revision: that is a signature. A visible one could lie over the text."""
    signed = by_another_program(certified, "Eve", existing=False)
    verdict = judge(signed)
    assert verdict is not None
    assert verdict.valid, verdict.as_json()
    box = fields.SigFieldSpec("eve", box=(50, 300, 450, 700))
    rejected(
        by_another_program(certified, "Eve", existing=False, new_field=box), "annotations? instead of|a visible field"
    )


def test_an_orphan_beside_a_signature(certified: bytes) -> None:
    class Careless(IncrementalPdfFileWriter):  # type: ignore[misc,unused-ignore]
        def write(self, *args: Any, **options: Any) -> None:
            orphan(self)
            super().write(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(foreign, "IncrementalPdfFileWriter", Careless)
        signed = by_another_program(certified, CHLOE)
    verdict = rejected(signed, "was added, which nothing refers to")
    assert [report.valid for report in verdict.signatures] == [False, False, True]


def test_an_appearance_redrawn_in_place_by_who_signs() -> None:
    """The place's look was there when the first signed: whoever signs second may give it another, not change this."""

    def look(writer: Writer) -> None:
        field = writer.root["/AcroForm"]["/Fields"][1]
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form(writer, b"0.9 g 0 0 9 9 re f")})
        writer.update_container(field)

    pdf = sign(update(signing.render(paragraphs=2), look), field=ADA, signer=AUTHORITY.signer(ADA)).pdf
    assert judge(by_another_program(pdf, BEN)).valid  # type: ignore[union-attr]

    class Redrawing(IncrementalPdfFileWriter):  # type: ignore[misc,unused-ignore]
        def write(self, *args: Any, **options: Any) -> None:
            for key, found in list(self.objects.items()):
                if isinstance(found, dict) and found.get("/Type") in ("/FontDescriptor", "/XObject"):
                    del self.objects[key]  # the look that pyHanko would have given it
            drawn = IncrementalPdfFileWriter(io.BytesIO(pdf)).root["/AcroForm"]["/Fields"][1]["/AP"]
            reference = drawn.raw_get("/N").reference
            old = generic.IndirectObject(reference.idnum, reference.generation, self)
            self.root["/AcroForm"]["/Fields"][1]["/AP"] = generic.DictionaryObject({pdf_name("/N"): old})
            self.objects[(reference.generation, reference.idnum)] = generic.StreamObject(
                {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): generic.ArrayObject([])},
                stream_data=b"0 g 0 0 9 9 re f",
            )
            super().write(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(foreign, "IncrementalPdfFileWriter", Redrawing)
        signed = by_another_program(pdf, BEN)
    verdict = rejected(signed)
    assert [report.valid for report in verdict.signatures] == [False, True]
    assert "which nothing refers to" not in verdict.signatures[0].reasons[0]
