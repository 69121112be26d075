"""Signs finished letters, with the visible signature as a letterhead lays it out: the stamp.

Not here: signatures themselves (signing/), and the place on the page that a letter keeps for one (layout/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.layout import engine
from letterpress.letterhead import compose, definition, templates
from letterpress.model import Result
from letterpress.page import LayoutFault
from letterpress.processes import stages
from letterpress.text import language

if TYPE_CHECKING:
    from letterpress.signing import Series, Stamp, StampText

SIZE = 7.5
"""Of a stamp's type, in pt: one for all, since nothing on a letter is set below 6 pt."""
_LEFT_OUT: tuple[tuple[str, ...], ...] = ((), ("reason",), ("reason", "place"))
"""What a stamp leaves out, as far as it must, so that the rest has room: it is in the signature."""


def draw(
    words: Mapping[str, str],
    width: float,
    height: float,
    *,
    letterhead_name: str = "plain",
    lang: str = "en-US",
    root: str = ".",
) -> bytes:
    """Draw a visible signature: a PDF of one page, as large as the field it goes into.

    A reason, and then a place, that has no room is left out.

    :param words: texts: name, signer, title, time, reason, place, note; an empty one is not shown.
    :param width: of the field, in pt.
    :param height: of the field, in pt.
    :raises LetterpressError: there is no such letterhead, or its stamp cannot be laid out.
    """
    head = definition.find(letterhead_name, root)
    return _drawn(
        head, templates.stamps(head.folders), tuple(sorted({"name": "", **words}.items())), width, height, lang
    )


@lru_cache(maxsize=32)
def _drawn(
    head: definition.Letterhead,
    _stamps: tuple[tuple[str, int], ...],
    pairs: tuple[tuple[str, str], ...],
    width: float,
    height: float,
    lang: str,
) -> bytes:
    """Draw it, or give what was drawn of the same words: a stamp says the minute, so that one who signs a thousand
    letters has it laid out once a minute."""
    words = dict(pairs)
    for left_out in _LEFT_OUT:
        if left_out and not words.get(left_out[-1]):
            continue
        shown = words | dict.fromkeys(left_out, "")
        page = compose.compose_stamp(head, shown, width=width, height=height, lang=lang, size=SIZE)
        laid = engine.lay_out(page)
        if laid.pdf is not None and laid.pages == 1:
            return laid.pdf
    long = LayoutFault(
        "its words do not fit the field",
        "make the room for the signature larger: parameters signature_room, signature_width",
        code="stamp-long",
    )
    raise LetterpressError(
        Diagnostic(message=f"stamp: {fault.message}", hint=fault.hint, code=fault.code, params=fault.params)
        for fault in laid.faults or [long]
    )


def of_letterhead(name: str, lang: str, root: str | Path) -> Stamp:
    """Make what draws visible signatures as the letterhead `name` of the project at `root` lays them out.

    :param lang: language of the signed letter: of the date, and of the letterhead's labels.
    """

    def draw_text(text: StampText, width: float, height: float) -> bytes:
        words = {
            "name": text.name,
            "signer": text.signer,
            "title": text.title or "",
            "time": f"{language.date_text(text.time.date(), lang)}, {text.time:%H:%M} {text.time.tzname()}",
            "reason": text.reason or "",
            "place": text.place or "",
            "note": text.note or "",
        }
        return draw(words, width, height, letterhead_name=name, lang=lang, root=str(root))

    return draw_text


def sign(result: Result, series: Series, *, letterhead_name: str, root: str | Path) -> Result:
    """Sign a finished letter with the keys of a series.

    :param letterhead_name: whose stamp is set in the fields.
    :raises LetterpressError: one cannot sign; nothing is signed then.
    """
    from letterpress import signing

    if result.pdf is None or not series.signers:
        return result
    stages.at("signing")
    signed = series.sign(
        signing.Unsigned(
            pdf=result.pdf,
            shape=result.shape,
            source=result.source,
            look=(letterhead_name, str(root)),
            stamps=lambda lang: of_letterhead(letterhead_name, lang, root),
        )
    )
    said = (*result.diagnostics, *signed.diagnostics)
    return replace(result, pdf=signed.pdf, sha256=signed.sha256, diagnostics=said, shape=None)
