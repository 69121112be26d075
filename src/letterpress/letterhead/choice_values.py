"""Reads the texts that choose a copy, a day or a language.

Not here: what can be chosen, and where (choices.py).
"""

from __future__ import annotations

import datetime

from letterpress.errors import FieldError, did_you_mean, nearest
from letterpress.model import COPIES, COPY_LISTS, copy_parts


def read_copy(text: str) -> str:
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


def read_date(text: str) -> datetime.date:
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


def read_lang(text: str) -> str:
    """Read a language by its tag or name; what is none stays as it is, and is refused with the letter."""
    from letterpress.text import language_names

    return language_names.tag_or_same(text.strip())
