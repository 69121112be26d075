"""Decides what the damage of a PDF costs: whether pages, or what is on them, are lost.

Most files that a strict reader complains about are drawn by every viewer as their author meant them: a complaint alone
loses nothing. Lost are pages that the file names and does not hold, content that is not there, breaks off or cannot be
unpacked, and what a viewer draws and qpdf's reading, which the letter takes, does not.

Not here: what a sound file may not bring into a letter (`left_out`).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.pdf import content, raster, structure
from letterpress.pdf.values import group, integer, is_array, is_group, is_stream

MAX_CONTENT = 100_000_000
"""Bytes of one page's content, unpacked: a drawing with two million lines."""
MAX_UNPACKED = 1_000_000_000
"""Bytes of all contents of a file, unpacked."""
MAX_DEPTH = 5_000
"""Objects, each inside the one before. qpdf copies them by recursion, and some 25,000 end the process."""
_MAX_ODD_BYTES = 2_000_000
"""Of a stream in a coding whose unpacked size is not known before: LZW, RunLength."""
_MAX_COMPARED, _PIXELS = 300, 160
_STEP = 16_384
_FLUSHED = b"\0\0\xff\xff"
_COLOURS = {"/DeviceRGB": 3, "/DeviceCMYK": 4}

_LOST_PAGE = re.compile(r"Pages tree includes non-dictionary object")
_EMPTIED = re.compile(r"treating stream as empty")
_SIZELESS = re.compile(r"object (\d+) (\d+)\b.*MediaBox is undefined")
"""Said of a page when the file is opened, and US Letter is put in then."""
_DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost."""

    page: int | None
    """The page, counted from 0; None: it may be any."""
    message: str
    """About the file, whose name stands before it: "breaks off on page 3"."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file."""

    losses: tuple[Loss, ...]
    missing: tuple[Loss, ...]
    """What a page draws and the file does not hold, though nothing else is wrong: every viewer leaves it out."""
    remark: str | None
    """What a strict reader says first; None: nothing."""
    alone: bool
    """Whether only one of two readers could read the file."""
    sizeless: frozenset[int] = frozenset()
    """The pages, counted from 0, of which the file does not say how large they are."""


def examine(pdf: Any, path: Path) -> Damage:
    """Look for damage in a file that qpdf has opened. Nothing in it is changed.

    :param pdf: pikepdf's, opened from `path`.
    :raises PdfError: it has no pages that can be found.
    """
    said = [str(warning) for warning in pdf.get_warnings()]
    named = integer((group(pdf.trailer, "/Root", "/Pages") or {}).get("/Count"))  # before the tree is repaired
    pages = [page.obj for page in pdf.pages]
    if _too_deep(pdf, pages):
        return Damage((Loss(None, "has objects nested too deeply to be taken over"),), (), None, False)
    sizeless, said = without_size(said, pages)
    losses, missing = _content_losses(pages)
    said += pdf.get_warnings()
    alone = False
    try:
        seen = raster.count(path)
    except raster.Unreadable:
        alone = True
    else:
        named = max(named or 0, seen)
    if named and named > len(pages):
        losses.append(Loss(None, f"names {named:,} pages, of which {len(pages):,} can be read"))
    if any(_LOST_PAGE.search(warning) for warning in said):
        losses.append(Loss(None, "has lost pages"))
    if said and not any(loss.page is None for loss in losses):
        losses, missing = [*losses, *missing], []
        losses += _repair_losses(pdf, path, len(pages), alone)
        said += pdf.get_warnings()
    return Damage(tuple(losses), tuple(missing), said[0] if said else None, alone, sizeless)


def without_size(said: Sequence[str], pages: Sequence[Any]) -> tuple[frozenset[int], list[str]]:
    """Return the pages that were given a size when the file was opened, and what else was said."""
    numbers = {page.objgen: number for number, page in enumerate(pages)}
    sizeless, rest = set(), []
    for warning in said:
        place = _SIZELESS.search(warning)
        number = numbers.get((int(place[1]), int(place[2]))) if place else None
        if number is None:
            rest.append(warning)
        else:
            sizeless.add(number)
    return frozenset(sizeless), rest


