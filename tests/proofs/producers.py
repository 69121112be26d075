"""Good files of usual producers, signed: none of them may be refused, and hardly any be called odd.

`python -m tests.proofs.producers` (`make proof-producers`) makes all of them, as far as the programs are there (ReportLab and
MuPDF are Python packages of the extra `proof`; Ghostscript, Poppler and LibreOffice are commands), and prints a table.
The suite takes a dozen.
"""

from __future__ import annotations

import collections
import datetime
import functools
import io
import itertools
import platform
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from letterpress.signing import LEVELS, sign, strict, verify
from letterpress.signing import fields as signing_fields
from tests.support import mutations, signing
from tests.support.mutations import AUTHORITY

HTML = "<html lang=en><title>The bridge</title><h1>The bridge</h1><p>It carries 4,100 people a day.</p>" * 2


class Good(NamedTuple):
    """A signed file that is as its producer writes such files."""

    name: str
    pdf: bytes


# --- what producers write ---


@functools.cache
def weasyprint() -> bytes:
    from weasyprint import HTML as Document

    return bytes(Document(string=HTML).render(font_config=signing.font_configuration()).write_pdf())


def reportlab() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    output = io.BytesIO()
    canvas = Canvas(output)
    for page in range(2):
        canvas.drawString(72, 720, f"The bridge, page {page + 1}")
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def ghostscript(*options: str) -> bytes:
    return _converted(
        "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", *options, "-sOutputFile={out}", "{in}"
    )


def cairo() -> bytes:
    return _converted("pdftocairo", "-pdf", "{in}", "{out}")


