"""Reads texts that choose something for a letter, where any of too many values may be meant.

Not here: what can be chosen (`choices`).
"""

from __future__ import annotations

import datetime

from letterpress.errors import FieldError, did_you_mean, nearest
from letterpress.model import COPIES, COPY_LISTS, copy_parts

_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_LEAST_INK, _MOST_INK = 200.0, 400.0


def copy(text: str) -> str:
    """Read which copy is meant: a kind, or `cc:NAME` or `bcc:NAME`.

    :raises FieldError: there is no such kind of copy.
    """
    kind, name = copy_parts(text)
    kind = kind.casefold()
    if (kind in COPIES and not name) or (kind in COPY_LISTS and name not in ("", "*")):
        return f"{kind}:{name}" if name else kind
    known = (*COPIES, *(f"{kind}:NAME" for kind in COPY_LISTS))
    hint = did_you_mean(text, known) or f"one of {', '.join(known)}"
    params = (("choice", "copy"), ("known", known))
    raise FieldError(
        f"'{text}' is no copy of a letter",
        hint,
        code="choice-unknown",
        value=text,
        params=params,
        instead=nearest(text, COPIES),
    )


def date(text: str) -> datetime.date:
    """Read a date in any form that means one day; `today` is the day by the machine's clock.

    :raises FieldError: it is none, there is no such day, or it may mean two.
    """
    text = text.strip()
    if text.casefold() == "today":
        return datetime.date.today()
    from letterpress.text import written

    try:
        return written.certain_date(text, ())
    except FieldError as error:
        if error.code == "date-unreadable":
            error.hint = "write YYYY-MM-DD, or today"
        raise


def lang(text: str) -> str:
    """Read a language by its tag or name; what is none stays as it is, and is refused with the letter."""
    from letterpress.text import language_names

    return language_names.tag_or_same(text.strip())


def switch(text: str) -> bool:
    """Read whether something is wanted.

    :raises FieldError: it says neither.
    """
    wanted = _SWITCH.get(text.strip().casefold())
    if wanted is None:
        raise FieldError(
            f"'{text}' is neither true nor false", "write true or false", code="choice-unknown", value=text
        )
    return wanted


def ink(text: str) -> float:
    """Read a limit of ink, in per cent; four full inks are 400.

    :raises FieldError: it is none that a picture could be printed with.
    """
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = 0.0
    if not _LEAST_INK <= percent <= _MOST_INK:
        message = f"'{text}' is no limit of ink: it is given in per cent, from {_LEAST_INK:g} to {_MOST_INK:g}"
        hint = "ask the printer: 300 is usual for coated paper, 280 for uncoated"
        raise FieldError(message, hint, code="choice-unknown", value=text)
    return percent
