"""Checks of what the pages draw: colours, fonts, transparency, operators.

Not here: how it is found (`walk`), what a colour space comes down to (`colours`).
"""

from __future__ import annotations

from collections.abc import Iterator

from letterpress.pdf.validation import colours, icc
from letterpress.pdf.validation.objects import name, number
from letterpress.pdf.validation.rules import NORMS, Broken
from letterpress.pdf.validation.subject import Subject
from letterpress.pdf.validation.walk import Used, used
from letterpress.pdf.values import array, group, integer, is_array, is_group, is_stream

_INTENTS = frozenset({"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"})
_BLENDED = frozenset(
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight"
    " /Difference /Exclusion /Hue /Saturation /Color /Luminosity".split()
)
"""Blend modes (ISO 32000-1, tables 136 and 137)."""
_DEEPEST = 28
"""Saved graphics states, one in the other (PDF Reference 1.6, appendix C)."""
_TAKES = {"/DeviceRGB": ("RGB",), "/DeviceCMYK": ("CMYK",), "/DeviceGray": ("GRAY", "CMYK")}
"""The colour spaces of output intents that say what a device's colour is."""
_RULES = {"/DeviceRGB": "device-rgb", "/DeviceCMYK": "device-cmyk", "/DeviceGray": "device-gray"}


def check(subject: Subject, standard: str) -> Iterator[Broken]:
    """Find what is broken in what the pages draw.

    :param standard: of `rules.NORMS`.
    """
    family = NORMS[standard][0]
    spots: dict[str, bytes] = {}
    for one in used(subject):
        if one.kind == "colour":
            yield from _colour(one, subject, family, spots)
        elif one.kind == "font":
            yield from _font(one)
        elif one.kind == "image":
            if is_stream(one.value.get("/SMask")) or integer(one.value.get("/SMaskInData")):
                yield _at(one, "transparency", "a picture with a soft mask")
        elif one.kind == "inline":
            yield from _inline(one)
        elif one.kind == "group":
            if name(one.value.get("/S")) == "/Transparency":
                yield _at(one, "transparency", "a transparency group")
        elif one.kind == "state":
            yield from _state(one)
        elif one.kind == "intent":
            if one.value not in _INTENTS:
                yield _at(one, "rendering-intent", one.value[1:])
        elif one.kind == "operator":
            yield _at(one, "postscript" if one.value == "PS" else "operator", one.value[:40])
        elif one.kind == "depth":
            if one.value > _DEEPEST:
                yield _at(one, "limits", f"{one.value} graphics states saved one in the other")
        else:
            yield _at(one, "unreadable", one.value)


def _at(one: Used, rule: str, detail: str = "") -> Broken:
    return Broken(rule, detail, one.page, one.object)


def _colour(one: Used, subject: Subject, family: str, spots: dict[str, bytes]) -> Iterator[Broken]:
    """Check a colour space that is used, and those that it rests on."""
    condition = subject.output_profile.space if subject.output_profile is not None else None
    for base in colours.bases(one.value, one.resources):
        if base.kind in _RULES:
            if family == "x-1a":
                if base.kind == "/DeviceRGB":
                    yield _at(one, "device-rgb", "DeviceRGB")
            elif condition in icc.COLOURS and condition != "Lab" and condition not in _TAKES[base.kind]:
                yield _at(one, _RULES[base.kind], f"{base.kind[1:]} with an output intent of {condition}")
        elif base.kind == "/ICCBased" and (base.profile is None or not base.profile.whole):
            yield _at(one, "icc-profile" if family == "x-4" else "calibrated-colour", "ICCBased")
        elif base.kind in ("/ICCBased", "/CalRGB", "/CalGray", "/Lab"):
            yield _at(one, "calibrated-colour", base.kind[1:])
        elif base.spot and spots.setdefault(base.spot, base.definition) != base.definition:
            yield _at(one, "spot-colour", base.spot[1:])


def _font(one: Used) -> Iterator[Broken]:
    """Check whether a font's glyphs are in the file."""
    font = one.value
    if name(font.get("/Subtype")) == "/Type3":
        return
    below = array(font, "/DescendantFonts")
    descriptor = group(below[0] if below else font, "/FontDescriptor")
    programs = [descriptor.get(key) for key in ("/FontFile", "/FontFile2", "/FontFile3")] if descriptor else []
    program = next((one for one in programs if is_stream(one)), None)
    called = name(font.get("/BaseFont"))[1:] or "without a name"
    if program is None:
        yield _at(one, "font-embedded", called)
    elif name(program.get("/Subtype")) == "/OpenType":
        yield _at(one, "font-opentype", called)


def _inline(one: Used) -> Iterator[Broken]:
    """Check how an inline image is packed."""
    filters = one.value.get("/Filter", one.value.get("/F"))
    for each in filters if is_array(filters) else (filters,):
        if name(each) in ("/LZWDecode", "/LZW"):
            yield _at(one, "lzw-filter", "an inline image")


def _state(one: Used) -> Iterator[Broken]:
    """Check a graphics state."""
    state = one.value
    if is_group(state.get("/SMask")):
        yield _at(one, "transparency", "a soft mask")
    for key in ("/ca", "/CA"):
        value = number(state.get(key))
        if value is not None and value < 1:
            yield _at(one, "transparency", f"opacity {value:g}")
    modes = state.get("/BM")
    for mode in [name(each) for each in (modes if is_array(modes) else (modes,)) if modes is not None]:
        if mode not in _BLENDED:
            yield _at(one, "blend-mode", mode[1:])
        if mode not in ("/Normal", "/Compatible"):
            yield _at(one, "transparency", f"blend mode {mode[1:]}")
