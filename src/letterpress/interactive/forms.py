"""Shows a letter's front matter as a form, and changes its fields one by one.

Form and text are two views of one text: the form has what stands in the text, and a change of the form is an edit of
the text that leaves all else as it was typed (content/edits.py).

Not here: what is wrong with the fields (preview.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.content import edits
from letterpress.content.edits import Change
from letterpress.files import project
from letterpress.interactive import catalogue, new_fields, preview, samples
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.catalogue import LetterField, Parameter
from letterpress.interactive.preview import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A draft as a form has it."""

    values: dict[str, Any]
    """The front matter as it is written."""
    places: dict[str, int]
    """Path of a field -> its line in the draft."""
    body_line: int
    """Line that the text begins on."""
    fields: tuple[LetterField, ...]
    """Those that the letter declares."""
    parameters: tuple[Parameter, ...]
    """Those of its letterhead; none if there is no such letterhead."""
    currency: str | None
    """Of the sender's country, for a new field that holds an amount; None: it is not known."""
    has_guides: bool = False
    """Whether its letterhead follows a standard whose geometry can be drawn over the page."""
    sample: tuple[str, ...] = ()
    """Fields whose value is still that of the sample with which letters are begun; `body`: a paragraph of the text."""


@answering
def ready(say: Say) -> None:
    """Do nothing: whoever asks for it has the worker started. Nothing of the layout is loaded."""


@answering
def form(say: Say, draft: Draft) -> Form:
    """Read a draft for the form.

    :raises LetterpressError: its front matter cannot be read.
    """
    values, places, body_line = edits.fields_of(draft.text, shown=draft.shown)
    letter, _ = preview.read(draft)
    own = letter.letterhead if letter is not None else values.get("letterhead")
    name = dict(draft.chosen).get("letterhead") or own
    card = catalogue.card(name, project.root_of(Path(draft.path))) if isinstance(name, str) else None
    fields = catalogue.fields(letter.fields) if letter is not None else ()
    return Form(
        values=values,
        places=places,
        body_line=body_line,
        fields=fields,
        parameters=card.parameters if card else (),
        has_guides=card is not None and card.has_guides,
        currency=new_fields.currency_of(letter) if letter is not None else None,
        sample=samples.left(values, "\n".join(draft.text.split("\n")[body_line - 1 :])),
    )


@answering
def change(say: Say, text: str, changes: Sequence[Change], shown: str) -> str:
    """Change fields of a draft; gives its text.

    :raises LetterpressError: one cannot be changed by itself; none is then.
    """
    return edits.set_fields(text, changes, shown=shown)
