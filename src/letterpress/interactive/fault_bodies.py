"""Diagnostics as JSON objects, as interface.md has them: models for whoever describes or checks what it answers.

The studio's messages and the service's OpenAPI document are made of these. Every name is always there, but `variant`.

Not here: how a diagnostic becomes such an object (errors.py).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from letterpress.errors import FixKind, Severity

Span = Annotated[list[int], Field(min_length=2, max_length=2, description="First and last character, from 1.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextEdit(_Body):
    """A change of one range of a text file."""

    file: str | None
    line: int | None
    span: Span | None
    text: str


class CellEdit(_Body):
    """A change of one cell of a list."""

    sheet: str | None
    cell: str
    text: str


class Fix(_Body):
    """A way to mend a fault: what a button does."""

    kind: FixKind
    title: str
    value: Any
    edit: TextEdit | CellEdit | None


class Fault(_Body):
    """A diagnostic: what is wrong, where, and what to do. `code` stays as it is when the wording changes."""

    severity: Severity
    message: str
    code: str | None
    file: str | None
    line: int | None
    record: str | None
    field: str | None
    hint: str | None
    value: str | int | float | bool | None
    span: Span | None
    sheet: str | None
    row: int | None
    cell: str | None
    column: str | None
    params: dict[str, Any]
    fixes: list[Fix]
    variant: str | None = None
