"""Walks what the pages of a PDF draw, and tells what is used there: colours, fonts, images, graphics states.

It follows what the content names: forms, tiling patterns, shadings, soft masks, glyphs of Type 3. What stands in a
resource dictionary and is not used, is not met. Each stream is read once for all pages that draw it, with the resources
that it is met with first.

Not here: whether what is used is allowed (`content_checks`). Source: ISO 32000-1, annex A (operators), 8.9.7 (inline
images).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

from letterpress.pdf.content import broken_off
from letterpress.pdf.damage import MAX_CONTENT, unpacked
from letterpress.pdf.validation import objects
from letterpress.pdf.validation.objects import get, name
from letterpress.pdf.validation.subject import Subject
from letterpress.pdf.values import array, group, integer, is_array, is_group, is_stream

OPERATORS = frozenset(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG"
    " rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
_TELLING = frozenset("g G rg RG k K cs CS scn SCN sh Do gs Tf ri".split())
"""Those that name or are something that is used."""
_NOTHING = 1_000
"""Bytes that nothing may take when it is packed."""
_DEVICE = {"g": "/DeviceGray", "rg": "/DeviceRGB", "k": "/DeviceCMYK"}


class Used(NamedTuple):
    """One thing that is used."""

    kind: str
    """`colour`, `font`, `image`, `inline`, `form`, `state`, `intent`, `operator`, `depth` or `unreadable`."""
    value: Any
    """A colour space, a font, an image, a dictionary; of `intent` and `operator` its name; of `depth` a number."""
    resources: Any
    page: int
    object: str | None


class _Content(NamedTuple):
    """A content stream, or several that are one, and how it was come by."""

    streams: tuple[Any, ...]
    resources: Any
    page: int
    object: str | None


def used(subject: Subject) -> Iterator[Used]:
    """Tell what the pages use, page by page; a name that leads nowhere is passed over, as viewers do."""
    seen: set[Any] = set()
    for number, page in enumerate(subject.pages, start=1):
        contents = page.get("/Contents")
        streams = tuple(part for part in (contents if is_array(contents) else (contents,)) if is_stream(part))
        resources = _inherited(page, "/Resources")
        yield from _group(page, resources, number, objects.where(page))
        waiting = [_Content(streams, resources, number, objects.where(page))]
        while waiting:
            yield from _Reader(subject.pdf, waiting.pop(), waiting, seen).read()


def _written(operator: Any) -> str:
    """Write an operator; of a broken content it may be any bytes."""
    try:
        return str(operator)
    except UnicodeDecodeError:
        return bytes(operator.unparse()).decode("latin-1")


def _is_empty(stream: Any) -> bool:
    """Tell whether a stream out of which nothing came holds nothing: not, if its filter is none that can be undone."""
    import pikepdf

    try:
        return len(stream.read_raw_bytes()) < _NOTHING and not stream.read_bytes()
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return False


def _inherited(page: Any, key: str) -> Any:
    at = page
    for _ in range(64):
        if not is_group(at) or key in at:
            break
        at = at.get("/Parent")
    return get(at, key)


def _group(owner: Any, resources: Any, page: int, place: str | None) -> Iterator[Used]:
    """Tell of the transparency group of a page or form: its colour space is used for blending."""
    blended = group(owner, "/Group")
    if blended is not None:
        yield Used("group", blended, resources, page, place)
        if blended.get("/CS") is not None:
            yield Used("colour", blended.get("/CS"), resources, page, place)


class _Reader:
    """Reads one content stream; what it draws with is put to what waits."""

    def __init__(self, pdf: Any, content: _Content, waiting: list[_Content], seen: set[Any]) -> None:
        self.pdf = pdf
        self.content = content
        self.waiting = waiting
        self.seen = seen
        self.depth = self.deepest = 0
        self.met: set[tuple[str, str]] = set()
        """Operators with the names behind them, each told of once."""

    def read(self) -> Iterator[Used]:
        import pikepdf

        data = bytearray()
        for stream in self.content.streams:
            part, whole = unpacked(stream, MAX_CONTENT)
            if not whole or (not part and not _is_empty(stream)):
                yield self._used("unreadable", "content that breaks off, or is packed in an unknown way")
            data += part + b"\n"
            if len(data) > MAX_CONTENT:
                yield self._used("unreadable", f"content of more than {MAX_CONTENT // 1_000_000} MB")
                return
        if not data.strip():
            return
        if last := broken_off(bytes(data)):
            yield self._used("unreadable", f"content that ends inside {last}")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of content that breaks off, which has been said
                instructions = pikepdf.parse_content_stream(pikepdf.Stream(self.pdf, bytes(data)))
        except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
            yield self._used("unreadable", f"content ({' '.join(str(error).split())[:100]})")
            return
        for instruction in instructions:
            yield from self._instruction(_written(instruction.operator), instruction.operands)
        yield self._used("depth", self.deepest)

    def _used(self, kind: str, value: Any, resources: Any = None) -> Used:
        here = self.content
        return Used(kind, value, here.resources if resources is None else resources, here.page, here.object)

    def _named(self, kind: str, operand: Any) -> Any:
        """Find what a name in the content stands for."""
        return get(group(self.content.resources, kind), name(operand)) if name(operand) else None

    def _instruction(self, operator: str, operands: Any) -> Iterator[Used]:
        last = operands[-1] if len(operands) else None
        if operator == "q":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        elif operator == "Q":
            self.depth -= 1
        elif operator == "INLINE IMAGE":
            yield from self._inline(last)
        elif operator not in OPERATORS:
            yield self._used("operator", operator)
        elif operator in _TELLING:
            # A page sets its colours and fonts over and over: each is told of once for a content.
            what = operator, name(operands[0] if operator == "Tf" and len(operands) else last)
            if what not in self.met:
                self.met.add(what)
                yield from self._told(operator, operands, last)

    def _told(self, operator: str, operands: Any, last: Any) -> Iterator[Used]:
        """Tell what an operator uses."""
        if operator.lower() in _DEVICE:
            yield self._used("colour", objects.as_name(_DEVICE[operator.lower()]))
        elif operator in ("cs", "CS"):
            yield from self._space(last)
        elif operator in ("scn", "SCN"):
            yield from self._pattern(self._named("/Pattern", last))
        elif operator == "sh":
            yield from self._shading(self._named("/Shading", last))
        elif operator == "Do":
            yield from self._drawn(self._named("/XObject", last))
        elif operator == "gs":
            yield from self._state(self._named("/ExtGState", last))
        elif operator == "Tf" and len(operands) > 1:
            yield from self._font(self._named("/Font", operands[0]))
        elif operator == "ri":
            yield self._used("intent", name(last))

    def _space(self, operand: Any) -> Iterator[Used]:
        found = self._named("/ColorSpace", operand)
        if found is not None:
            yield self._used("colour", found)
        elif name(operand).startswith("/Device"):
            yield self._used("colour", operand)

    def _pattern(self, pattern: Any) -> Iterator[Used]:
        if not is_group(pattern):
            return
        if integer(pattern.get("/PatternType")) == 2:
            yield from self._shading(pattern.get("/Shading"))
            if is_group(pattern.get("/ExtGState")):
                yield from self._state(pattern.get("/ExtGState"))
        else:
            self._wait(pattern, pattern.get("/Resources"))

    def _shading(self, shading: Any) -> Iterator[Used]:
        if is_group(shading) and shading.get("/ColorSpace") is not None:
            yield self._used("colour", shading.get("/ColorSpace"))

    def _drawn(self, drawn: Any) -> Iterator[Used]:
        if not is_stream(drawn):
            return
        if name(drawn.get("/Subtype")) == "/Image":
            yield from self._image(drawn)
        elif name(drawn.get("/Subtype")) == "/Form":
            yield from self._form(drawn)

    def _image(self, image: Any) -> Iterator[Used]:
        here = self.content._replace(object=objects.where(image))
        yield Used("image", image, here.resources, here.page, here.object)
        if image.get("/ColorSpace") is not None and image.get("/ImageMask") is not True:
            yield Used("colour", image.get("/ColorSpace"), here.resources, here.page, here.object)
        if name(image.get("/Intent")):
            yield Used("intent", name(image.get("/Intent")), None, here.page, here.object)

    def _form(self, form: Any) -> Iterator[Used]:
        resources = form.get("/Resources")
        resources = resources if is_group(resources) else self.content.resources
        yield from _group(form, resources, self.content.page, objects.where(form))
        self._wait(form, resources)

    def _state(self, state: Any) -> Iterator[Used]:
        if not is_group(state):
            return
        place = objects.where(state) or self.content.object
        yield Used("state", state, self.content.resources, self.content.page, place)
        if name(state.get("/RI")):
            yield Used("intent", name(state.get("/RI")), None, self.content.page, place)
        form = group(state, "/SMask", "/G")
        if form is not None and is_stream(form):
            yield from self._form(form)
        font = array(state, "/Font")
        if font:
            yield from self._font(font[0])

    def _font(self, font: Any) -> Iterator[Used]:
        if not is_group(font):
            return
        place = objects.where(font) or self.content.object
        yield Used("font", font, self.content.resources, self.content.page, place)
        if name(font.get("/Subtype")) == "/Type3":
            glyphs = group(font, "/CharProcs")
            for _, glyph in glyphs.items() if glyphs is not None else ():
                self._wait(glyph, font.get("/Resources"))

    def _inline(self, image: Any) -> Iterator[Used]:
        try:
            keys = image.obj  # with long names in the place of short ones
        except Exception:  # whatever stands between BI and ID
            yield self._used("unreadable", "an inline image")
            return
        yield self._used("inline", keys)
        space = keys.get("/ColorSpace")
        if space is not None and keys.get("/ImageMask") is not True:
            yield self._used("colour", space)
        if name(keys.get("/Intent")):
            yield self._used("intent", name(keys.get("/Intent")))

    def _wait(self, stream: Any, resources: Any) -> None:
        """Put a stream to what waits, unless it has been read."""
        if not is_stream(stream):
            return
        key = stream.objgen if stream.is_indirect else id(stream)
        if key in self.seen:
            return
        self.seen.add(key)
        resources = resources if is_group(resources) else self.content.resources
        self.waiting.append(_Content((stream,), resources, self.content.page, objects.where(stream)))