# --- how deep its objects lead ----------------------------------------------------------------------------------------


def _too_deep(pdf: Any, pages: Sequence[Any]) -> bool:
    """Tell whether copying the file would lead through too many objects, one inside the other.

    It goes the way of qpdf's copier: depth first, keys in order, each object once, and no further than a page.
    """
    if len(pdf.objects) <= MAX_DEPTH:
        return False
    stops = {page.objgen for page in pages}
    seen: set[Any] = set()
    for start in (*pages, pdf.Root.get("/StructTreeRoot"), pdf.Root.get("/OCProperties")):
        if not is_group(start):
            continue
        waiting = [(start, 1)]
        while waiting:
            value, depth = waiting.pop()
            if value.is_indirect:
                if value.objgen in seen or (depth > 1 and value.objgen in stops):
                    continue
                seen.add(value.objgen)
            if depth > MAX_DEPTH:
                return True
            below = list(value) if is_array(value) else [value.get(key) for key in sorted(value.keys())]
            waiting += [(item, depth + 1) for item in reversed(below) if is_group(item) or is_array(item)]
    return False


# --- what is on its pages ---------------------------------------------------------------------------------------------


def _content_losses(pages: Sequence[Any]) -> tuple[list[Loss], list[Loss]]:
    """Find contents that are not there, break off, or are too large; and what they draw that is not there."""
    losses: list[Loss] = []
    missing: list[Loss] = []
    seen: set[Any] = set()
    total = 0
    for number, page in enumerate(pages):
        streams = _contents(page)
        text, whole, known = b"", None not in streams, True
        for stream in filter(None, streams):
            data, complete = unpacked(stream, MAX_CONTENT - len(text))
            text += data + b"\n"
            whole = whole and complete
            known = known and _is_known(stream, data)
            if len(text) >= MAX_CONTENT:
                break
        total += len(text) + _forms(page, number, seen, losses)
        if len(text) >= MAX_CONTENT or total >= MAX_UNPACKED:
            much = MAX_CONTENT if len(text) >= MAX_CONTENT else MAX_UNPACKED
            message = f"holds more than {much // 1_000_000:,} MB of content on page {number + 1}, when unpacked"
            return [*losses, Loss(None, message)], missing
        if not whole:
            losses.append(Loss(number, f"breaks off on page {number + 1}: not all of its content is in the file"))
        elif known and (last := content.broken_off(text)):
            losses.append(Loss(number, f"breaks off on page {number + 1}: its content ends inside {last}"))
        missing += [
            Loss(number, f"has lost '{name}', which is drawn on page {number + 1}") for name in _undrawn(page, text)
        ]
    return losses, missing


def _forms(page: Any, number: int, seen: set[Any], losses: list[Loss]) -> int:
    """Return the size of the forms and patterns that a page draws with; add those that break off to the losses."""
    total = 0
    for part in structure.parts(page, seen):
        if is_stream(part) and (part.get("/Subtype") == "/Form" or part.get("/PatternType") == 1):
            data, complete = unpacked(part, MAX_CONTENT)
            total += len(data)
            if not complete or (_is_known(part, data) and content.broken_off(data)):
                losses.append(Loss(None, f"breaks off in what is drawn on page {number + 1}"))
    return total


def _is_known(stream: Any, data: bytes) -> bool:
    """Tell whether `data` is what the stream holds: some are not unpacked, and large ones not to their end."""
    return (bool(data) and len(data) < MAX_CONTENT) or not stream.get("/Length")


def _contents(page: Any) -> list[Any]:
    """Return the streams of a page's content; None for one that is named and is not in the file."""
    named = dict(page.items()).get("/Contents", ())  # its keys hide those whose object is not there, its items do not
    streams = named if is_array(named) else (named,) if named != () else ()
    return [stream if is_stream(stream) else None for stream in streams]


