"""The libraries of the extra `codes`, which are known to this module alone and loaded when a code is made.

Encoders: zint (codes of bars, Data Matrix) and segno (QR). Numbers with check digits: python-stdnum. The text of a
Swiss payment code: qrbill.

Not here: what is encoded (`postal`, `payment`, `swiss`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from letterpress.errors import FieldError


class NotEncoded(Exception):
    """A library does not take a content; the message says why, in its words."""


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        message = f"codes need the Python package '{name.partition('.')[0]}', which is not installed"
        hint = "pip install 'letterpress[codes]'"
        raise FieldError(message, hint, code="codes-missing", value=name.partition(".")[0]) from error


# --- encoders ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def bars(symbology: str, content: str) -> str:
    """Encode a code of bars of four states, as `FADT`.

    :param symbology: as zint calls it.
    :raises NotEncoded: the content is none of this code.
    """
    rows = _zint(symbology, content)
    above, _, below = rows
    states = {("1", "1"): "F", ("1", "0"): "A", ("0", "1"): "D", ("0", "0"): "T"}
    return "".join(states[pair] for pair in zip(above[::2], below[::2], strict=True))


@lru_cache(maxsize=256)
def data_matrix(content: str, symbology: str) -> tuple[str, ...]:
    """Encode a Data Matrix, as rows of modules.

    :raises NotEncoded: it holds no such content.
    """
    return _zint(symbology, content)


def _zint(symbology: str, content: str) -> tuple[str, ...]:
    zint = _library("zint")
    symbol = zint.Symbol()
    symbol.symbology = getattr(zint.Symbology, symbology)
    if symbology == "DATAMATRIX":
        symbol.option_3 = zint.DataMatrixOptions.SQUARE
    try:
        symbol.encode(content)
    except RuntimeError as error:
        raise NotEncoded(str(error).partition(": ")[2] or str(error)) from error
    data = symbol.encoded_data
    stride, plain = data.strides[0], bytes(data)
    return tuple(
        "".join("1" if plain[row * stride + at // 8] >> at % 8 & 1 else "0" for at in range(symbol.width))
        for row in range(symbol.rows)
    )


@lru_cache(maxsize=256)
def qr(content: str, level: str, encoding: str | None = None, most: int = 40) -> tuple[str, ...]:
    """Encode a QR code, as rows of modules; its mode, version and mask are the smallest and best.

    :param level: of error correction: L, M, Q, H.
    :param most: the largest version that may be made.
    :raises NotEncoded: it holds no such content.
    """
    segno = _library("segno")
    try:
        made = segno.make_qr(content, error=level, boost_error=False, encoding=encoding)
    except (ValueError, UnicodeError) as error:
        raise NotEncoded(str(error)) from error
    if made.version > most:
        raise NotEncoded(f"it would be of version {made.version}, and {most} is the largest")
    return tuple("".join("1" if dark else "0" for dark in row) for row in made.matrix)


# --- numbers with check digits ----------------------------------------------------------------------------------------


def iban(text: str) -> str | None:
    """Give an IBAN without blanks; None if it is none."""
    return _valid("stdnum.iban", text)


def bic(text: str) -> str | None:
    """Give a BIC without blanks; None if it is none."""
    return _valid("stdnum.bic", text)


def creditor_reference(text: str) -> str | None:
    """Give an ISO 11649 reference (RF ...) without blanks; None if it is none."""
    return _valid("stdnum.iso11649", text)


def swiss_reference(text: str) -> str | None:
    """Give a QR reference as its 27 digits; None if it is none."""
    found = _valid("stdnum.ch.esr", text)
    return found.zfill(27) if found is not None else None


def _valid(module: str, text: str) -> str | None:
    library = _library(module)
    errors = _library("stdnum.exceptions")
    try:
        found: str = library.validate(text)
    except errors.ValidationError:
        return None
    return found


# --- the Swiss payment code -------------------------------------------------------------------------------------------


def swiss_payload(given: Mapping[str, Any]) -> str:
    """Write the text of a Swiss payment code.

    :param given: arguments of `qrbill.QRBill`.
    :raises NotEncoded: one of them is none.
    """
    qrbill = _library("qrbill")
    try:
        text: str = qrbill.QRBill(**given).qr_data()
    except ValueError as error:
        raise NotEncoded(str(error)) from error
    return text
