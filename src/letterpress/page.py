"""The values between a letterhead's templates and the layout: a page, its style sheets, its places, its faults.

Frozen and picklable, without any I/O: whoever composes, lays out or checks a page knows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, unquote

from letterpress.errors import Problem, Severity

_SIGNATURE_SCHEME = "sig:"


SOURCE_LINES = "data-source-lines"
"""Attribute of a letter's own blocks in a page that is mapped: the lines of its file that they are of, as `22-24`."""


class Rectangle(NamedTuple):
    """A place on the sheet, in mm; x and y are counted from its top left corner, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """y of the lower edge."""
        return self.y + self.height

    def intersection(self, other: Rectangle) -> Rectangle:
        """Give what both have in common; of no width or height where they do not overlap."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Rectangle(x, y, max(0.0, right - x), max(0.0, bottom - y))

    def hull(self, other: Rectangle) -> Rectangle:
        """Give the smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rectangle(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet and the folder that its URLs are relative to."""

    css: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font file of one's own, and what it is a face of."""

    family: str
    weight: int
    italic: bool
    file: str
    """Absolute."""
    small_caps: bool = False
    """Whether it draws small capitals."""
    variable: bool = False
    sans: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """A place that a part of the letter has to stay in: mm from the sheet's top left corner."""

    name: str
    """Elements of class `zone-NAME` stay in it."""
    x: float
    y: float
    width: float
    height: float
    min_type: float | None = None
    """pt that the type may shrink to where the text is too large; None: it may not."""


@dataclass(frozen=True, slots=True)
class KeptFree:
    """A part of a page that stays free of print: what a window shows, and what a post keeps for itself."""

    box: Rectangle
    why: str
    """What keeps it free: the end of a sentence that begins "stands in"."""
    besides: tuple[str, ...] = ()
    """Names of zones whose contents may stand there."""
    every: bool = False
    """Whether it stays free on all pages, and not on page 1 alone."""
    machine: bool = False
    """Whether a machine reads what is printed there later: not even marks of folds may stand there."""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page of a firm's printed paper."""

    file: str
    """A PDF, absolute."""
    number: int
    """Counted from 1."""


PRESS_PROFILES = ("press", "press-x1a")
"""Profiles of letters that are written for a press, in inks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactColour:
    """A colour of a letterhead whose inks are said."""

    rgb: tuple[int, int, int]
    """As the letterhead's styles and drawings have it, 0 to 255."""
    cmyk: tuple[float, float, float, float]
    """Per cent of cyan, magenta, yellow and black; of a spot colour, what stands for it where it is not printed."""
    spot: str | None = None
    """Name of the ink of its own, if it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressCopy:
    """How a letter is written for a press: in inks."""

    flat: bool = False
    """Whether it is PDF/X-1a, without transparency; else PDF/X-4."""
    profile: str
    """The ICC profile of the press and the paper, absolute."""
    sha256: str
    """Of its content, in hexadecimal."""
    name: str
    """What the profile calls itself."""
    condition: str | None
    """The printing condition in the ICC's registry, such as FOGRA39; None: it is not said."""
    colours: tuple[ExactColour, ...] = ()
    most_ink: float = 300.0
    """Total area coverage that nothing goes beyond, in per cent."""
    bleed: float = 0.0
    """By how much the page's background goes beyond the sheet, in mm."""
    marks: bool = False
    """Whether crop marks stand outside of the bleed."""


class Pieces:
    """HTML that is put together of what many pages have in common and what is one page's own."""

    __slots__ = ("_joined", "form", "literal", "own")

    def __init__(self, form: object, literal: tuple[str, ...], own: tuple[str, ...]) -> None:
        """Take the pieces by turns.

        :param form: the very same for pages of equal `literal`.
        :param literal: one more than of `own`.
        """
        self.form = form
        self.literal = literal
        self.own = own
        self._joined: str | None = None

    def __str__(self) -> str:
        if self._joined is None:
            pairs = zip(self.literal, (*self.own, ""), strict=True)
            self._joined = "".join([piece for pair in pairs for piece in pair])
        return self._joined

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Pieces) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is to be laid out."""

    source: str | Pieces
    """Its HTML."""
    sheets: tuple[Sheet, ...]
    """The same for every letter of a letterhead, paper and language: parsed once in a process."""
    content_folder: str
    """Absolute: what images in the body are relative to."""
    folders: tuple[str, ...]
    """Absolute folders that may be read for the body."""
    files: tuple[str, ...] = ()
    """Single files that may be read: images of handwriting."""
    letterhead_folders: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    system_fonts: tuple[str, ...] = ()
    """Families of the system that stand behind those of the letterhead."""
    allow_log: tuple[str, ...] = ()
    archive: bool = True
    """PDF/A-3a and PDF/UA-1, else a plain PDF."""
    press: PressCopy | None = None
    """How it is written for a press; None: for screens, in RGB."""
    tagged: bool = True
    """Whether the PDF carries its structure; the stamp that goes into a signed letter does not."""
    in_order: bool = False
    zones: tuple[Zone, ...] = ()
    kept_free: tuple[KeptFree, ...] = ()
    papers: tuple[PaperPage | None, ...] = ()
    """The firm's printed paper under page 1, and under the following ones; None is a white sheet. Empty: all are."""
    faces: tuple[Face, ...] = ()
    """Faces of a firm's own font, where one is chosen."""
    many: bool = False
    """Whether it is a letter of a list: such letters share their faces."""
    mapped: bool = False
    """Whether it is to be told where on the pages the parts of the letter's file stand."""

    @property
    def html(self) -> str:
        """The page's HTML."""
        return str(self.source)

    def of(self, source: str | Pieces) -> Page:
        """Give the page with another source: as `dataclasses.replace` does, in a fifth of its time."""
        page = object.__new__(Page)
        put = object.__setattr__
        for name in _PAGE:
            put(page, name, getattr(self, name))
        put(page, "source", source)
        return page


