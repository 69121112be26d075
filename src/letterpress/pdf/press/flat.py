"""Makes PDF/X-1a:2003 of a press copy: PDF 1.4, without transparency, layers and structure.

It has inks alone already. What is transparent is flattened where that is plain, and named where it is not. What the
file said of PDF/A and PDF/UA goes, with the tags: it is neither, and says nothing of them.

Not here: how transparency is flattened (`flattening`), how colours become inks (`separation`, `foreign`).
Source: ISO 15930-4:2003; ISO 32000-1, table 126 (programs of fonts). Objects are pikepdf's.
"""

from __future__ import annotations

import io
import logging
import struct
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.pdf.press import flattening, graphics, standards
from letterpress.pdf.press.spaces import Unprintable
from letterpress.pdf.values import array, group, groups, is_array, is_group, is_stream

_CATALOG = frozenset(
    "/Type /Pages /OutputIntents /Outlines /PageLabels /PageMode /PageLayout /ViewerPreferences /Lang /Names".split()
)
_PAGE = ("/Group", "/StructParents", "/Tabs", "/Metadata", "/UserUnit", "/AF", "/PieceInfo")
_SAYS = ("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped")
_OPENTYPE = b"OTTO"


def written(pdf: bytes, *, claimed: bool = True) -> bytes:
    """Write a press copy as PDF/X-1a.

    :param claimed: whether it is that; else an enclosure that could not be converted stays as it is, and the file
        claims nothing.
    :raises LetterpressError: with all of it that cannot be.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as file:
        if claimed:
            _flatten(pikepdf, file)
        for item in file.objects:
            _mend(pikepdf, file, item)
        _say(pikepdf, file, claimed)
        made = io.BytesIO()
        file.save(
            made,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            force_version=standards.X1A_VERSION.decode() if claimed else "",
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
        return made.getvalue()


def _flatten(pike: Any, file: Any) -> None:
    found: list[tuple[int, str]] = []
    for number, page in enumerate(file.pages, start=1):
        try:
            _refuse(page.obj.get("/Resources"), set())
            if graphics.is_transparent(page.obj.get("/Resources")):
                flattening.flatten(pike, file, page.obj)
        except Unprintable as error:
            found.append((number, str(error)))
        except Exception as error:  # any object may stand in any place of what a foreign file drew
            logging.getLogger("letterpress").debug("a page cannot be flattened", exc_info=True)
            found.append((number, f"something that is not understood ({type(error).__name__})"))
        if page.obj.get("/UserUnit", 1) != 1:
            found.append((number, "a unit of length of its own (UserUnit)"))
        for key in _PAGE:
            if key in page.obj:
                del page.obj[key]
    hidden = group(file.Root, "/OCProperties", "/D")
    if hidden is not None and (array(hidden, "/OFF") or str(hidden.get("/BaseState", "/ON")) != "/ON"):
        found.append((0, "layers that are not shown"))
    if found:
        raise LetterpressError(_fault(number, what) for number, what in found)


def _fault(number: int, what: str) -> Diagnostic:
    """Make the fault of something that PDF/X-1a has not.

    :param number: of the page; 0: it is of the whole file.
    """
    where = f"page {number}" if number else "the file"
    message = f"{where} has {what}, which PDF/X-1a does not take"
    hint = "choose --profile press (PDF/X-4), or have it drawn without"
    params = (("page", number), ("has", what))
    return Diagnostic(message=message, field="profile", hint=hint, code="press-transparent", params=params)


def _refuse(resources: Any, seen: set[Any]) -> None:
    """:raises Unprintable: something is drawn with that PDF 1.4 does not have, or PDF/X-1a forbids."""
    for _, item in (*groups(resources, "/XObject"), *groups(resources, "/Pattern")):
        if item.is_indirect:
            if item.objgen in seen:
                continue
            seen.add(item.objgen)
        filters = item.get("/Filter")
        names = [str(one) for one in filters] if is_array(filters) else [str(filters)]
        if "/JBIG2Decode" in names or "/JPXDecode" in names:
            raise Unprintable(f"an image that is packed as {'JBIG2' if '/JBIG2Decode' in names else 'JPEG 2000'}")
        if item.get("/BitsPerComponent") == 16:
            raise Unprintable("an image of 16 bits a colour")
        if str((group(item, "/OC") or {}).get("/Type")) == "/OCMD":
            raise Unprintable("layers that depend on each other")
        _refuse(group(item, "/Resources"), seen)


def _mend(pike: Any, file: Any, item: Any) -> None:
    """Take out of an object what PDF 1.4 does not have."""
    if not is_group(item):
        return
    for key in ("/StructParent", "/StructParents", "/OC", "/Metadata"):
        if key in item and item is not file.Root:
            del item[key]
    if is_stream(item) and str(item.get("/Subtype")) == "/Form" and "/Group" in item:
        del item["/Group"]
    program = item.get("/FontFile3") if str(item.get("/Type")) == "/FontDescriptor" else None
    if program is not None and is_stream(program) and str(program.get("/Subtype")) == "/OpenType":
        _bare(pike, file, item, program)
    if str(item.get("/Subtype")) == "/CIDFontType0" and "/CIDToGIDMap" in item:
        del item["/CIDToGIDMap"]


def _bare(pike: Any, file: Any, descriptor: Any, program: Any) -> None:
    """Embed a font of OpenType as PDF 1.4 has it: the bare CFF, or TrueType as it is."""
    data = bytes(program.read_bytes())
    if not data.startswith(_OPENTYPE):
        descriptor.FontFile2 = file.make_stream(data, Length1=len(data))
        del descriptor["/FontFile3"]
        return
    tables = struct.unpack_from(">H", data, 4)[0]
    for at in range(tables):
        name, _, begin, length = struct.unpack_from(">4sIII", data, 12 + 16 * at)
        if name == b"CFF ":
            kind = pike.Name.CIDFontType0C
            descriptor.FontFile3 = file.make_stream(data[begin : begin + length], Subtype=kind)
            return


def _say(pike: Any, file: Any, claimed: bool) -> None:
    """Let the file say what it is, and nothing more."""
    for key in list(file.Root.keys()):
        if key not in _CATALOG:
            del file.Root[key]
    if "/Names" in file.Root:
        places = group(file.Root.Names, "/Dests")
        if places is None:
            del file.Root["/Names"]
        else:
            file.Root.Names = pike.Dictionary(Dests=places)
    kept = [intent for intent in array(file.Root, "/OutputIntents") if str(intent.get("/S")) == "/GTS_PDFX"]
    if kept:
        file.Root.OutputIntents = pike.Array(kept)
    elif "/OutputIntents" in file.Root:
        del file.Root["/OutputIntents"]
    about = file.docinfo
    for key in list(about.keys()):
        if key not in _SAYS:
            del about[key]
    if claimed:
        about.Trapped = pike.Name("/False")
        about.GTS_PDFXVersion = about.GTS_PDFXConformance = pike.String(standards.X1A)
