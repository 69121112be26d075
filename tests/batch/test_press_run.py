"""A run of press copies: letters made from the pages of another, and one file of all, are PDF/X-4, too."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pytest

import letterpress
from letterpress.batch import combine
from letterpress.pdf import validation
from letterpress.pdf.document_parts import About
from tests.support import inks, lists, verapdf
from tests.support.project import FRONT, Project

TOML = """\
extends = "plain"
[press]
bleed = 3
[press.colors]
"#0f4a56" = {cmyk = [95, 30, 35, 45], spot = "PANTONE 316 C"}
"""


@pytest.mark.parametrize("name", ["solardach", "korea-policy"])
def test_a_press_copy_from_a_plate_is_what_a_layout_gives(name: str) -> None:
    (letter,) = [one for one in lists.LETTERS if one.stem == name]
    jobs = list(lists.jobs(letter, 4))
    made = [replace(job, choices=replace(job.choices, profile="press", marks=True)) for job in jobs]
    results = lists.pressed(made)
    assert [result for result in results if result.status != "done"] == []
    assert "" in {result.laid_out for result in results}, "no letter was made from a plate"
    assert [one.job.record for one in lists.differences(made, results)] == []
    assert all(inks.of_screens(result.pdf or b"") == [] for result in results)
    numbers = {packet.partition(b"xmp.did:")[2][:32] for packet in map(_metadata, results)}
    assert len(numbers) == len(results), "each file has a number of its own"


def _metadata(result: object) -> bytes:
    with pikepdf.open(io.BytesIO(getattr(result, "pdf", b""))) as file:
        return file.Root.Metadata.read_bytes()


def test_press_copies_are_combined_as_one(project: Project) -> None:
    project.letterhead("own", toml=TOML, css=".letter-salutation { color: #0f4a56 }")
    front = FRONT.replace("plain", "own").replace("to: ", "# ")
    letter = letterpress.load(project.letter("You in {{ to.city }}, read [this](https://example.org).\n", front))
    rows = [
        {"name": name, "city": city}
        for name, city in (("Ada Brook", "Bangor"), ("Bo Ng", "Bath"), ("Cy Orr", "Calais"))
    ]
    parts = []
    for number, made in enumerate(letterpress.merge(letter, rows, profile="press", marks=True)):
        assert made.claims == ("PDF/A-3a", "PDF/UA-1", "PDF/X-4"), made.diagnostics
        about = About(number + 7, *(("A-(1)", "04401", "US"), ("", "", ""), ("Zoë", "", "C"))[number])
        file = project.write(f"out/{number}.pdf", made.pdf or b"")
        parts.append(combine.Part(path=file, title=f"Letter {number}", about=about))
    files = [project.root / "all.pdf", project.root / "again.pdf"]
    for file in files:
        combine.write(file, parts, title="All letters", lang="en-US", duplex=True)
    pdf = files[0].read_bytes()
    assert files[1].read_bytes() == pdf
    assert pdf.startswith(b"%PDF-1.6\n")
    assert inks.of_screens(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) == 6
        assert sorted(str(intent.S) for intent in read.Root.OutputIntents) == ["/GTS_PDFA1", "/GTS_PDFX"]
        assert read.trailer.Info.Trapped == "/False"
        packet = read.Root.Metadata.read_bytes()
        assert b"PDF/X-4<" in packet
        trims = {tuple(round(float(value)) for value in page.obj.TrimBox) for page in read.pages}
        bleeds = {tuple(round(float(value), 1) for value in page.obj.BleedBox) for page in read.pages}
        assert (trims, len(bleeds)) == ({(0, 0, 612, 792)}, 1)
        assert b"GTS_PDFVTVersion>PDF/VT-1<" in packet
        dates = re.findall(rb"(?:ModifyDate|GTS_PDFVTModDate)>([^<]+)<", packet)
        assert len(dates) == 2
        assert dates[0] == dates[1]
        assert _records(read) == [
            (0, 1, "/Record 7 /Sheets 1 UniqueID A-(1) PostalCode 04401 CountryCode /US"),
            (2, 3, "/Record 8 /Sheets 1"),
            (4, 5, "/Record 9 /Sheets 1 UniqueID Zoë CountryCode /C"),
        ]
    assert [claim.standard for claim in validation.validate(files[0]).claims][-1] == "PDF/VT-1"
    verapdf.require()
    assert verapdf.validate(pdf) == []
    assert "PANTONE 316 C" in inks.plates(pdf, page=3)


def _records(file: pikepdf.Pdf) -> list[tuple[int, int, str]]:
    """The pages of each record, the first one being 0, and what is said of it; checks that the tree is whole."""
    root = file.Root.DPartRoot
    assert (root.Type, root.RecordLevel, list(root.NodeNameList)) == ("/DPartRoot", 1, ["/Job", "/Record"])
    job = root.DPartRootNode
    assert job.Parent.objgen == root.objgen
    places = {page.obj.objgen: at for at, page in enumerate(file.pages)}
    found = []
    for node in (node for part in job.DParts for node in part):
        assert node.Parent.objgen == job.objgen
        first, last = places[node.Start.objgen], places[node.get("/End", node.Start).objgen]
        assert all(file.pages[at].obj.DPart.objgen == node.objgen for at in range(first, last + 1))
        about = f"/Record {node.DPM.Record} /Sheets {node.DPM.Sheets}"
        recipient = node.DPM.get("/CIP4_Root", {}).get("/CIP4_Recipient", {})
        address = recipient.get("/CIP4_Contact", {}).get("/CIP4_Address", {})
        for of, key in ((recipient, "UniqueID"), (address, "PostalCode"), (address, "CountryCode")):
            about += f" {key} {of[f'/CIP4_{key}']}" if f"/CIP4_{key}" in of else ""
        found.append((first, last, about))
    assert [page for first, last, _ in found for page in range(first, last + 1)] == list(range(len(file.pages)))
    return found
