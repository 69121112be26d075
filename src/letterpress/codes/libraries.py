"""The libraries of the extra `codes`, which are known to this module alone and loaded when a code is made.

Encoder: zint. Numbers with check digits: python-stdnum. The text of a Swiss payment code: qrbill.

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


_SQUARES = (10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52)
"""Modules of a side of the square symbols, as zint numbers them from 1."""


@lru_cache(maxsize=256)
def data_matrix(content: str, side: int | None = None) -> tuple[str, ...]:
    """Encode a Data Matrix, as rows of modules.

    :param side: modules of a side; None: as few as the content needs.
    :raises NotEncoded: it holds no such content.
    """
    if side is None:
        return _zint("DATAMATRIX", content, option_3=_library("zint").DataMatrixOptions.SQUARE)
    return _zint("DATAMATRIX", content, option_2=_SQUARES.index(side) + 1)


@lru_cache(maxsize=256)
def qr(content: str, level: str, most: int = 40) -> tuple[str, ...]:
    """Encode a QR code, as rows of modules: UTF-8 without a mark that says so, as payments ask for and readers expect.

    :param level: of error correction: L, M, Q, H.
    :param most: the largest version that may be made.
    :raises NotEncoded: it holds no such content.
    """
    # In zint's mode for bytes they are written as they are; of a text it would make Latin-1, or mark it as UTF-8.
    as_bytes = _library("zint").InputMode(0)
    rows = _zint("QRCODE", content.encode(), option_1="LMQH".index(level) + 1, input_mode=as_bytes)
    version = (len(rows) - 17) // 4
    if version > most:
        raise NotEncoded(f"it would be of version {version}, and {most} is the largest")
    return rows


def _zint(symbology: str, content: str | bytes, **options: Any) -> tuple[str, ...]:
    zint = _library("zint")
    symbol = zint.Symbol()
    symbol.symbology = getattr(zint.Symbology, symbology)
    for name, value in options.items():
        setattr(symbol, name, value)
    try:
        symbol.encode(content)
    except RuntimeError as error:
        raise NotEncoded(str(error).partition(": ")[2] or str(error)) from error
    data = symbol.encoded_data
    stride, width = data.strides[0], symbol.width
    plain = bytes(data)
    rows = (int.from_bytes(plain[at : at + stride], "little") for at in range(0, symbol.rows * stride, stride))
    return tuple(f"{row:0{width}b}"[::-1][:width] for row in rows)


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


def is_vat_id(text: str) -> bool | None:
    """Say whether a VAT id of the European Union, Great Britain or Switzerland can be one; None: it is of elsewhere.

    :param text: in capitals, with its country and without blanks, stops and hyphens.
    """
    if text[:2] == "CH":
        return _valid("stdnum.ch.uid", text[:12]) is not None
    if text[:2] == "GB":
        return _valid("stdnum.gb.vat", text) is not None
    if text[:2].lower() not in _library("stdnum.eu.vat").MEMBER_STATES | {"el", "xi"}:
        return None
    return _valid("stdnum.eu.vat", text) is not None


def has_check_digits(text: str) -> bool:
    """Say whether the last two figures check the others, letters as two figures each (ISO/IEC 7064, MOD 97-10)."""
    found: bool = _library("stdnum.iso7064.mod_97_10").is_valid(text)
    return found


@lru_cache(maxsize=1024)
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
