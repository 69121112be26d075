"""Reads what a page draws: which colours, which pictures and how large they are printed, transparency, gradients.

Not here: boxes, fonts and annotations (`objects`), and how a page looks (pdf/page_view.py).
Source: ISO 32000-1, 8.3 (matrices), 8.6 (colour spaces), 8.7 (patterns), 8.9 (images), 8.10 (forms), 11 (transparency).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from letterpress.pdf.values import annotations_of, array, group, groups, is_array, is_group, is_stream

_MOST_STEPS = 1_000_000
"""Operators of a page with all that it draws that are read."""
_DEEPEST = 20
"""Forms inside forms that are read."""
_MOST_FORMS = 2_000
"""Forms of a page that are read, each time that it is drawn."""
_MOST_PARTS = 20_000
_OPERATORS = "q Q cm Do rg RG k K g G cs CS sc SC scn SCN sh gs BI ID EI"
_DEVICE = {"g": "/DeviceGray", "G": "/DeviceGray", "rg": "/DeviceRGB", "RG": "/DeviceRGB"} | {
    "k": "/DeviceCMYK",
    "K": "/DeviceCMYK",
}
_SHORT = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK", "/I": "/Indexed"}
"""Names of colour spaces in images that stand in the content itself (8.9.7)."""
_NAMES = {
    "/DeviceRGB": "RGB",
    "/CalRGB": "RGB (CalRGB)",
    "/Lab": "Lab",
}

_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class TooMuch(Exception):
    """A page draws more than anybody would look at."""


class Image(NamedTuple):
    """A picture as it is printed."""

    width: int
    """Samples."""
    height: int
    dpi: float
    """The lower one of both sides."""
    bits: int
    """Of a sample; 1 for a mask."""
    corners: tuple[tuple[float, float], ...]
    """In pt of the page's space."""


@dataclass(slots=True)
class Drawn:
    """What a page draws."""

    colors: set[str] = field(default_factory=set)
    """Kinds of colour that are none of a press: `RGB`, `Lab`, `RGB (ICC profile)`, of images with ` image` behind."""
    images: list[Image] = field(default_factory=list)
    transparent: bool = False
    gradients: bool = False


def read(page: Any, resources: Any) -> Drawn:
    """Read what a page draws.

    :param page: pikepdf's dictionary of it.
    :param resources: its own, or those that it inherits.
    :raises TooMuch: it draws too much.
    :raises Exception: its content is damaged; the library's own.
    """
    reading = _Reading()
    unit = page.get("/UserUnit", 1)
    reading.scale = float(unit) if isinstance(unit, int) or type(unit).__name__ == "Decimal" else 1.0
    reading.content(page, resources, _SAME, 0)
    for annotation in annotations_of(page):
        for form in _appearances(annotation):
            reading.content(form, group(form, "/Resources"), _SAME, 1, images=False)
    return reading.drawn


def resources_of(page: Any, resources: Any) -> Iterator[Any]:
    """Give the resources of a page, and of all forms, patterns, fonts and annotations that it names.

    :raises TooMuch: there are too many.
    """
    waiting = [resources, *(group(form, "/Resources") for one in annotations_of(page) for form in _appearances(one))]
    seen: set[Any] = set()
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        one = waiting.pop()
        if not is_group(one):
            continue
        key = one.objgen if one.is_indirect else id(one)
        if one.is_indirect and key in seen:
            continue
        seen.add(key)
        yield one
        parts = [part for kind in ("/XObject", "/Pattern", "/Font") for _, part in groups(one, kind)]
        for part in parts:
            below = group(part, "/Resources")
            if below is None or (part.is_indirect and part.objgen in seen):
                continue
            if part.is_indirect:
                seen.add(part.objgen)
            waiting.append(below)
        for _, state in groups(one, "/ExtGState"):
            mask = group(state, "/SMask", "/G", "/Resources")
            if mask is not None:
                waiting.append(mask)
    raise TooMuch(f"it names more than {_MOST_PARTS} parts")


