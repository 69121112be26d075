"""The faces that a firm's letters are set in, where they are not the letterhead's: shipped ones, or a folder of files.

    font: Source Sans Pro
    font: Source Serif Pro + Source Sans Pro      # of the text + of the labels
    font: fonts/                                  # the faces of one family

Style sheets name the two families that ship; another takes the place of its kind in all of them.

Not here: the shipped faces (`fonts.shipped`), and whether a text asks for a face that is not there
(`layout.missing_faces`). Source: OpenType 1.9 (name, OS/2, GSUB).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from letterpress.errors import FieldError, did_you_mean, nearest
from letterpress.fonts import shipped
from letterpress.page import Face

TEXT, LABELS = "Source Serif Pro", "Source Sans Pro"
"""The families that style sheets name for the text, and for labels, facts and heads of tables."""
_ENDINGS = (".otf", ".ttf", ".woff", ".woff2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """Two families, of the text and of the labels."""

    text: str
    labels: str
    sans: bool
    """Whether the text is set in a sans."""
    own: tuple[Face, ...] = ()
    """Faces that come from files of one's own."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files of one's own, absolute."""
        return tuple(face.file for face in self.own)

    @property
    def css(self) -> str:
        """The `@font-face` rules for the files of one's own."""
        return "\n".join(
            f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
            f'font-style: {"italic" if face.italic else "normal"}; src: url("{Path(face.file).as_uri()}") }}'
            for face in self.own
        )

    def into(self, css: str) -> str:
        """Put the families into a style sheet, in the places of those that ship."""
        if (self.text, self.labels) == (TEXT, LABELS):
            return css
        names = {TEXT: self.text, LABELS: self.labels}
        return re.sub(f"([\"'])({TEXT}|{LABELS})\\1", lambda match: f'"{names[match[2]]}"', css)

    def file_of(self, kind: str, weight: int) -> str | None:
        """Find the upright face nearest to `weight` among the files of one's own; None if its family ships."""
        family = self.labels if kind == "labels" else self.text
        upright = [face for face in self.own if face.family == family and not face.italic]
        return min(upright, key=lambda face: abs(face.weight - weight)).file if upright else None


def read(text: str, find_folder: object) -> Faces:
    """Read which faces are meant.

    :param find_folder: gives the absolute path of a folder that is named, or None.
    :raises FieldError: a family is not known, or the folder holds no faces.
    """
    parts = [part.strip() for part in text.split(" + ")]
    if len(parts) > 2 or not all(parts):
        hint = f"write one family, or '{TEXT} + {LABELS}'"
        raise FieldError(f"'{text}' is no font of a letter", hint, code="font-unknown", value=text)
    families = [_family(part, find_folder) for part in parts]
    (body, own), (labels, more) = families[0], families[-1] if len(families) == 2 else (LABELS, ())
    found = tuple(dict.fromkeys((*own, *more)))
    return Faces(text=body, labels=labels, sans=_is_sans(body, found), own=found)


def _family(text: str, find_folder: object) -> tuple[str, tuple[Face, ...]]:
    known = {family.casefold(): family for family in shipped.FAMILIES}
    if text.casefold() in known:
        return known[text.casefold()], ()
    folder = find_folder(text)  # type: ignore[operator]
    if folder is None:
        near = nearest(text, shipped.FAMILIES)
        hint = did_you_mean(text, shipped.FAMILIES) or "name a shipped family, or a folder with font files"
        message = f"'{text}' is neither a shipped family nor a folder with fonts"
        raise FieldError(message, hint, code="font-unknown", value=text, instead=near)
    files = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in _ENDINGS)
    faces = tuple(_face(str(path), path.stat().st_mtime_ns) for path in files)
    families = sorted({face.family for face in faces})
    if len(families) != 1:
        holds = f"holds faces of {', '.join(families)}" if families else "holds no font files"
        hint = "a folder has the faces of one family" if families else f"put {', '.join(_ENDINGS)} files into it"
        raise FieldError(f"the folder '{text}' {holds}", hint, code="font-folder", value=text)
    if not any(face.weight == 400 and not face.italic for face in faces):
        message = f"the folder '{text}' has no regular face of {families[0]}: weight 400, upright"
        raise FieldError(message, "add its file", code="font-face-missing", value=families[0])
    return families[0], faces


@lru_cache(maxsize=64)
def _face(file: str, _stamp: int) -> Face:
    try:
        return shipped.described(file)
    except Exception as error:  # fontTools raises what it meets
        name = Path(file).name
        raise FieldError(f"'{name}' is no font that can be read", "get it anew", code="font-unreadable") from error


def _is_sans(family: str, own: tuple[Face, ...]) -> bool:
    return family == LABELS or any(face.sans for face in own if face.family == family)
