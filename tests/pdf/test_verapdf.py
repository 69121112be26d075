"""The validator itself: a check that never says no proves nothing, so here it has to say no, and name the reason."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letterpress.pdf.validation import java
from tests.support import verapdf

HEAD = (
    '<title>A letter</title><meta name="dcterms.created" content="2019-04-11">'
    '<meta name="dcterms.modified" content="2019-04-11">'
)
PIXEL = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E"
    "%3Crect width='9' height='9'/%3E%3C/svg%3E"
)
# One grey pixel. WeasyPrint asks viewers to smooth raster pictures, which PDF/A forbids.
RASTER = (
    '<img alt="A dot" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNo'
    'AAAAggCBd81ytgAAAABJRU5ErkJggg==">'
)
PDFUAID = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@pytest.fixture(scope="module", autouse=True)
def _java() -> None:
    verapdf.require()


def declare_pdfua(_document: object, pdf: Any) -> None:
    """Say in the metadata that the file is PDF/UA-1 too. The tests' own copy: it must not follow the product's."""
    (metadata,) = (o for o in pdf.objects if getattr(o, "extra", {}).get("Type") == "/Metadata")
    metadata.stream = [b"".join(metadata.stream).replace(b"</rdf:RDF>", PDFUAID + b"</rdf:RDF>")]


def make(body: str = "<p>Hello there.</p>", head: str = HEAD, lang: str = ' lang="en"', **options: Any) -> bytes:
    from weasyprint import HTML

    options = {"pdf_variant": "pdf/a-3a", "finisher": declare_pdfua} | options
    # A system font will do: what is tested is the validator, and every font is embedded.
    page = HTML(string=f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>")
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves its sRGB profile open when it writes PDF/A; the suite turns warnings into errors.
        warnings.simplefilter("ignore", ResourceWarning)
        return bytes(page.write_pdf(**options))


@pytest.fixture(scope="module")
def good() -> bytes:
    return make("<h1>Subject</h1><p>Hello there.</p><p><img alt='A black square' src=\"%s\"></p>" % PIXEL)  # noqa: UP031


def rules(findings: list[str]) -> set[str]:
    """Cut the findings down to flavour and rule."""
    return {" ".join(finding.split(":")[0].split()[:2]) for finding in findings}


def test_both_flavours_in_one_file_pass(good: bytes) -> None:
    assert verapdf.validate(good) == []


def test_a_path_is_as_good_as_bytes(good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good.pdf").write_bytes(good)
    monkeypatch.chdir(tmp_path)  # Java stays in the folder it was started in
    assert verapdf.validate(Path("good.pdf")) == []
    with pytest.raises(FileNotFoundError):
        verapdf.validate(Path("absent.pdf"))


def test_a_plain_file_fails_both() -> None:
    found = rules(verapdf.validate(make(pdf_variant=None, finisher=None)))
    # No file identifier, no metadata, no tags; for PDF/UA: no title shown, no tags.
    assert {"3a 6.1.3-1", "3a 6.6.2.1-1", "3a 6.7.3.3-1", "ua1 7.1-10", "ua1 7.1-11"} <= found


def test_pdfa_alone_fails_pdfua() -> None:
    findings = verapdf.validate(make(finisher=None))
    assert rules(findings) == {"ua1 5-1"}
    assert "PDF/UA Identification" in findings[0]


def test_pdfua_alone_fails_pdfa() -> None:
    document = make(pdf_variant="pdf/ua-1", finisher=None)
    assert verapdf.validate(document, ["ua1"]) == []
    assert "3a 6.6.4-1" in rules(verapdf.validate(document, ["3a"]))


def test_an_undeclared_property_fails_pdfa() -> None:
    """PDF/UA's own property without the extension schema that declares it: the mistake that is easiest to make."""

    def careless(_document: object, pdf: Any) -> None:
        declare_pdfua(_document, pdf)
        (metadata,) = (o for o in pdf.objects if getattr(o, "extra", {}).get("Type") == "/Metadata")
        xmp = b"".join(metadata.stream)
        metadata.stream = [re.sub(rb"<pdfaExtension:schemas>.*</pdfaExtension:schemas>", b"", xmp, flags=re.DOTALL)]

    assert rules(verapdf.validate(make(finisher=careless))) == {"3a 6.6.2.3.1-1", "3a 6.6.2.3.1-2"}


