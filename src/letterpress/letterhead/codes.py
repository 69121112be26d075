"""Where a letter's codes stand in a letterhead, and what its templates see of them.

A code stands where its kind does, or where the letter says: in the address's field below the lines, in the information
block, at the letter's end; a payment slip at the foot of the last page, or on a page of its own.

Not here: the places of the standard (`standards`), and whether a code has its room (`layout.codes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from letterpress.code import Code, Slip
from letterpress.codes import catalogue, swiss
from letterpress.errors import Diagnostic
from letterpress.model import Filled
from letterpress.templating.filters import Own, Values

if TYPE_CHECKING:
    from letterpress.letterhead.standards import Standard

_IN_FLOW = "end"
_NAMED_BELOW = ("file", "conformed")
"""Copies whose name stands at the foot of each page, where a payment slip would be."""


def context(filled: Filled, standard: Standard | None, given: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """Give the names and values of a letter's codes: what is drawn apart, since it may be another in each letter.

    :param copy: kind of copy.
    """
    if not filled.codes:
        return _NONE
    places: dict[str, list[dict[str, Any]]] = {}
    slips = []
    for at, code in enumerate(filled.codes):
        place = _place(code, filled, standard, given, copy)
        seen = _seen(code, at)
        if code.slip is None:
            places.setdefault(place, []).append(seen)
        else:
            lang = code.slip.lang
            slips.append({**seen, "own_page": place == "page", "lang": lang, "labels": dict(swiss.headings(lang))})
    texts = tuple(_texts(code.slip) for code in filled.codes if code.slip is not None)
    return {
        "codes": _values(places),
        "code_symbols": tuple(code.symbol for code in filled.codes),
        "slips": slips,
        "slip_texts": texts,
    }


def _values(places: Mapping[str, Any]) -> Values:
    return Values("codes", places, ("address", "info", "end"))


_NONE: dict[str, Any] = {"codes": _values({}), "code_symbols": (), "slips": [], "slip_texts": ()}


def _seen(code: Code, at: int) -> dict[str, Any]:
    return {
        "at": at,
        "url": Own(f"code:{at + 1}"),
        "kind": Own(code.kind),
        "alt": code.alt,
        "field": Own(code.field),
        "width": code.width,
        "height": code.height,
        "beside": code.clear[0],
        "above": code.clear[1],
    }


def _texts(slip: Slip) -> tuple[Any, ...]:
    """What a slip says: account, creditor, debtor, reference, information, currency, amount."""
    return slip.account, slip.creditor, slip.debtor, slip.reference, slip.information, slip.currency, slip.amount


def _place(code: Code, filled: Filled, standard: Standard | None, given: Mapping[str, Any], copy: str) -> str:
    if code.place:
        return code.place
    if code.slip is not None:
        footed = filled.sender is not None and filled.sender.foot and given.get("foot") != "none"
        return "page" if footed or copy in _NAMED_BELOW else "slip"
    own = catalogue.kinds()[code.kind].places[0]
    return _IN_FLOW if own == "info" and not _has_info(standard, given) else own


def _has_info(standard: Standard | None, given: Mapping[str, Any]) -> bool:
    return standard is not None and standard.info is not None and given.get("references") == "block"


def unprinted(html: str, filled: Filled, letterhead: str) -> Iterator[Diagnostic]:
    """Find codes that a letterhead's own templates have left out.

    :param html: the letter's page.
    """
    for code in filled.codes:
        if f'data-field="{code.field}"' not in html:
            yield Diagnostic(
                message=f"the letterhead '{letterhead}' has no place for the code",
                field=code.field,
                hint="write 'place: end' where the code may stand there, or choose another letterhead",
                code="code-place",
                value=code.kind,
                params=(("letterhead", letterhead),),
            )


def check(filled: Filled, standard: Standard | None, given: Mapping[str, Any], paper: str) -> Iterator[Diagnostic]:
    """Find codes that the letterhead has no place for."""
    for code in filled.codes:
        if code.place == "info" and not _has_info(standard, given):
            yield Diagnostic(
                message="the letterhead has no information block for the code",
                field=f"{code.field}.place",
                hint="leave the place out, or write 'place: end'",
                code="code-place",
                value=code.place,
            )
        if code.slip is not None and paper != "a4":
            yield Diagnostic(
                message="a payment slip is as wide as an A4 page, and the letter's paper is another",
                field=code.field,
                hint="write 'paper: a4'",
                code="code-paper",
                value=paper,
            )
