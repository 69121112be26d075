"""What four programs draw of a PDF: PDFium, Poppler, MuPDF and Ghostscript. For tests only.

A reader takes a file's bytes and gives the pixels of its first pages; what it cannot draw is `UNDRAWN`.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable

DPI = 30
PAGES = 4
UNDRAWN = b"not drawn"

Reader = Callable[[bytes], bytes]


def pdfium(pdf: bytes) -> bytes:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return UNDRAWN
    pages = []
    try:
        document.init_forms()
        for number in range(min(len(document), PAGES)):
            bitmap = document[number].render(scale=DPI / 72, grayscale=True)
            pages.append(b"%d %d " % (bitmap.width, bitmap.height) + bytes(bitmap.buffer))
    except pypdfium2.PdfiumError:
        pages.append(UNDRAWN)
    finally:
        document.close()
    return b"".join(pages)


def mupdf(pdf: bytes) -> bytes:
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pages = []
    try:
        with pymupdf.open(stream=pdf, filetype="pdf") as document:
            for number in range(min(len(document), PAGES)):
                picture = document[number].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
                pages.append(b"%d %d " % (picture.width, picture.height) + picture.samples)
    except Exception:  # MuPDF has an exception for each kind of damage
        pages.append(UNDRAWN)
    return b"".join(pages)


def poppler(pdf: bytes) -> bytes:
    return _command(pdf, "pdftoppm", "-q", "-gray", "-r", str(DPI), "-l", str(PAGES))


def ghostscript(pdf: bytes) -> bytes:
    options = ("-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pgmraw", f"-r{DPI}", f"-dLastPage={PAGES}")
    return _command(pdf, "gs", *options, "-sstdout=%stderr", "-sOutputFile=-")


def _command(pdf: bytes, *command: str) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        with contextlib.suppress(subprocess.TimeoutExpired):
            ran = subprocess.run([*command, file.name], capture_output=True, check=False, timeout=60)
            return ran.stdout or UNDRAWN
    return UNDRAWN


def available() -> dict[str, Reader]:
    """All readers that this machine has, by name."""
    found: dict[str, Reader] = {"PDFium": pdfium}
    if shutil.which("pdftoppm"):
        found["Poppler"] = poppler
    with contextlib.suppress(ImportError):
        import pymupdf  # noqa: F401

        found["MuPDF"] = mupdf
    if shutil.which("gs"):
        found["Ghostscript"] = ghostscript
    return found


def version(name: str) -> str:
    """The version of a reader, for the head of a table."""
    if name == "PDFium":
        import pypdfium2

        return f"{pypdfium2.PDFIUM_INFO}"
    if name == "MuPDF":
        import pymupdf

        return str(pymupdf.VersionBind)
    command = ["pdftoppm", "-v"] if name == "Poppler" else ["gs", "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return (ran.stdout or ran.stderr).split("\n")[0].split()[-1]
