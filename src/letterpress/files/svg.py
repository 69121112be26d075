"""Says what of an SVG would not be drawn, or would never end, before it is laid out.

An SVG may be a file, a data URI or written in a letter's body: `find_fault` takes its parsed root, whoever parsed it.
What the layout passes over without a word is a fault here: scripts, foreign content, animations, most filters,
references that lead out of the file. What repeats itself (`use`, patterns, markers, gradients) is counted before it is
drawn.

Not here: fetching what an SVG's images name (`allowed`). Source of the rules: SVG 1.1 and 2; what WeasyPrint draws.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from letterpress.files import svg_text

MAX_REPEATED = 50_000
"""Shapes that are drawn because others repeat them: some seconds of layout."""
_MAX_BANDS = 2_000
"""Bands of a gradient that repeats itself, over the whole drawing."""

_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset("a circle ellipse g image line path polygon polyline rect svg text textPath tspan use".split())
_HELD = frozenset(
    "defs symbol marker mask clipPath pattern linearGradient radialGradient stop style title desc metadata filter "
    "switch view".split()
)
_SHAPES = frozenset("circle ellipse line path polygon polyline rect text textPath tspan image".split())
_REFERRING = ("fill", "stroke", "mask", "clip-path", "marker", "marker-start", "marker-mid", "marker-end")
_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DECLARED = re.compile(r"(?<![-\w])([-\w]+)\s*:\s*([^;{}]*)")
_RASTER = re.compile(r"\.(png|jpe?g|gif|webp|tiff?|bmp|avif|jp2)([?#].*)?$|^data:image/(?!svg)", re.I)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an SVG, as the end of a sentence that begins with its name; and what to do."""

    message: str
    hint: str
    code: str
    params: tuple[tuple[str, int], ...] = ()


def find_fault(root: Any) -> Fault | None:
    """Find the first thing in an SVG that would not be drawn as it says, or would take too long.

    :param root: an element of `xml.etree` or one like it: `tag` (with or without a namespace in braces), `attrib`,
        `text`, `iter()`, and its children when it is iterated.
    """
    try:
        drawing = _Drawing(root)
        for find in (_elements, _attributes, _styles, _filters, _gradients, _words):
            for fault in find(drawing):
                return fault
        return _repeated(drawing)
    except RecursionError:
        return Fault("is nested too deeply", "take out some of its groups", code="svg-too-large")


def without_smoothing(root: Any) -> bool:
    """Have the SVG's images drawn without smoothing, as PDF/A asks (ISO 19005-3, 6.2.8).

    :returns: whether there are any.
    """
    changed = False
    for element in root.iter():
        if _name(element) == "image":
            style = element.attrib.get("style", "").rstrip("; ")
            element.attrib["style"] = f"{style}{';' if style else ''}image-rendering:crisp-edges"
            changed = True
    return changed


def families(root: Any) -> tuple[str, ...] | None:
    """Find the fonts that an SVG's texts ask for, in the order in which they are named; None if it has no text."""
    if not any(_name(element) == "text" and "".join(element.itertext()).strip() for element in root.iter()):
        return None
    names: dict[str, None] = {}
    for element in root.iter():
        asked = [element.attrib.get("font-family", "")]
        texts = [element.attrib.get("style", ""), (element.text or "") if _name(element) == "style" else ""]
        asked += [value for text in texts for key, value in _DECLARED.findall(text) if key == "font-family"]
        for family in ",".join(asked).split(","):
            if name := family.strip(" '\"\n\t"):
                names[name] = None
    return tuple(names)


class _Drawing:
    """An SVG's root, and its elements by their ids."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.named: dict[str, Any] = {}
        self.sheets = ""
        for element in root.iter():
            if "id" in element.attrib:
                self.named.setdefault(element.attrib["id"], element)
            if _name(element) == "style":
                self.sheets += (element.text or "") + "\n"


def _name(element: Any) -> str:
    """An element's name, if it is SVG's; empty for those of other vocabularies, and for comments."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, name = tag.rpartition("}")
    return name if space in ("", "{" + _SVG) else ""


def _href(element: Any) -> str:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].rpartition(":")[2] == "href":
            return str(value).strip()
    return ""


