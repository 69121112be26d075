"""Says which marks a sheet bears, and draws them in black.

A mark of `sequence`, `page` or `wrap` is one binary digit: of the sheets of the job, of the sheets of the set, of the
sets of the job. `parity` makes the number of all marks even or odd.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from letterpress.codes import making, symbols
from letterpress.errors import FieldError, LetterpressError
from letterpress.inserters.values import Function, Matrix, Scheme, Sheet
from letterpress.page import Rectangle

ALWAYS = ("start", "benchmark", "safety", "retiming")
ENDS = ("boc", "not_boc", "eoc", "not_eoc", "insert")
COUNTS = ("sequence", "page", "wrap")
PT_PER_MM = 72 / 25.4


def printed(scheme: Scheme, sheet: Sheet) -> tuple[bool, ...]:
    """Say of each position whether its mark is printed.

    :returns: none at all, for a sheet that bears no marks.
    """
    if not _bears(scheme, sheet):
        return ()
    first, last = sheet.number == 1, sheet.number == sheet.sheets
    if scheme.reverse:
        first, last = last, first
    ends = {"boc": first, "not_boc": not first, "eoc": last, "not_eoc": not last, "insert": last}
    marks: list[bool | None] = []
    for function in scheme.functions:
        if function.name in ALWAYS:
            marks.append(True)
        elif function.name in ends:
            marks.append(ends[function.name])
        elif function.name == "feed":
            marks.append(function.which in sheet.feeds)
        elif function.name == "parity":
            marks.append(None)
        else:
            marks += _digits(function, sheet)
    number = sum(mark is True for mark in marks)
    parity = next((function.which for function in scheme.functions if function.name == "parity"), "even")
    wanted = (number % 2 == 1) == (parity == "even")
    return tuple(wanted if mark is None else mark for mark in marks)


def _bears(scheme: Scheme, sheet: Sheet) -> bool:
    if scheme.sheets == "first":
        return sheet.number == 1
    return scheme.sheets == "all" or sheet.number == sheet.sheets


def _digits(function: Function, sheet: Sheet) -> Iterator[bool]:
    count = {"sequence": sheet.sequence, "page": sheet.number - 1, "wrap": sheet.set - 1}[function.name]
    order = range(function.bits) if function.first == "lsb" else reversed(range(function.bits))
    yield from (bool(count >> at & 1) for at in order)


def matrix_text(matrix: Matrix, sheet: Sheet) -> str:
    """Fill in the text of a sheet's Data Matrix."""
    return matrix.content.format(**_known(sheet))


def _known(sheet: Sheet) -> dict[str, Any]:
    record: Any = int(sheet.record) if sheet.record.isdecimal() and sheet.record.isascii() else sheet.record
    return {**sheet._asdict(), "sheet": sheet.number, "record": record, "feeds": "".join(sorted(sheet.feeds))}


NAMES = ("sheet", *Sheet._fields[1:])
"""What the text of a Data Matrix may name."""
_TRIED = Sheet(99, 99, 9_999_999, 999_999, "999999", "KEY-12345678", "Job of 20 letters at")
"""As long as what they stand for usually is: the size of a Data Matrix is that of this one's."""


def wrong_text(content: str) -> str | None:
    """Say what is wrong with the text of a Data Matrix; None if nothing is."""
    try:
        parts = list(string.Formatter().parse(content))
        unknown = [name for _, name, _, _ in parts if name is not None and name not in NAMES]
        if unknown:
            return f"{{{unknown[0]}}} is none of {', '.join(NAMES)}"
        content.format(**_known(_TRIED))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return str(error)
    return None


@lru_cache(maxsize=512)
def _modules(text: str, side: int, module: float) -> tuple[Rectangle, ...]:
    symbol = symbols.Symbol("data-matrix", making.data_matrix(text, side), module)
    (layer,) = symbol.layers()
    return tuple(Rectangle(*(length * layer.unit for length in one)) for one in layer.rectangles)


@lru_cache(maxsize=64)
def _side(matrix: Matrix) -> int:
    """Modules of a side: the same for all sheets of a job, however long the text of one is."""
    return matrix.size or len(making.data_matrix(matrix_text(matrix, _TRIED)))


def matrix_side(scheme: Scheme) -> float:
    """Give the size of a scheme's Data Matrix in mm; 0 where it has none.

    :raises FieldError: the extra `codes` is not installed.
    """
    return _side(scheme.matrix) * scheme.matrix.module if scheme.matrix is not None else 0.0


def stay_free(scheme: Scheme) -> tuple[tuple[float, float, float, float, str], ...]:
    """Give what letters keep free of each sheet: x, y, width and height in mm, and why.

    :raises FieldError: the extra `codes` is not installed.
    """
    why = f"the marks of the inserting machine '{scheme.name}'"
    return tuple((box.x, box.y, box.width, box.height, why) for box in scheme.taken(matrix_side(scheme)))


def rectangles(scheme: Scheme, sheet: Sheet) -> tuple[Rectangle, ...]:
    """Give all that is drawn on a sheet, in mm from its top left corner.

    :raises LetterpressError: the text of its Data Matrix is longer than that holds.
    """
    found = [scheme.place(at) for at, mark in enumerate(printed(scheme, sheet)) if mark]
    matrix = scheme.matrix
    if matrix is not None and _bears(scheme, sheet):
        text, side = matrix_text(matrix, sheet), _side(matrix)
        try:
            modules = _modules(text, side, matrix.module)
        except FieldError as error:
            message = f"'{text}' cannot be a Data Matrix of {side} x {side} modules"
            hint = f"write a larger 'size' into [matrix] of the marks '{scheme.name}', or a shorter 'content'"
            about: dict[str, Any] = {"code": "inserter-matrix", "value": text}
            raise LetterpressError(message, record=sheet.record or None, hint=hint, **about) from error
        found += [Rectangle(one.x + matrix.x, one.y + matrix.y, one.width, one.height) for one in modules]
    return tuple(found)


def content(found: tuple[Rectangle, ...], box: tuple[float, float, float, float], rotation: int) -> bytes:
    """Write the operators that draw rectangles on a page, as an artifact, in DeviceGray.

    :param box: left, bottom, right and top of the sheet, in pt.
    :param rotation: by which the page is turned to be read, in degrees: 0, 90, 180 or 270.
    """
    if not found:
        return b""
    left, bottom, right, top = box
    k = PT_PER_MM
    matrix = {
        0: (k, 0, 0, -k, left, top),
        90: (0, k, k, 0, left, bottom),
        180: (-k, 0, 0, k, right, bottom),
        270: (0, -k, -k, 0, right, top),
    }[rotation % 360]
    rows = [b"/Artifact BMC q", b" ".join(map(_number, matrix)) + b" cm 0 g"]
    rows += [b" ".join(map(_number, one)) + b" re" for one in found]
    return b"\n".join([*rows, b"f Q EMC"])


def _number(value: float) -> bytes:
    return (f"{value:.4f}".rstrip("0").rstrip(".") or "0").encode()