def unpacked(stream: Any, most: int) -> tuple[bytes, bool]:
    """Unpack a stream; tell whether all of it is there. Pictures and the like are not unpacked, and pass as whole.

    :param most: bytes; what is larger is cut off there, and passes as whole.
    """
    import pikepdf

    try:
        data = stream.read_raw_bytes()
        filters = stream.get("/Filter")
        names = [str(name) for name in (filters if is_array(filters) else (filters,)) if name is not None]
        if len(names) > 8:
            return b"", False
        for name in names:
            if name in ("/FlateDecode", "/Fl"):
                data, complete = _inflated(data, most)
                if not complete:
                    return data, False
            elif name in ("/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx") or (
                name in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL") and len(data) < _MAX_ODD_BYTES
            ):
                with pikepdf.new() as scratch:
                    data = pikepdf.Stream(scratch, data, Filter=pikepdf.Name(name)).read_bytes()[:most]
            else:
                return b"", True
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return b"", False
    return data, True


def _inflated(data: bytes, most: int) -> tuple[bytes, bool]:
    """Inflate a stream in zlib's form; tell whether it comes to its end.

    The sum behind the end is not looked at: many writers have it wrong, and viewers do not read it.
    """
    if not data:
        return b"", True
    head = len(data) > 1 and data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = bytearray()
    for at in range(2 if head else 0, len(data), _STEP):
        try:
            inflated += engine.decompress(data[at : at + _STEP], max(1, most - len(inflated)))
        except zlib.error:
            return bytes(inflated), False
        if engine.eof or len(inflated) >= most:
            return bytes(inflated), True
    return bytes(inflated), data.endswith(_FLUSHED)  # some writers, Acrobat among them, flush and never write an end


# --- what a repair has lost -------------------------------------------------------------------------------------------


def _repair_losses(pdf: Any, path: Path, pages: int, alone: bool) -> Iterator[Loss]:
    """Find what qpdf has lost of a file that is not in order: it is written anew, and both are drawn."""
    import pikepdf

    file = io.BytesIO()
    try:
        pdf.save(file, fix_metadata_version=False)
    except (pikepdf.PdfError, RuntimeError):
        yield Loss(None, "cannot be written anew")
        return
    if any(_EMPTIED.search(str(warning)) for warning in pdf.get_warnings()):
        yield Loss(None, "has lost the end of a part")
    if any(_half_picture(it) for it in pdf.objects if is_stream(it) and it.get("/Subtype") == "/Image"):
        yield Loss(None, "has lost the end of a picture")
    step = max(1, -(-pages // _MAX_COMPARED))
    chosen = range(0, pages, step)
    ours = raster.small(file.getvalue(), chosen, pixels=_PIXELS)
    theirs = iter(()) if alone else raster.small(path, chosen, pixels=_PIXELS)
    try:
        for number in chosen:
            repaired, before = next(ours), next(theirs, None)
            if repaired is None:
                yield Loss(number, f"has a page {number + 1} that cannot be drawn")
            elif before is not None and before != repaired:
                yield Loss(number, f"is read in two ways: programs draw page {number + 1} differently")
    except raster.Unreadable:
        yield Loss(None, "cannot be repaired")


def _half_picture(stream: Any) -> bool:
    """Tell whether a picture's data breaks off before its last row, as far as that can be known."""
    sides = [integer(stream.get(key)) or 0 for key in ("/Width", "/Height", "/BitsPerComponent")]
    space = stream.get("/ColorSpace")
    bits = sides[0] * max(1, sides[2]) * _COLOURS.get(str(space) if not is_array(space) else "", 1)
    size = min(sides[1] * -(-bits // 8), MAX_CONTENT)
    data, complete = unpacked(stream, size)
    return not complete and len(data) < size


def _undrawn(page: Any, text: bytes) -> list[str]:
    """Name what a page's content draws and its resources do not have."""
    names = [name.decode("latin-1") for name in dict.fromkeys(_DRAWN.findall(text))]
    if not names:
        return []
    above = page
    for _ in range(100):
        if "/Resources" in above or not is_group(above.get("/Parent")):
            break
        above = above.Parent
    there = group(above, "/Resources", "/XObject")
    known = set() if there is None else {key for key, value in there.items() if is_group(value)}
    return [name for name in names if f"/{name}" not in known and "#" not in name]
