"""Kinds of content that programs show differently, or that acts: the code and the words of each.

Not here: how they are found (`active_content`).
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of content, as a reason will name it."""

    code: str
    words: str
    """A fragment of a sentence about "it", the file."""


# Faults: what is shown differs between programs, or can change.
SCRIPT = Kind(code="script-embedded", words="a script can change what it shows")
HIDING_ACTION = Kind(code="action-changes-pages", words="an action hides or shows parts of it")
LAYER_ACTION = Kind(code="action-changes-pages", words="an action hides or shows its layers")
FORM_ACTION = Kind(code="action-changes-pages", words="an action changes its form fields")
MEDIUM = Kind(code="medium-embedded", words="it plays a film or another medium")
MODEL = Kind(code="medium-embedded", words="it shows a 3D model")
XFA = Kind(code="form-xfa", words="it has a second form (XFA), which some programs show instead of the pages")
PORTFOLIO = Kind(
    code="file-portfolio",
    words="it is a portfolio (/Collection): some programs show its attached files instead of the pages",
)
UNREADABLE = Kind(code="object-unreadable", words="a part of it cannot be read")
ELSEWHERE = Kind(code="content-external", words="a part of it is in another file")
ALTERNATES = Kind(code="image-alternates", words="an image has others that may be shown or printed instead")
POSTSCRIPT = Kind(code="content-postscript", words="a part of it is in PostScript, which only some printers draw")
TRANSFER = Kind(
    code="colours-transferred", words="a transfer function changes its colours, which only some programs heed"
)
WIDE_BORDER = Kind(
    code="link-border-wide", words="the border of a link covers what lies below, and not every program draws it"
)
WATERMARK = Kind(code="print-differs", words="a watermark is printed at another place than it is shown")
ONLY_PRINTED = Kind(code="print-differs", words="an annotation is printed and not shown on the screen")
BARE_ANNOTATION = Kind(
    code="appearance-missing", words="an annotation has no appearance: programs draw it as they like, or not at all"
)
BARE_FIELD = Kind(
    code="appearance-missing", words="a form field has no appearance: programs draw it as they like, or not at all"
)
REDRAWN = Kind(
    code="appearance-redrawn",
    words="programs are told to draw its form fields anew (/NeedAppearances), each in its own way",
)
LAYER_BOTH = Kind(code="layer-ambiguous", words="a layer is said to be both shown and hidden")
LAYER_BY_USE = Kind(
    code="layer-ambiguous", words="a layer is shown in one use and hidden in another: on the screen, printed, exported"
)
LAYER_BY_READER = Kind(code="layer-ambiguous", words="a layer is shown or hidden by zoom, user or language")
LAYER_BY_PROGRAM = Kind(code="layer-ambiguous", words="a layer is hidden by some programs only")
TOO_MUCH = Kind(code="file-not-judged", words="it holds too much to be looked through")

# Notes: what acts, or is there, and leaves the pages as they are.
LAUNCH = Kind(code="action-leaves-file", words="a link in it starts a program or opens another file")
SUBMIT = Kind(code="action-leaves-file", words="an action sends its form fields to a server")
OPEN_ATTACHED = Kind(code="action-leaves-file", words="a link opens a file that is attached to it")
SOUND = Kind(code="action-leaves-file", words="it plays a sound")
ATTACHED = Kind(code="files-attached", words="files are attached to it, which no page shows")
NOT_PRINTED = Kind(code="annotation-not-printed", words="an annotation is shown on the screen and not printed")
LAYER_HIDDEN = Kind(code="layer-hidden", words="a layer is hidden, and whoever opens the file can show it")

CHANGING = {
    "/JavaScript": SCRIPT,
    "/Hide": HIDING_ACTION,
    "/ResetForm": FORM_ACTION,
    "/ImportData": FORM_ACTION,
    "/SetOCGState": LAYER_ACTION,
    "/Rendition": MEDIUM,
    "/Movie": MEDIUM,
    "/GoTo3DView": MODEL,
    "/RichMediaExecute": MEDIUM,
}
"""Actions that change what is shown, by their /S."""
ACTING = {"/Launch": LAUNCH, "/SubmitForm": SUBMIT, "/GoToE": OPEN_ATTACHED, "/Sound": SOUND}
"""Actions that do something else, by their /S."""
PLAYING = {"/3D": MODEL, "/Movie": MEDIUM, "/Screen": MEDIUM, "/RichMedia": MEDIUM}
"""Annotations that some programs replace by something else than their appearance, by their /Subtype."""