def _shorter(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


# --- what would not be drawn ------------------------------------------------------------------------------------------


def _elements(drawing: _Drawing) -> Iterator[Fault]:
    for element in drawing.root.iter():
        name, tag = _name(element), element.tag
        if not isinstance(tag, str):
            continue
        if tag.startswith(("{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2001/XInclude}")):
            yield _left_out(tag.rpartition("}")[2])
        elif name == "switch":
            if sum(_name(child) in _DRAWN for child in element) > 1:
                message, hint = "has a <switch> of which one part is to be drawn", "leave only the part that is meant"
                yield Fault(message, hint, code="svg-not-drawn")
        elif name == "foreignObject" and "requiredExtensions" in element.attrib:
            continue  # what a drawing program keeps for itself, beside what it has drawn
        elif name and name not in _DRAWN and name not in _HELD and not name.startswith("fe"):
            yield _left_out(name)


def _left_out(name: str) -> Fault:
    hint = {
        "script": "take the script out",
        "foreignObject": "write its text as <text>, or convert it to paths",
    }.get(name, "take it out, or convert it to paths")
    return Fault(f"has a <{_shorter(name)}>, which would not be drawn", hint, code="svg-not-drawn")


def _attributes(drawing: _Drawing) -> Iterator[Fault]:
    for element in drawing.root.iter():
        name = _name(element)
        for key in element.attrib:
            local = key.rpartition("}")[2].lower()
            if name and re.fullmatch(r"on[a-z]+", local):
                yield Fault(f"has a script in '{local}', which would not run", "take it out", code="svg-script")
        target = _href(element)
        if name == "image":
            if not _RASTER.search(target):
                hint = "put the part into the SVG itself, or save it as PNG"
                yield Fault(f"shows '{_shorter(target)}', which is no PNG or JPEG", hint, code="svg-not-drawn")
        elif name == "a":
            if re.match(r"[\s\0]*(javascript|vbscript|data):", target, re.I):
                yield Fault("has a script in a link", "take it out", code="svg-script")
        elif name and target and not target.startswith("#"):
            yield _incomplete("uses", target)
        for text in (element.attrib.get("style", ""), *(element.attrib.get(key, "") for key in _REFERRING)):
            yield from _outside(text)


def _outside(text: str) -> Iterator[Fault]:
    for target in _URL.findall(text):
        if not target.startswith("#"):
            yield _incomplete("refers to", target)


def _incomplete(verb: str, target: str) -> Fault:
    message = f"{verb} '{_shorter(target)}', which is not in it"
    return Fault(message, "put the part into the SVG itself", code="svg-incomplete")


def _styles(drawing: _Drawing) -> Iterator[Fault]:
    texts = [element.attrib.get("style", "") for element in drawing.root.iter()]
    texts += [f"mix-blend-mode: {element.attrib.get('mix-blend-mode', '')}" for element in drawing.root.iter()]
    for key, value in _DECLARED.findall(";".join([*texts, drawing.sheets.replace("\n", " ")])):
        if key in ("mix-blend-mode", "backdrop-filter") and value.strip() not in ("normal", "none", ""):
            message = f"blends with '{key}: {_shorter(value.strip())}', which would not be drawn"
            yield Fault(message, "flatten it", code="svg-not-drawn")
    for key, value in _DECLARED.findall(re.sub(r"@font-face\s*{[^}]*}", "", drawing.sheets)):
        if key != "src":
            yield from _outside(value)


def _filters(drawing: _Drawing) -> Iterator[Fault]:
    """A filter is drawn only if all it does is to move or to blend."""
    asked = [value for key, value in _DECLARED.findall(drawing.sheets.replace("\n", " ")) if key == "filter"]
    for element in drawing.root.iter():
        asked.append(element.attrib.get("filter", ""))
        asked += [value for key, value in _DECLARED.findall(element.attrib.get("style", "")) if key == "filter"]
    for value in asked:
        if value.strip() in ("", "none"):
            continue
        targets = _URL.findall(value)
        filter_ = drawing.named.get(targets[0][1:]) if targets else None
        steps = [_name(step) for step in filter_ if _name(step)] if filter_ is not None else []
        if not (targets and filter_ is None) and steps not in (["feOffset"], ["feBlend"]):
            what = f"a filter ({', '.join(steps) or _shorter(value.strip())})"
            hint = "take it out, or save the picture as PNG"
            yield Fault(f"has {what}, which would not be drawn", hint, code="svg-not-drawn")


# --- what would never end ---------------------------------------------------------------------------------------------


def _repeated(drawing: _Drawing) -> Fault | None:
    """Count what is drawn, with all that is repeated, without drawing it.

    Each element is counted once, however often it is used: a few lines can ask for 10**12 shapes. What fills or strokes
    is drawn for each shape, a marker for each point; what a style sheet names may be drawn for each of them.
    """
    known: dict[Any, tuple[float, float, float]] = {}
    inside: set[Any] = set()
    own = sum(1 for _ in drawing.root.iter())
    sheet = [target[1:] for target in _URL.findall(drawing.sheets) if target[1:] in drawing.named]

    def count(element: Any) -> tuple[float, float, float]:
        """Elements drawn, of these shapes, and points at which these may have markers."""
        if element in known:
            return known[element]
        if element in inside:
            raise _LoopError
        inside.add(element)
        name = _name(element)
        drawn, shapes = 1.0, float(name in _SHAPES)
        points = 1.0 + len(_NUMBER.findall(element.attrib.get("d", "") + element.attrib.get("points", ""))) / 2
        below = [child for child in element if _name(child) not in ("defs", "")]
        if name == "use" and _href(element)[1:] in drawing.named:
            below.append(drawing.named[_href(element)[1:]])
        for child in below:
            more = count(child)
            drawn, shapes, points = drawn + more[0], shapes + more[1], points + more[2]
        for target, times in _references(element, shapes, points):
            if target in drawing.named:
                more = count(drawing.named[target])
                drawn, shapes, points = drawn + times * more[0], shapes + times * more[1], points + times * more[2]
        inside.discard(element)
        known[element] = (drawn, shapes, points)
        return known[element]

    try:
        drawn, shapes, _ = count(drawing.root)
        drawn += sum(shapes * count(drawing.named[target])[0] for target in dict.fromkeys(sheet))
    except _LoopError:
        return Fault("has a part that repeats itself", "take the reference to itself out", code="svg-endless")
    if drawn - own <= MAX_REPEATED:
        return None
    much = f"{drawn:,.0f}" if drawn < 1e15 else "countless"
    return Fault(
        f"draws {much} shapes by repeating {own:,} elements; {MAX_REPEATED:,} repeated ones are the most",
        "repeat less, or save the picture as PNG",
        code="svg-too-large",
        params=(("limit", MAX_REPEATED),),
    )


def _words(drawing: _Drawing) -> Iterator[Fault]:
    for element in svg_text.outside(drawing.root):
        words = " ".join("".join(element.itertext()).split())
        message = f"has words outside of what it shows: '{_shorter(words)}'"
        yield Fault(message, "move them into its viewBox", code="svg-words-outside")


class _LoopError(Exception):
    """A part leads to itself."""


def _references(element: Any, shapes: float, points: float) -> Iterator[tuple[str, float]]:
    """Ids of what an element draws with, and how often: what is inherited is drawn for each shape below."""
    style = dict(_DECLARED.findall(element.attrib.get("style", "")))
    for key in _REFERRING:
        for target in _URL.findall(style.get(key) or element.attrib.get(key, "")):
            often = points if key.startswith("marker") else max(1.0, shapes) if key in ("fill", "stroke") else 1.0
            yield target[1:], often


def _gradients(drawing: _Drawing) -> Iterator[Fault]:
    """A gradient that repeats itself, and whose band is too narrow for what it fills."""
    reach = 0.0
    for element in drawing.root.iter():
        name = _name(element)
        if name not in ("linearGradient", "radialGradient"):
            keys = ("viewBox", "x", "y", "width", "height", "r", "rx", "ry", "cx", "cy", "x1", "x2", "y1", "y2")
            for text in (element.attrib.get(key, "") for key in (*keys, "d", "points")):
                reach = max([reach, *(min(abs(float(number)), 1e9) for number in _NUMBER.findall(text))])
    for element in drawing.root.iter():
        if _name(element) not in ("linearGradient", "radialGradient"):
            continue
        if _inherited(drawing, element, "spreadMethod") not in ("repeat", "reflect"):
            continue
        whole = 1.0
        if _inherited(drawing, element, "gradientUnits") == "userSpaceOnUse":
            whole = max(reach, 1.0)
        if 2 * whole > _MAX_BANDS * _band(drawing, element, whole):
            yield Fault(
                "has a gradient that repeats itself in bands too narrow to be seen",
                "make the bands wider, or take out its spreadMethod",
                code="svg-too-large",
                params=(("limit", _MAX_BANDS),),
            )


def _inherited(drawing: _Drawing, element: Any, key: str, default: str = "") -> str:
    """A gradient's attribute, which it may have from another."""
    for _ in range(10):
        if key in element.attrib:
            return str(element.attrib[key])
        element = drawing.named.get(_href(element)[1:])
        if element is None:
            break
    return default


def _band(drawing: _Drawing, element: Any, whole: float) -> float:
    """The width of a gradient's band, in units of `whole`, as its transformation leaves it."""

    def length(key: str, default: str) -> float:
        text = _inherited(drawing, element, key, default).strip()
        number = _NUMBER.match(text)
        return 0.0 if number is None else float(number[0]) * (whole / 100 if text.endswith("%") else 1.0)

    if _name(element) == "linearGradient":
        width = math.hypot(length("x2", "100%") - length("x1", "0"), length("y2", "0") - length("y1", "0"))
    else:
        width = abs(length("r", "50%") - length("fr", "0"))
    scale = 1.0
    for kind, inner in re.findall(r"(matrix|scale)\s*\(([^)]*)", _inherited(drawing, element, "gradientTransform")):
        values = [float(number) for number in _NUMBER.findall(inner)]
        if kind == "scale" and values:
            scale *= min(abs(value) for value in values[:2])
        elif len(values) >= 4:
            scale *= min(math.hypot(values[0], values[1]), math.hypot(values[2], values[3]))
    return width * scale