def _appearances(annotation: Any) -> Iterator[Any]:
    """The forms that an annotation shows when nobody touches it."""
    normal = group(annotation, "/AP", "/N")
    if is_stream(normal):
        yield normal
    elif normal is not None:
        yield from (form for _, form in list(normal.items())[:20] if is_stream(form))


class _Reading:
    """Goes through the content of a page and of what it draws."""

    def __init__(self) -> None:
        self.drawn = Drawn()
        self.scale = 1.0
        self._steps = 0
        self._forms = 0
        self._seen: dict[Any, None] = {}
        """Resources whose states and gradients have been looked at."""

    def content(self, owner: Any, resources: Any, matrix: _Matrix, depth: int, *, images: bool = True) -> None:
        """Read a page, form, pattern or Type 3 character.

        :param matrix: of the space that it is drawn in, to the page's.
        :param images: whether it is known how large its pictures are printed.
        """
        import pikepdf

        self._forms += 1
        if depth > _DEEPEST or self._forms > _MOST_FORMS:
            raise TooMuch("its forms are drawn too often, or one inside the other too deep")
        self._state(resources, depth)
        instructions = pikepdf.parse_content_stream(owner, operators=_OPERATORS)
        self._steps += len(instructions)
        if self._steps > _MOST_STEPS:
            raise TooMuch(f"it has more than {_MOST_STEPS:,} steps")
        stack = []
        for instruction in instructions:
            operator = str(instruction.operator)
            operands = instruction.operands
            if operator == "q":
                stack.append(matrix)
            elif operator == "Q":
                matrix = stack.pop() if stack else matrix
            elif operator == "cm":
                matrix = _times(_matrix(operands), matrix)
            elif operator in _DEVICE:
                self._color(_DEVICE[operator])
            elif operator in ("cs", "CS") and operands:
                self._color(_named(resources, "/ColorSpace", operands[0]) or operands[0])
            elif operator == "sh" and operands:
                self.drawn.gradients = True
                self._color((group(resources, "/Shading", str(operands[0])) or {}).get("/ColorSpace"))
            elif operator == "Do" and operands:
                self._object(group(resources, "/XObject", str(operands[0])), resources, matrix, depth, images)
            elif operator == "INLINE IMAGE":
                self._image(operands[0].obj, resources, matrix if images else None)

    def _object(self, found: Any, resources: Any, matrix: _Matrix, depth: int, images: bool) -> None:
        """Read what `Do` draws: an image or a form."""
        if not is_stream(found):
            return
        if found.get("/Subtype") == "/Image":
            self._image(found, resources, matrix if images else None)
        elif found.get("/Subtype") == "/Form":
            inner = _times(_matrix(found.get("/Matrix")), matrix)
            self.content(found, group(found, "/Resources") or resources, inner, depth + 1, images=images)

    def _state(self, resources: Any, depth: int) -> None:
        """Read what resources hold of transparency and patterns."""
        if not is_group(resources):
            return
        key = resources.objgen if resources.is_indirect else None
        if key is not None and key in self._seen:
            return
        self._seen[key] = None
        for _, state in groups(resources, "/ExtGState"):
            self.drawn.transparent |= _is_transparent(state)
            if is_stream(form := group(state, "/SMask", "/G")) and depth < _DEEPEST:
                self.content(form, group(form, "/Resources"), _SAME, depth + 1, images=False)
        for _, pattern in groups(resources, "/Pattern"):
            if pattern.get("/PatternType") == 2:
                self.drawn.gradients = True
                self._color((group(pattern, "/Shading") or {}).get("/ColorSpace"))
            elif is_stream(pattern) and pattern.objgen not in self._seen:
                self._seen[pattern.objgen] = None
                self.content(pattern, group(pattern, "/Resources"), _SAME, depth + 1, images=False)
        for _, font in groups(resources, "/Font"):
            if font.get("/Subtype") == "/Type3" and font.objgen not in self._seen:
                self._seen[font.objgen] = None
                for _, drawing in groups(font, "/CharProcs"):
                    if is_stream(drawing):
                        self.content(drawing, group(font, "/Resources") or resources, _SAME, depth + 1, images=False)

    def _image(self, image: Any, resources: Any, matrix: _Matrix | None) -> None:
        """Read an image, from the file or from the content itself (with its short names)."""
        width, height = (_integer(image, long, short) for long, short in (("/Width", "/W"), ("/Height", "/H")))
        mask = bool(image.get("/ImageMask", image.get("/IM", False)))
        space = image.get("/ColorSpace", image.get("/CS"))
        bits = 1 if mask else _integer(image, "/BitsPerComponent", "/BPC") or 8
        self.drawn.transparent |= is_stream(image.get("/SMask"))
        if not mask and space is not None:
            named = _named(resources, "/ColorSpace", space)
            self._color(named if named is not None else space, image=True)
        if matrix is None or width < 2 or height < 2:  # one sample is a plain colour, however large it is drawn
            return
        a, b, c, d, e, f = matrix
        sides = math.hypot(a, b) * self.scale, math.hypot(c, d) * self.scale
        if min(sides) > 0:
            dpi = min(width / sides[0], height / sides[1]) * 72  # 72 pt to the inch
            corners = tuple((a * x + c * y + e, b * x + d * y + f) for x, y in ((0, 0), (1, 1)))
            self.drawn.images.append(Image(width, height, dpi, bits, corners))

    def _color(self, space: Any, *, image: bool = False) -> None:
        if kind := _kind(space):
            self.drawn.colors.add(f"{kind} image" if image else kind)