_PAGE = tuple(field.name for field in fields(Page))


@dataclass(frozen=True, slots=True)
class LayoutFault:
    """Something wrong with a page."""

    message: str
    hint: str | None = None
    needle: str | None = None
    """A text of the source that it is about, to find its line by."""
    file: str | None = None
    """A file of the letterhead that it is in, if it is not the letter's."""
    line: int | None = None
    """Line of the letter's file, where it is known."""
    code: str | None = None
    """`Diagnostic.code`."""
    value: str | int | float | bool | None = None
    """`Diagnostic.value`."""
    params: tuple[tuple[str, object], ...] = ()
    """`Diagnostic.params`."""
    instead: tuple[str, ...] = ()
    """What may have been meant by `value`, the best first."""
    severity: Severity = "error"
    field: str | None = None
    """Path of the letter's field that it is about, where it is known."""

    @classmethod
    def of(cls, problem: Problem, *, needle: str | None = None, line: int | None = None) -> LayoutFault:
        """Make a fault of the page of a problem with something in it."""
        about: dict[str, Any] = {name: getattr(problem, name) for name in ("code", "value", "params", "instead")}
        return cls(problem.message, problem.hint, needle, line=line, **about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where on a page a part of the letter's file stands."""

    kind: Literal["lines", "field", "signature"]
    page: int
    """Counted from 1."""
    box: tuple[float, float, float, float]
    """x, y, width and height in hundredths of the page's width and height, from its top left corner, y down."""
    lines: tuple[int, int] | None = None
    """First and last line of the file, counted from 1, for `lines`."""
    name: str | None = None
    """Of a `field` its path, as `subject`; of a `signature` the name of its field in the PDF."""


@dataclass(frozen=True, slots=True, order=True)
class FileRead:
    """A file that a page is made of."""

    path: str
    """Where it really lies, with symbolic links resolved."""
    sha256: str
    """Of its content, in hexadecimal."""


class SignatureLink(NamedTuple):
    """The link by which a page marks the place of a signature: `sig:NAME?SIGNATORY&TITLE`, percent-encoded."""

    name: str
    """Of the field in the PDF."""
    signatory: str
    title: str | None

    @property
    def url(self) -> str:
        """The link's address."""
        return f"{_SIGNATURE_SCHEME}{self.name}?{quote(self.signatory, safe='')}&{quote(self.title or '', safe='')}"

    @classmethod
    def from_url(cls, url: str) -> SignatureLink | None:
        """Read such an address; None for any other."""
        match = re.fullmatch(rf"{_SIGNATURE_SCHEME}([^?]+)\?([^&]*)&(.*)", url)
        if match is None:
            return None
        name, signatory, title = (unquote(part) for part in match.groups())
        return cls(name, signatory, title or None)


_SCANT = 1 / 3
"""A last page that holds less of its height is worth saving."""


@dataclass(frozen=True, slots=True)
class LastPage:
    """What the last of several pages holds."""

    height: float
    """mm from the top of its text to the last line, and the notes below."""
    room: float
    """mm that there are for it."""
    free: float
    """mm that the page before has left: where less than that went over, it was to stay together."""
    slip: bool = False
    """Whether it is there for a payment slip."""

    @property
    def is_scant(self) -> bool:
        """Whether it holds less than a third of what it could, so that it is worth saving."""
        return not self.slip and self.height < self.room * _SCANT

    @property
    def over(self) -> float:
        """mm that have no place on the page before."""
        return max(0.0, self.height - self.free)

    @property
    def beyond(self) -> float:
        """mm that it holds beyond a third."""
        return max(0.0, self.height - self.room * _SCANT)
