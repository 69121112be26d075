"""Ways to set a letter tighter that runs a little onto a further page: `fit: page`.

Each step is a set of values for the letterhead's parameters, and adds to those before it. What the letter or the
command says of a parameter itself stays, and so does what the letterhead does not offer.

Not here: whether a step is needed and whether it saves the page (`layout.engine`). Source of the order and the bounds:
lists cost a reader nothing, and come first; type is made smaller last.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.letterhead import lists, zones
from letterpress.letterhead.definition import Letterhead
from letterpress.model import Filled
from letterpress.page import LastPage

Values = Mapping[str, Any]

_ROOM = "11mm"
"""The least room for a signature."""
_LEAST_SIZE = 10.0
"""pt: no text is set smaller for the sake of a page."""
_LEAST_LEADING = 1.25
"""Of the size, where the size stays."""
_LEADING = 1.3
"""Of a size that is made smaller."""
_STEP = 0.5
"""pt by which leading and size get smaller."""
_USUAL_LEADING = 14.5
"""pt: of a letter that says it by its type's size."""
_NAMES = {
    "lists": "enclosures and copies",
    "signature_room": "room to sign",
    "paragraph_space": "space between paragraphs",
    "block_space": "space around tables and the closing",
    "line_height": "leading",
    "font_size": "size",
}


def steps(
    head: Letterhead, given: Values, said: Collection[str], filled: Filled, copy: str = "original"
) -> Iterator[Values]:
    """Give the values of each step, in the order in which they are tried.

    :param given: the letterhead's parameters with their values.
    :param said: names of those that the letter or the command says itself.
    :param copy: which kind of copy of the letter.
    """
    changed: dict[str, Any] = {}
    for place in _places(head, given, filled, copy) if "lists" not in said else ():
        changed["lists"] = _least(changed.get("lists"), place)
        yield {"lists": place}
    for name, value in _changes(given):
        spec = head.parameters[name]
        if name in said or (spec.choices and value not in spec.choices):
            continue
        if spec.least and zones.points(value) < zones.points(spec.least):
            continue
        changed[name] = value
        if name != "font_size":  # goes with its leading, which comes next
            yield dict(changed)


def _places(head: Letterhead, given: Values, filled: Filled, copy: str) -> Iterator[str]:
    """Where enclosures and copies may stand besides where they do, as `lists` has it."""
    listed = lists.printed(filled, copy)
    standing, short = listed.filled(), listed.are_short()
    now = lists.place(filled, copy, given, several=bool(filled.versions))
    possible = {
        "beside": len(standing) > 1 and short and now == "stacked",
        "signature": bool(standing) and short and len(filled.signatories) == 1 and now in ("stacked", "beside"),
        "run-in": bool(standing) and now in ("stacked", "beside"),
    }
    yield from (place for place, fits in possible.items() if fits and place in head.parameters["lists"].choices)


def _least(now: str | None, place: str) -> str:
    """The place that takes less height: that beside a signature, then lines that run in."""
    return now if now == "signature" else place


def _changes(given: Values) -> Iterator[tuple[str, str]]:
    if zones.points(given["signature_room"]) > zones.points(_ROOM):
        yield "signature_room", _ROOM
    for name in ("paragraph_space", "block_space"):
        if given[name] == "line":
            yield name, "half"
    size, leading = zones.points(given["font_size"]), zones.points(given["line_height"])
    if leading - _STEP >= _LEAST_LEADING * size > 0:
        leading -= _STEP
        yield "line_height", f"{leading:g}pt"
    while size - _STEP >= _LEAST_SIZE:
        size -= _STEP
        leading = min(leading, round(_LEADING * size, 2))
        yield "font_size", f"{size:g}pt"
        yield "line_height", f"{leading:g}pt"


def note(tighter: Sequence[Values], at: int | None, given: Values, last: LastPage | None) -> Diagnostic | None:
    """Say what was used to save the page, or by how much the letter is too long; None where it has one page.

    :param tighter: the steps.
    :param at: which of them saves the page; -1, if none does; None, where none was tried.
    :param given: the values without it.
    :param last: what the last of several pages holds; of the tightest, where all were tried.
    """
    if at is not None and at >= 0:
        return _used(tighter[at], given)
    if last is None:
        return None
    if at is None:
        return _untried(given, last)
    leading = min((step.get("line_height", given["line_height"]) for step in (given, *tighter)), key=zones.points)
    lines = _lines(last.over, leading)
    message = (
        f"no page is saved: with smaller room to sign, spaces and type to {_LEAST_SIZE:g} pt, "
        f"{last.over:.0f} mm ({_counted(lines)}) are still too much; nothing is changed"
    )
    hint = f"shorten the text by some {_counted(lines)}, or leave 'fit' out"
    return _said(message, hint, "fit-impossible", (("lines", lines), ("over", round(last.over))))


def _used(step: Values, given: Values) -> Diagnostic:
    kept = {name: value for name, value in step.items() if given[name] != value}
    what = ", ".join(f"{_NAMES[name]} {value} (parameter {name})" for name, value in kept.items())
    return _said(f"a page is saved: {what}", None, "fit-used", (("used", tuple(kept.items())),))


def _untried(given: Values, last: LastPage) -> Diagnostic:
    """Of a last page that holds too much for it to be tried."""
    if last.slip:
        return _said(
            "no page is saved: the last one is there for the payment slip", "leave 'fit' out", "fit-untried", ()
        )
    lines = _lines(last.beyond, given["line_height"])
    message = (
        f"no page is saved: the last one holds {last.height:.0f} mm of the letter, {last.beyond:.0f} mm more than the "
        "third of a page up to which it is tried; nothing is changed"
    )
    hint = f"shorten the text by some {_counted(lines)} at the least, or leave 'fit' out"
    return _said(message, hint, "fit-untried", (("lines", lines), ("over", round(last.beyond))))


def _lines(height: float, leading: str) -> int:
    """How many lines stand in so many mm."""
    return max(1, math.ceil(height / 25.4 * 72 / (zones.points(leading) or _USUAL_LEADING)))


def _counted(lines: int) -> str:
    return f"{lines} line{'s' if lines != 1 else ''}"


def _said(message: str, hint: str | None, code: str, params: tuple[tuple[str, Any], ...]) -> Diagnostic:
    return Diagnostic(severity="note", message=message, field="fit", hint=hint, code=code, params=params)
