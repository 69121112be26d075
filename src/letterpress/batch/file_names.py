"""Names the files of letters: a pattern such as `{to.postcode}-{to.name|slug}` with a record's values.

The name is a path below the output folder that any file system takes. Whatever the data says, it never leaves the
folder: only the pattern's own `/` makes folders.

Sources: Microsoft, "Naming Files, Paths, and Namespaces"; POSIX.1-2017, 3.170 (filename); Unicode Standard Annex 15.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letterpress.errors import LetterpressError, UsageError, did_you_mean

DEFAULT = "{letter}-{record:05}"
RECIPIENT = "recipient"
"""Names the recipient: the family name, else the name, else the organisation; where there is none, nothing."""
BY_ROW = "{letter}-row-{record.row:03}{recipient|tail}"
"""A name by which an office finds the row of its spreadsheet, and a print room whom the letter is to."""
_TAIL = 40
"""Characters of a value behind a hyphen."""
_NUMBERS = ("record", "record.row")
MAX_BYTES = 180
"""UTF-8 bytes of one part of a path: 255 less room for `.pdf`, a temporary name, and what a sync client adds."""
_FILTERS: dict[str, Callable[[str], str]] = {}
_PLACE = re.compile(r"\{([^{}]*)\}")
# Windows takes none of these, with or without an ending.
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
    | {f"{n}{i}" for n in ("com", "lpt") for i in "0123456789¹²³"}
)

_LONGEST_RESERVED = max(map(len, _RESERVED))
# What tells quickly that a text needs no mending: nothing but usual ASCII, no blanks together or at its ends; and for a
# part of a path, no dot so early that a device's name may stand before it.
_UNUSUAL = r"""[^ !#$%&'()+,.0-9;=@A-Z\[\]^_`a-z{}~-]"""
_UNCLEAN = re.compile(rf"{_UNUSUAL}|  |\A | \Z")
_UNSAFE = re.compile(rf"{_UNUSUAL}|\A[ .~-]|[ .]\Z| [.]|\A[^.]{{0,{_LONGEST_RESERVED}}}[.]")


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    filters: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, read and checked."""

    text: str
    parts: tuple[tuple[str | _Place, ...], ...]
    """Parts of the path, each of texts and places."""

    @property
    def is_by_record(self) -> bool:
        """Whether all that varies in it from record to record is a record's number or row, which stands in it once."""
        places = [piece for part in self.parts for piece in part if isinstance(piece, _Place)]
        numbers = [place for place in places if place.name in _NUMBERS]
        return (
            len(numbers) == 1
            and not numbers[0].filters
            and all(place.name in (*_NUMBERS, "letter") for place in places)
        )

    def names(self) -> set[str]:
        """What the pattern asks for."""
        return {piece.name for part in self.parts for piece in part if isinstance(piece, _Place)}


def read(text: str, known: Iterable[str]) -> Pattern:
    """Read a pattern.

    :param known: names that may stand in it.
    :raises UsageError: it names what there is not, or leads out of the folder.
    """
    text = text.removesuffix(".pdf")
    names = set(known)
    if not text.strip():
        hint = f"such as '{DEFAULT}'"
        raise UsageError("the pattern is empty", field="--name", hint=hint, code="pattern-empty")
    if text.startswith("/") or re.match(r"[A-Za-z]:", text) or ".." in re.split(r"[/\\]", text):
        message, hint = f"'{text}' leads out of the output folder", "choose the folder with -o"
        raise UsageError(message, field="--name", hint=hint, code="pattern-leads-out", value=text)
    parts = tuple(_part(part, names) for part in re.split(r"/+(?![^{]*\})", text) if part)
    return Pattern(text, parts)


def _part(text: str, known: set[str]) -> tuple[str | _Place, ...]:
    pieces: list[str | _Place] = []
    end = 0
    for match in _PLACE.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        pieces.append(_place(match[1], known))
        end = match.end()
    if end < len(text):
        pieces.append(text[end:])
    if any(isinstance(piece, str) and re.search(r"[{}]", piece) for piece in pieces):
        message, hint = f"a brace in '{text}' has no partner", "write {to.name}"
        raise UsageError(message, field="--name", hint=hint, code="pattern-brace", value=text)
    return tuple(pieces)


def _place(text: str, known: set[str]) -> _Place:
    name, *filters = (piece.strip() for piece in text.split("|"))
    width = re.fullmatch(r"(.*):0?(\d{1,2})", name)
    if width:
        name = width[1]
    if name not in known:
        hint = did_you_mean(name, known) or "such as record, to.name, fields.x, or a column"
        message = f"'{name}' is not known in a file's name"
        raise UsageError(message, field="--name", hint=hint, code="pattern-name-unknown", value=name)
    for word in filters:
        if word not in _FILTERS:
            message, near = f"there is no filter '{word}'", did_you_mean(word, _FILTERS)
            raise UsageError(message, field="--name", hint=near, code="pattern-filter-unknown", value=word)
    return _Place(name, tuple(filters), int(width[2]) if width else 0)


def fill(pattern: Pattern, values: Mapping[str, Any]) -> str:
    """Give the path, with `/` between its parts and `.pdf` at its end.

    :raises LetterpressError: a value is missing, or nothing of it can be in a name; `field` says which.
    """
    parts = []
    for part in pattern.parts:
        text = ""
        for piece in part:
            text += piece if isinstance(piece, str) else _value(piece, values)
        parts.append(_safe(text))
    return "/".join(parts) + ".pdf"


def _value(place: _Place, values: Mapping[str, Any]) -> str:
    value = values.get(place.name)
    if value in (None, "") and place.name == "to.name":  # a firm without a person
        value = values.get("to.organisation")
    if value in (None, "") and place.filters == ("tail",):
        return ""
    if value in (None, ""):
        hint = "give it one, or change --name"
        raise LetterpressError(
            "has no value, and the file's name needs it", field=place.name, hint=hint, code="pattern-value-missing"
        )
    if type(value) is int and not place.filters:
        return str(value).zfill(place.width)
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    for word in place.filters:
        text = _FILTERS[word](text)
    text = text.zfill(place.width) if place.width else text
    text = _clean(text)
    if not text.strip(" .-_") and place.filters != ("tail",):
        hint = f"use another value in --name, or {{{place.name}}} without the filter"
        message = f"'{value}' leaves nothing for a file's name"
        raise LetterpressError(message, field=place.name, hint=hint, code="pattern-value-empty", value=str(value))
    return text


def _clean(text: str) -> str:
    """Take out of a value what a file system or a shell would trip over."""
    if not _UNCLEAN.search(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if char.isspace() else char for char in text if char.isspace() or char.isprintable())
    return re.sub(r" {2,}", " ", re.sub(r'[<>:"/\\|?*]', "-", text)).strip()


def _safe(text: str) -> str:
    """Make one part of a path: no hidden file, no option of a command, no device of Windows, not too long."""
    if _LONGEST_RESERVED < len(text) <= MAX_BYTES and not _UNSAFE.search(text):
        return text
    text = re.sub(r'[<>:"\\|?*]', "-", text).strip().rstrip(". ").lstrip(".-~ ") or "_"
    if text.split(".")[0].strip().casefold() in _RESERVED:
        text = f"_{text}"
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        digest = hashlib.sha256(data).hexdigest()[:8]
        text = data[: MAX_BYTES - 9].decode("utf-8", "ignore").rstrip(". ") + f"-{digest}"
    return text


def folded(path: str) -> str:
    """Give what two names have in common that some file system takes for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


def slug(text: str) -> str:
    """Write words in small letters with hyphens between; Latin letters without accents, other scripts as they are."""
    text = text.casefold().translate(_LATIN)
    letters: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(char) or (letters and not letters[-1].isascii()):
            letters.append(char)
    text = unicodedata.normalize("NFC", "".join(letters))
    return re.sub(r"[\W_]+", "-", text).strip("-")


def _tail(text: str) -> str:
    """Write words behind a hyphen, as `slug` does; none are nothing."""
    words = slug(text)[:_TAIL].strip("-")
    return f"-{words}" if words else ""


_LATIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_FILTERS.update(
    {"slug": slug, "tail": _tail, "upper": str.upper, "lower": str.lower, "initial": lambda text: text.strip()[:1]}
)
