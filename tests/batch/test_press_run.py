"""A run of press copies: letters made from the pages of another, and one file of all, are PDF/X-4, too."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

import letterpress
from letterpress.batch import combine
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
        parts.append(combine.Part(path=project.write(f"out/{number}.pdf", made.pdf or b""), title=f"Letter {number}"))
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
    verapdf.require()
    assert verapdf.validate(pdf) == []
    assert "PANTONE 316 C" in inks.plates(pdf, page=3)
