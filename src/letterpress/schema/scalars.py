"""Kinds of values that the fields of files have: a line, texts, a date, a paper; and what all models share.

Only this module, `parties` and `models` import pydantic.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from importlib import import_module
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from letterpress.errors import FieldError
from letterpress.processes import deferred_imports
from letterpress.schema import messages
from letterpress.text import bilingual, paper_names

# With its first check pydantic loads what looks for plugins in all installed packages, which takes as long as that.
with contextlib.suppress(ImportError), deferred_imports.put_off("importlib.metadata"):
    import_module("pydantic.plugin._loader")


def one_line(value: Any) -> Any:
    """Write a value as one line of text.

    :raises FieldError: it has a line break.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, str):
        value = value.strip()
        if "\n" in value:
            raise FieldError("is one line of text, and has a line break", "write it on one line", code="line-break")
    return value


def as_list(value: Any) -> Any:
    """Make one value a list of it, and a text of several lines (`lines: |`) a list of its lines."""
    if isinstance(value, str) and "\n" in value.strip():
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value if isinstance(value, list) else [value]


def _as_rows(value: Any) -> Any:
    """Make one text of a list of lines: U+2028 parts them, which prints as a line break."""
    if not isinstance(value, list):
        return one_line(value)
    rows = [one_line(row) for row in value]
    return "\u2028".join(filter(None, rows)) if all(isinstance(row, str) for row in rows) else value


def _date(value: Any, info: ValidationInfo) -> Any:
    """A day in any form that means one day, with names of months in the letter's language first."""
    if not isinstance(value, str):
        return value
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
            return datetime.date.fromisoformat(value.strip())
    except ValueError:
        pass  # a day that does not exist
    from letterpress.schema import dates  # here: few letters write a date in another way

    return dates.read(value, info.data.get("lang") or "en")


def _language(value: Any) -> Any:
    value = one_line(value)
    if isinstance(value, str) and value != "en-US":
        from letterpress.text import language_names

        value = language_names.tag_or_same(value)
    return value


Line = Annotated[str, BeforeValidator(one_line)]
Rows = Annotated[
    str,
    BeforeValidator(_as_rows),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""A line, or a list of lines that print below each other."""
Text = Annotated[str, BeforeValidator(lambda value: value.strip() if isinstance(value, str) else one_line(value))]
AutoLine = Annotated[str, BeforeValidator(one_line), BeforeValidator(bilingual.automatic)]
"""A line, or what is usual: `auto`."""
Lines = Annotated[list[Line], BeforeValidator(as_list)]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Paper = Annotated[
    Literal["a4", "letter"],
    BeforeValidator(lambda value: paper_names.name(value) if isinstance(value, str) else value),
]


Language = Annotated[str, BeforeValidator(_language), Field(pattern=messages.LANG)]


class Checked(BaseModel):
    """What is in a file: no other fields than the model's, and nothing changes them."""

    # Built on first use: a letter that names no letterhead.toml need not wait for that one's model.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, str_strip_whitespace=True)
