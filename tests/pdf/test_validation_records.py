"""The rules of PDF/VT-1, each by a file that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from letterpress.pdf import validation
from letterpress.pdf.validation import rules

PAGES = 4
RECORDS = ((0, 1), (2, 2), (3, 3))
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfvtid="http://www.npes.org/pdfvt/ns/id/" pdfxid:GTS_PDFXVersion="PDF/X-4"
 xmp:ModifyDate="2026-11-28T10:00:00Z" pdfvtid:GTS_PDFVTVersion="PDF/VT-1"
 pdfvtid:GTS_PDFVTModDate="2026-11-28T10:00:00Z"/></rdf:RDF></x:xmpmeta>"""


def records() -> pikepdf.Pdf:
    """A file of three records; of PDF/X-4 it keeps little, which is not asked here."""
    pdf = pikepdf.new()
    for _ in range(PAGES):
        pdf.add_blank_page(page_size=(300, 400))
    root = pdf.make_indirect(Dictionary(Type=Name.DPartRoot, RecordLevel=1, NodeNameList=[Name.Job, Name.Record]))
    job = pdf.make_indirect(Dictionary(Type=Name.DPart, Parent=root))
    leaves = []
    for first, last in RECORDS:
        leaf = pdf.make_indirect(Dictionary(Type=Name.DPart, Parent=job, Start=pdf.pages[first].obj))
        if last != first:
            leaf.End = pdf.pages[last].obj
        for at in range(first, last + 1):
            pdf.pages[at].obj.DPart = leaf
        leaves.append(leaf)
    job.DParts = Array([Array(leaves[:2]), Array(leaves[2:])])
    root.DPartRootNode = job
    pdf.Root.DPartRoot = root
    say(pdf, XMP)
    return pdf


def say(pdf: pikepdf.Pdf, packet: str) -> None:
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)


def leaf(pdf: pikepdf.Pdf, number: int) -> Any:
    return pdf.pages[RECORDS[number][0]].obj.DPart


def no_base(pdf: pikepdf.Pdf) -> None:
    say(pdf, XMP.replace('"PDF/X-4"', '"PDF/X-3"'))


def other_date(pdf: pikepdf.Pdf) -> None:
    say(pdf, XMP.replace('ModDate="2026', 'ModDate="2025'))


def no_root(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.DPartRoot.DPartRootNode


def too_deep(pdf: pikepdf.Pdf) -> None:
    pdf.Root.DPartRoot.RecordLevel = 2


def no_names(pdf: pikepdf.Pdf) -> None:
    pdf.Root.DPartRoot.NodeNameList = Array([1, 2])


def other_parent(pdf: pikepdf.Pdf) -> None:
    leaf(pdf, 1).Parent = pdf.Root.DPartRoot


def in_a_circle(pdf: pikepdf.Pdf) -> None:
    job = pdf.Root.DPartRoot.DPartRootNode
    job.DParts[0].append(job)


def both_kinds(pdf: pikepdf.Pdf) -> None:
    leaf(pdf, 2).DParts = Array([])


def out_of_order(pdf: pikepdf.Pdf) -> None:
    job = pdf.Root.DPartRoot.DPartRootNode
    job.DParts = Array([Array([leaf(pdf, 1), leaf(pdf, 0), leaf(pdf, 2)])])


def one_too_few(pdf: pikepdf.Pdf) -> None:
    pdf.Root.DPartRoot.DPartRootNode.DParts = Array([Array([leaf(pdf, 0), leaf(pdf, 1)])])


def of_another_record(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.DPart = leaf(pdf, 1)


def of_none(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[3].obj.DPart


BROKEN: tuple[tuple[str, Callable[[pikepdf.Pdf], None]], ...] = (
    ("vt-base", no_base),
    ("vt-date", other_date),
    ("vt-root", no_root),
    ("vt-levels", too_deep),
    ("vt-levels", no_names),
    ("vt-node", other_parent),
    ("vt-node", in_a_circle),
    ("vt-node", both_kinds),
    ("vt-pages", out_of_order),
    ("vt-pages", one_too_few),
    ("vt-page-node", of_another_record),
    ("vt-page-node", of_none),
)


def broken(pdf: pikepdf.Pdf, path: Path) -> tuple[set[str], str]:
    pdf.save(path)
    verdict = validation.validate(path)
    found = {finding.rule for finding in verdict.findings if finding.standard == "PDF/VT-1"}
    (judged,) = (one.verdict for one in verdict.judgements if one.claim.standard == "PDF/VT-1")
    return found, judged


def test_the_unbroken_file_keeps_all(tmp_path: Path) -> None:
    assert broken(records(), tmp_path / "records.pdf") == (set(), "kept")


@pytest.mark.parametrize(("rule", "breaker"), BROKEN)
def test_a_broken_file_fails_by_exactly_its_rule(
    tmp_path: Path, rule: str, breaker: Callable[[pikepdf.Pdf], None]
) -> None:
    pdf = records()
    breaker(pdf)
    assert broken(pdf, tmp_path / "records.pdf") == ({rule}, "broken")


def test_every_rule_has_a_file_that_breaks_it() -> None:
    assert {name for name, rule in rules.table().items() if "vt-1" in rule.clauses} == {rule for rule, _ in BROKEN}
