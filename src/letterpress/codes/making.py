"""Makes a code of what a letter gives, or says which value is wrong.

Not here: how the letter's texts get their values (`filling.codes`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from letterpress.code import Code, CodeSpec
from letterpress.codes import libraries, payment, postal, swiss
from letterpress.codes.catalogue import Kind, kinds
from letterpress.codes.given import Given as Given
from letterpress.codes.given import Wrong as Wrong
from letterpress.codes.symbols import Symbol

_POSTAL: Mapping[str, Callable[[Given], str]] = {
    "imb": postal.imb,
    "rm4scc": postal.rm4scc,
    "mailmark-c": partial(postal.mailmark, supply_chain=2),
    "mailmark-l": partial(postal.mailmark, supply_chain=6),
    "kix": postal.kix,
    "japan-post": postal.japan_post,
    "australia-post": postal.australia_post,
}
_LEAST, _MOST = 0.25, 2.0
"""mm of a module: what a reader sees, and what fits a letter."""


def make(spec: CodeSpec, given: Given, field: str) -> Code:
    """Make a code.

    :param field: path of the field that asks for it.
    :raises Wrong: a value is none that it can be made of.
    :raises FieldError: a library is missing.
    """
    kind = kinds()[spec.kind]
    slip = None
    if kind.name in _POSTAL:
        content = _POSTAL[kind.name](given)
        symbol = Symbol(kind.name, (postal.encoded(content, kind.symbology),))
    elif kind.name == "swiss-qr-bill":
        content, slip = swiss.slip(given)
        rows = _qr(content, "M", 25)
        symbol = Symbol(kind.name, rows, kind.fixed / len(rows))
    else:
        content, rows = _matrix(kind, given)
        symbol = Symbol(kind.name, rows, _module(given, kind))
    return Code(
        kind=kind.name,
        place=spec.place or "",
        alt=spec.alt or kind.title,
        symbol=symbol.text,
        width=symbol.width,
        height=symbol.height,
        clear=symbol.clear,
        content=content,
        field=field,
        slip=slip,
        payment=payment.asked(kind.name, given),
    )


def _matrix(kind: Kind, given: Given) -> tuple[str, tuple[str, ...]]:
    if kind.name == "epc":
        content = payment.epc(given)
        return content, _qr(content, "M", payment.EPC_VERSION)
    if kind.name == "spayd":
        content = payment.spayd(given)
        return content, _qr(content, "M", 40)
    content = given.needed("content", "add 'content:' to the code")
    if kind.name == "qr":
        level = given.matching("level", "[LMQH]", "L, M, Q or H", default="M")
        return content, _qr(content, level, 40)
    return content, data_matrix(content)


def data_matrix(content: str, side: int | None = None) -> tuple[str, ...]:
    """Encode a text as a Data Matrix, by itself: its rows, `1` for a dark module.

    :param side: modules of a side; None: as few as the text needs.
    :raises Wrong: it cannot be encoded.
    :raises FieldError: the library is missing.
    """
    try:
        return libraries.data_matrix(content, side)
    except libraries.NotEncoded as error:
        raise _unencodable(content, error) from error


def _qr(content: str, level: str, most: int) -> tuple[str, ...]:
    try:
        return libraries.qr(content, level, most)
    except libraries.NotEncoded as error:
        raise _unencodable(content, error) from error


def _unencodable(content: str, error: libraries.NotEncoded) -> Wrong:
    shown = content if len(content) <= 40 else f"{content[:40]}..."
    return Wrong("content", f"'{shown}' cannot be encoded: {error}", code="code-unencodable", value=shown)


def _module(given: Given, kind: Kind) -> float:
    text = given.text("module").removesuffix("mm").strip()
    if not text:
        return kind.module
    try:
        size = float(text)
    except ValueError:
        size = 0.0
    if not _LEAST <= size <= _MOST:
        message = f"'{text}' is no size of a module"
        hint = f"from {_LEAST} to {_MOST:g} mm, such as 0.5mm"
        raise Wrong("module", message, hint, code="code-value-invalid", value=text)
    return size
