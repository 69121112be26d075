"""What a letter may say of the files that are to be in its PDF as files (`attachments:` in the front matter).

Not here: where they lie, and what they are (`filling.attachments`): known once the letter has its values.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from letterpress.enclosed import Attachment
from letterpress.schema.scalars import Checked, Line


def _as_file(value: Any) -> Any:
    """The short form: `attachments: [figures.csv]`."""
    return {"file": value} if isinstance(value, str) else value


class AttachmentFile(Checked):
    """A file that is in the letter's PDF as a file, and on no page."""

    file: Line
    """A file beside the letter; "{{ fields.figures }}" names one by record."""
    title: Line | None = None
    """What it is, for whoever opens it."""
    relationship: Literal["data", "source", "alternative", "supplement", "unspecified"] = "unspecified"
    """What it is to the letter: the data of what the letter shows, its source, the same in another form, something that
    adds to it."""


OneAttachment = Annotated[AttachmentFile, BeforeValidator(_as_file)]
"""An attachment, or its file alone."""


def attachment(model: AttachmentFile) -> Attachment:
    """Make the frozen value of a checked model."""
    return Attachment(**model.model_dump())