@pytest.mark.parametrize(
    ("faulty", "rule", "words"),
    [
        ({"head": ""}, "ua1 7.1-9", "dc:title"),
        ({"lang": ""}, "ua1 7.2-29", "Lang"),
        ({"body": f'<p>Hello <img src="{PIXEL}"></p>'}, "ua1 7.3-1", "alternat"),
        ({"body": "<h1>One</h1><h3>Three</h3>"}, "ua1 7.4.2-1", "heading"),
        ({"body": "<style>p {image-rendering: auto}</style><p>" + RASTER}, "3a 6.2.8-3", "Interpolate"),
    ],
    ids=["no title", "no language", "no alternative text", "a heading level left out", "a smoothed picture"],
)
def test_each_fault_is_named(faulty: dict[str, str], rule: str, words: str) -> None:
    findings = verapdf.validate(make(**faulty))
    assert rule in rules(findings), findings
    assert any(words in finding for finding in findings if finding.startswith(rule)), findings


def without(key: str) -> Callable[[object, Any], None]:
    """Give a finisher that leaves a key out of the catalogue."""

    def finisher(document: object, pdf: Any) -> None:
        declare_pdfua(document, pdf)
        del pdf.catalog[key]

    return finisher


@pytest.mark.parametrize(
    ("key", "rule"),
    [("OutputIntents", "3a 6.2.4.3-2"), ("Lang", "ua1 7.2-34"), ("StructTreeRoot", "ua1 7.1-11")],
)
def test_a_catalogue_without_what_it_needs_fails(key: str, rule: str) -> None:
    assert rule in rules(verapdf.validate(make(finisher=without(key))))


def test_a_finding_counts_its_places() -> None:
    body = f'<p><img src="{PIXEL}"></p>' * 3
    (finding,) = (f for f in verapdf.validate(make(body), ["ua1"]) if f.startswith("ua1 7.3-1"))
    assert " at root/" in finding
    assert finding.endswith(", and 2 more places")


@pytest.mark.parametrize("cut", [0, 9, 100, 2000, -1500, -10])
def test_a_truncated_file_is_a_finding_not_a_crash(good: bytes, cut: int) -> None:
    findings = verapdf.validate(good[:cut])
    assert findings
    assert all(re.match(r"(3a|ua1) (file|[\d.]+-\d+): \S", finding) for finding in findings), findings


def test_garbage_is_a_finding() -> None:
    assert rules(verapdf.validate(zlib.compress(b"not a PDF"))) == {"3a file", "ua1 file"}


def test_after_a_broken_file_a_good_one_passes(good: bytes) -> None:
    assert verapdf.validate(good[:2000])
    assert verapdf.validate(good) == []


def test_temporary_files_go(good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert verapdf.validate(good) == []
    assert verapdf.validate(good[:2000])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_flavour_is_refused(good: bytes) -> None:
    with pytest.raises(ValueError, match="9z"):
        verapdf.validate(good, ["9z"])


def test_absence_skips_and_fails_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_jvm", lambda: None)
    for value in ("", "token", "pdfsig,token"):
        monkeypatch.setenv("LETTERPRESS_REQUIRE", value)
        with pytest.raises(pytest.skip.Exception, match="Java"):
            verapdf.require()
    for value in ("all", "verapdf", "token, verapdf"):
        monkeypatch.setenv("LETTERPRESS_REQUIRE", value)
        with pytest.raises(pytest.fail.Exception, match=r"LETTERPRESS_REQUIRE asks for verapdf: .*Java"):
            verapdf.require()


def test_jaxb_is_known_by_its_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "JAR_FOLDERS", (str(tmp_path),))
    assert java.find_jaxb() == []
    (tmp_path / "jaxb-runtime.jar").write_bytes(b"no archive, or one of JAXB 4")
    assert java.find_jaxb() == []
    assert "jaxb" in verapdf.missing()
    assert "JAXB" in (verapdf.available() or "")


def test_the_command_line(good: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fine, broken = tmp_path / "fine.pdf", tmp_path / "broken.pdf"
    fine.write_bytes(good)
    broken.write_bytes(make(finisher=None))
    assert verapdf.main([str(fine)]) == 0
    assert verapdf.main([str(fine), str(broken)]) == 1
    assert f"{broken}: ua1 5-1: " in capsys.readouterr().out
    assert verapdf.main([str(tmp_path / "absent.pdf")]) == 2
    assert verapdf.main([]) == 2