def _converted(*command: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdf"), Path(folder, "out.pdf")
        source.write_bytes(weasyprint())
        words = [word.format_map({"in": source, "out": target}) for word in command]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        return target.read_bytes()


def libreoffice() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.html").write_text(HTML)
        command = [
            "soffice",
            "--headless",
            "--convert-to",
            "pdf:writer_web_pdf_Export",
            "--outdir",
            folder,
            f"{folder}/in.html",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return Path(folder, "in.pdf").read_bytes()


def pdfium(version: int) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(weasyprint())
    output = io.BytesIO()
    document.save(output, version=version)
    document.close()
    return output.getvalue()


def mupdf(*, incremental: bool = False, **options: int) -> bytes:
    import pymupdf

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.pdf")
        path.write_bytes(weasyprint())
        with pymupdf.open(path) as document:
            if not incremental:
                return bytes(document.tobytes(**options))
            document[0].add_highlight_annot(pymupdf.Rect(50, 50, 200, 80))
            document.saveIncr()
        return path.read_bytes()


def qpdf(**options: object) -> bytes:
    return mutations.saved(weasyprint(), **options)


MODES = pikepdf.ObjectStreamMode
Maker = Callable[[], bytes]

IN_SUITE: dict[str, Maker] = {
    "WeasyPrint": weasyprint,
    "qpdf, tables": functools.partial(qpdf, object_stream_mode=MODES.disable),
    "qpdf, object streams": functools.partial(qpdf, object_stream_mode=MODES.generate),
    "qpdf, linearized": functools.partial(qpdf, object_stream_mode=MODES.disable, linearize=True),
    "qpdf, linearized, object streams": functools.partial(qpdf, object_stream_mode=MODES.generate, linearize=True),
    "Cairo": cairo,
    "PDFium": functools.partial(pdfium, 17),
}
PRODUCERS: dict[str, Maker] = IN_SUITE | {
    "qpdf, QDF": functools.partial(qpdf, object_stream_mode=MODES.disable, qdf=True),
    "qpdf, QDF, object streams": functools.partial(qpdf, object_stream_mode=MODES.generate, qdf=True),
    "PDFium 1.4": functools.partial(pdfium, 14),
    "ReportLab": reportlab,
    "Ghostscript": ghostscript,
    "Ghostscript, PDF 1.4": functools.partial(ghostscript, "-dCompatibilityLevel=1.4"),
    "Ghostscript, fast web view": functools.partial(ghostscript, "-dFastWebView=true"),
    "MuPDF": mupdf,
    "MuPDF, garbage-collected": functools.partial(mupdf, garbage=4, deflate=1, clean=1),
    "MuPDF, object streams": functools.partial(mupdf, garbage=3, use_objstms=1),
    "MuPDF, incremental": functools.partial(mupdf, incremental=True),
    "LibreOffice": libreoffice,
}


# --- who signs them ---


@functools.cache
def signer() -> signers.SimpleSigner:
    key = AUTHORITY.signer(mutations.ADA)
    plain = serialization.NoEncryption()
    der = key.private.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(AUTHORITY.der))
    return signers.SimpleSigner(x509.Certificate.load(key.chain[0]), asn1_keys.PrivateKeyInfo.load(der), store)


def with_fields(pdf: bytes) -> bytes:
    """The file with two invisible places for signatures."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for number in (1, 2):
        fields.append_signature_field(writer, fields.SigFieldSpec(f"place-{number}"))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def by_pyhanko(pdf: bytes, place: str) -> bytes:
    """The file signed by pyHanko as it comes, in that place."""
    meta = signers.PdfSignatureMetadata(field_name=place, subfilter=fields.SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(signers.PdfSigner(meta, signer()).sign_pdf(writer).getvalue())


def time_stamped(pdf: bytes, url: str) -> bytes:
    """The file with a document time stamp of pyHanko's."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stamper = PdfTimeStamper(HTTPTimeStamper(f"{url}/tsa"))
    return bytes(stamper.timestamp_pdf(writer, "sha256").getvalue())


def over(name: str, made: bytes, url: str, *, few: bool = False) -> Iterator[Good]:
    """What pyHanko makes of a producer's file: signatures, validation data, time stamps."""
    one = by_pyhanko(made, "new-1")
    yield Good(f"pyHanko over {name}: one", one)
    if few:
        return
    two = by_pyhanko(by_pyhanko(with_fields(made), "place-1"), "place-2")
    yield Good(f"pyHanko over {name}: two", two)
    yield Good(f"pyHanko over {name}: one, validation data", mutations.updated(one, mutations.validation_data))
    yield Good(f"pyHanko over {name}: one, time stamp", time_stamped(one, url))
    stored = mutations.updated(two, mutations.validation_data)
    yield Good(f"pyHanko over {name}: two, validation data, time stamp", time_stamped(stored, url))


def by_letterpress(url: str, *, few: bool = False) -> Iterator[Good]:
    """Letters of our own with one to five signatures, of each level, with stamps and without."""
    letters = {"as rendered": signing.render(signing.PEOPLE, paragraphs=1)}
    letters["with a table"] = mutations.with_table(letters["as rendered"])
    for (how, letter), level, stamp in itertools.product(letters.items(), LEVELS, (mutations._stamp, None)):
        if few and (stamp is None or level not in ("B-B", "B-LTA")):
            continue
        pdf = letter
        for number, (name, _) in enumerate(signing.PEOPLE[: 1 if few else 5], 1):
            tsa = None if level == "B-B" else f"{url}/tsa"
            pdf = sign(pdf, field=name, signer=AUTHORITY.signer(name), level=level, tsa=tsa, stamp=stamp).pdf
            yield Good(f"letterpress {how}, {level}, {'stamp' if stamp else 'no stamp'}: {number}", pdf)


def good(url: str) -> Iterator[Good]:
    """All good files that can be made here; what cannot is said on stderr."""
    yield from by_letterpress(url)
    for name, make in PRODUCERS.items():
        try:
            made = make()
        except (ImportError, FileNotFoundError) as error:
            print(f"left out: {name}: {error}", file=sys.stderr)
            continue
        yield from over(name, made, url)


def a_dozen(url: str) -> Iterator[Good]:
    """What the suite checks."""
    yield from by_letterpress(url, few=True)
    for name, make in IN_SUITE.items():
        yield from over(name, make(), url, few=name != "qpdf, linearized, object streams")


def judged(file: Good) -> tuple[str, str]:
    """What the strict reading and `verify` say of a good file: a word, and the reason if it is a wrong one."""
    report = strict.check(file.pdf, [*signing_fields.signed_ends(signing_fields.open_pdf(file.pdf)).values()])
    verdict = verify(file.pdf, [AUTHORITY.der])
    if report.faults:
        return "REFUSED", report.faults[0].sentence()
    if not verdict.valid:
        reasons = [reason for one in (*verdict.signatures, *verdict.timestamps) for reason in one.reasons]
        return "not valid for another reason", (*verdict.problems, *reasons)[0]
    return ("note", report.notes[0].sentence()) if report.notes else ("clean", "")


def main() -> int:
    warnings.simplefilter("ignore")
    services = signing.Services(AUTHORITY)
    rows = [(file.name, *judged(file)) for file in good(services.url)]
    services.close()
    tools = [f"{name}: {shutil.which(name) is not None}" for name in ("gs", "pdftocairo", "soffice")]
    print(
        f"{datetime.date.today()}, {platform.machine()}, {platform.system()}, {', '.join(tools)}: {len(rows)} files\n"
    )
    print("| producer | files | clean | note | not valid for another reason | REFUSED |\n|---|---|---|---|---|---|")
    by_name: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for name, word, _ in rows:
        by_name[name.partition(":")[0]][word] += 1
        by_name["all"][word] += 1
    for name, words in by_name.items():
        cells = [words[word] for word in ("clean", "note", "not valid for another reason", "REFUSED")]
        print(f"| {name} | {words.total()} | " + " | ".join(map(str, cells)) + " |")
    for name, word, reason in rows:
        if word != "clean":
            print(f"{word}: {name}: {reason[:300]}")
    return bool(by_name["all"]["REFUSED"])


if __name__ == "__main__":
    sys.exit(main())