def _kind(space: Any, depth: int = 0) -> str | None:
    """What a colour space is called that no press prints as it is; None for one of a press."""
    if depth > 8 or space is None:
        return None
    if not is_array(space):
        name = _SHORT.get(str(space), str(space))
        return _NAMES.get(name)
    if len(space) < 2:
        return _kind(space[0], depth + 1) if len(space) else None
    family = _SHORT.get(str(space[0]), str(space[0]))
    if family in ("/Indexed", "/Pattern"):
        return _kind(space[1], depth + 1)
    if family == "/ICCBased":
        return "RGB (ICC profile)" if is_stream(space[1]) and space[1].get("/N") == 3 else None
    if family in ("/Separation", "/DeviceN"):
        inner = _kind(space[2], depth + 1) if len(space) > 2 else None
        return f"a spot colour over {inner}" if inner else None
    return _NAMES.get(family)


def _named(resources: Any, kind: str, name: Any) -> Any:
    """What resources call `name`; None, if they do not know it."""
    if is_array(name) or is_group(name):
        return name
    found = group(resources, kind)
    return None if found is None else found.get(str(name))


def _is_transparent(state: Any) -> bool:
    if any(_number(state.get(key, 1)) < 1 for key in ("/ca", "/CA")):
        return True
    mode = state.get("/BM", "/Normal")
    modes = {str(one) for one in (array(state, "/BM") if is_array(mode) else (mode,))}
    return is_group(state.get("/SMask")) or not modes <= {"/Normal", "/Compatible"}


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return 1.0


def _integer(owner: Any, long: str, short: str) -> int:
    value = owner.get(long, owner.get(short, 0))
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else 0


def _matrix(values: Any) -> _Matrix:
    """A matrix of six numbers: an array of the file, or an operator's operands; the identity, if it is none."""
    try:
        if values is None or len(values) != 6:
            return _SAME
    except TypeError:
        return _SAME
    a, b, c, d, e, f = (_number(value) for value in values)
    return a, b, c, d, e, f


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    """The matrix that does what `one` does, and then what `two` does."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
