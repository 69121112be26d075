"""Makes a press copy of a PDF that WeasyPrint has drawn: its colours become inks, and it says what PDF/X asks.

All that is drawn is walked, from the pages down: contents, groups, patterns, images, shadings, soft masks. A soft mask
says by its light how much is seen: what is in it becomes grey. The layout is that of every other rendition.

Not here: which inks a colour has (`pdf.press`), what is left out of the file (`press_left_out`), PDF/X-1a, which is
made of it afterwards (`pdf.press.flat`).
Source: ISO 15930-7 (PDF/X-4); ISO 32000-1, 7.10 (functions), 8.6 (colour spaces), 8.7.4.5
(shadings), 11.5.3 (soft masks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pydyf

from letterpress.layout import overprinted, private_api
from letterpress.layout.pdf_objects import Objects, number_of
from letterpress.page import LayoutFault, PressCopy
from letterpress.pdf.press import marks, rasters, separation, standards
from letterpress.pdf.press.separation import Ink, Separation, numbers

_COLOUR = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (rg|RG)")
_SPACE = re.compile(rb"/(\S+) (cs|CS)")
_GREY = re.compile(rb"(-?[\d.]+) (g|G)")
_PARTS = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (scn|SCN)")
_SAMPLES = 17
"""Inks of a gradient from one colour to the next: what lies between them is less than can be seen."""
_LAB = frozenset((b"lab-d50", b"lab-d65"))


def convert(pdf: Any, objects: Objects, press: PressCopy, *, on_paper: bool = False) -> tuple[LayoutFault, ...]:
    """Turn the colours of a drawn PDF into inks, and say in it what PDF/X asks.

    :param on_paper: whether a firm's printed paper will lie below it, whose inks are not known here.
    :returns: what of it cannot be printed.
    """
    converter = _Converter(pdf, objects, press)
    for page in objects.pages():
        converter.page(page)
    if not converter.faults:
        if not on_paper:
            converter.overprint()
        converter.finish()
    return tuple(dict.fromkeys(converter.faults))


class _Converter:
    """One PDF in the making."""

    def __init__(self, pdf: Any, objects: Objects, press: PressCopy) -> None:
        self.pdf, self.objects, self.press = pdf, objects, press
        self.separation = separation.of(press)
        self.faults: list[LayoutFault] = []
        self._begun: dict[int, bool] = {}
        """Numbers of objects that are converted, and whether as a part of a mask."""
        self._spots: set[int] = set()
        self._ground = 0.0
        """The most cyan, magenta and yellow together that black type may stand on."""
        self._profile = _srgb(objects)

    def page(self, page: Any) -> None:
        """Convert a page, and set its boundaries."""
        stream = self.objects.get(page["Contents"])
        self._contents(stream, mask=False)
        self._resources(page["Resources"], mask=False)
        left, lower, right, upper = (float(value) for value in page["TrimBox"])
        made = marks.boxes(right - left, upper - lower, bleed_mm=self.press.bleed, marks=self.press.marks)
        for name, box in (("MediaBox", made.media), ("BleedBox", made.bleed), ("TrimBox", made.trim)):
            page[name] = pydyf.Array(box)
        if self.press.marks:
            stream.stream[:0] = [b"q", marks.clip(made.bleed)]
            stream.stream += [b"Q", *marks.content(right - left, upper - lower)]

    # --- what is drawn ------------------------------------------------------------------------------------------------

    def _contents(self, stream: Any, *, mask: bool) -> None:
        """Convert the operators of a content stream, each into one."""
        lab = False
        for at, item in enumerate(stream.stream):
            if not isinstance(item, bytes):
                continue
            if match := _COLOUR.fullmatch(item):
                rgb = tuple(float(match[number]) for number in (1, 2, 3))
                stream.stream[at] = self._operator(rgb, match[4] == b"RG", mask)
            elif match := _GREY.fullmatch(item):
                grey = float(match[1])
                stream.stream[at] = self._operator((grey, grey, grey), match[2] == b"G", mask)
            elif match := _SPACE.fullmatch(item):
                lab = match[1] in _LAB
                stream.stream[at] = b"" if lab else item
            elif lab and (match := _PARTS.fullmatch(item)):
                rgb = rasters.of_lab(*(float(match[number]) for number in (1, 2, 3)))
                stream.stream[at] = self._operator(rgb, match[4] == b"SCN", mask)

    def _operator(self, rgb: Any, stroke: bool, mask: bool) -> bytes:
        if mask:
            return separation.number(rasters.light(rgb)) + (b" G" if stroke else b" g")
        ink = self.separation.ink(*rgb)
        self._note(ink.cmyk if ink.spot is None else (1.0, 0.0, 0.0, 0.0))
        if ink.spot is not None:
            self._spots.add(ink.spot)
        return _operator(ink, stroke)

    def _resources(self, reference: Any, *, mask: bool) -> None:
        """Convert what a content stream draws with."""
        number = number_of(reference)
        if not self._begin(number, mask):
            return
        resources = self.objects.get(reference)
        for state in resources.get("ExtGState", {}).values():
            self._state(state)
        for one in resources.get("XObject", {}).values():
            self._x_object(self.objects.get(one), mask=mask)
        for one in resources.get("Pattern", {}).values():
            pattern = self.objects.get(one)
            if self._begin(pattern.number, mask):
                self._contents(pattern, mask=mask)
                self._resources(pattern.extra["Resources"], mask=mask)
        for one in resources.get("Shading", {}).values():
            self._shading(self.objects.get(one), mask=mask)

    def _begin(self, number: int, mask: bool) -> bool:
        """Whether an object is still to be converted. WeasyPrint lists masks among what is drawn, too."""
        before = self._begun.get(number)
        if before is None:
            self._begun[number] = mask
        elif mask and not before:
            self._refuse("a part of the page is drawn, and masks another as well", "press-mask", "draw it twice")
        return before is None

    def _state(self, state: Any) -> None:
        mode = str(state.get("BM", "/Normal"))
        if mode not in ("/Normal", "/Compatible"):
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", mode[1:]).lower()
            message = f"colours are blended ('{name}'): how much ink comes together cannot be known"
            self._refuse(message, "press-blended", "leave out mix-blend-mode", value=name)
        if "SMask" in state and isinstance(state["SMask"], dict):
            group = self.objects.get(state["SMask"]["G"])
            self._x_object(group, mask=True)

    def _refuse(self, message: str, code: str, hint: str | None = None, **about: Any) -> None:
        self.faults.append(LayoutFault(message, hint, code=code, **about))

    def _x_object(self, item: Any, *, mask: bool) -> None:
        if not self._begin(item.number, mask):
            return
        if item.extra["Subtype"] == "/Form":
            self._contents(item, mask=mask)
            if "Group" in item.extra:
                item.extra["Group"]["CS"] = "/DeviceGray" if mask else "/DeviceCMYK"
            if "Resources" in item.extra:
                self._resources(item.extra["Resources"], mask=mask)
        elif mask and item.extra["ColorSpace"] != "/DeviceGray":
            self._refuse("a picture in colour masks another part of the page", "press-mask", "make the mask of shapes")
        elif not mask:
            self._image(item)

    def _image(self, image: Any) -> None:
        extra = image.extra
        data = b"".join(map(private_api.operator, image.stream))
        mode = "L" if extra["ColorSpace"] == "/DeviceGray" else "RGB"
        size = int(extra["Width"]), int(extra["Height"])
        made, most = _raster(data, str(extra["Filter"]), mode, size, _Of(self.separation))
        self._ground = max(self._ground, most)
        image.stream = [made.data]
        extra["ColorSpace"], extra["Filter"] = made.space, made.filter
        for key in ("DecodeParms", "Decode"):
            extra.pop(key, None)
        if made.filter == "/FlateDecode":
            colours = 1 if made.space == "/DeviceGray" else 4
            extra["DecodeParms"] = pydyf.Dictionary({"Predictor": 15, "Columns": size[0], "Colors": colours})
        elif made.inverted:
            extra["Decode"] = pydyf.Array([1, 0] * 4)

    # --- gradients ----------------------------------------------------------------------------------------------------

    def _shading(self, shading: Any, *, mask: bool) -> None:
        if not self._begin(shading.number, mask) or shading["ColorSpace"] == "/DeviceGray":
            return
        ends = [end for function in _pieces(shading["Function"]) for end in (function["C0"], function["C1"])]
        exact = [_of_bytes(end) in self.separation.exact for end in ends]
        grey = all(max(end) - min(end) <= 2 / 255 for end in ends)
        shading["ColorSpace"] = "/DeviceGray" if mask else "/DeviceCMYK"
        shading["Function"] = self._function(shading["Function"], mask, by_rule=grey, by_ends=any(exact))

    def _function(self, function: Any, mask: bool, *, by_rule: bool, by_ends: bool) -> Any:
        """Give a function from a place in a gradient to its inks."""
        if function["FunctionType"] == 3:
            parts = [self._function(one, mask, by_rule=by_rule, by_ends=by_ends) for one in function["Functions"]]
            return pydyf.Dictionary({**function, "Functions": pydyf.Array(parts)})
        start, end, power = function["C0"], function["C1"], float(function["N"])
        colours: list[Sequence[float]] = []
        for step in range(_SAMPLES):
            part = (step / (_SAMPLES - 1)) ** power
            rgb = tuple(a + (b - a) * part for a, b in zip(start, end, strict=True))
            if mask:
                colours.append((rasters.light(rgb),))
            elif by_ends:
                one, other = self.separation.ink(*start).cmyk, self.separation.ink(*end).cmyk
                colours.append(tuple(a + (b - a) * part for a, b in zip(one, other, strict=True)))
            elif by_rule:
                colours.append(self.separation.ink(*rgb).cmyk)
            else:
                colours.append(self.separation.by_profile(_of_bytes(rgb)))
        for colour in colours:
            self._note(colour)
        return self._sampled(colours, function["Domain"])

    def _sampled(self, colours: Sequence[Sequence[float]], domain: Any) -> bytes:
        parts = len(colours[0])
        extra = {"FunctionType": 0, "Domain": domain, "Range": pydyf.Array([0, 1] * parts)}
        extra |= {"Size": pydyf.Array([len(colours)]), "BitsPerSample": 16}
        samples = b"".join(int(part * 65535).to_bytes(2, "big") for colour in colours for part in colour)
        stream = pydyf.Stream([samples], extra, compress=True)
        self.pdf.add_object(stream)
        reference: bytes = stream.reference
        return reference

    # --- black over colours -------------------------------------------------------------------------------------------

    def _note(self, ink: Sequence[float]) -> None:
        if len(ink) == 4:
            self._ground = max(self._ground, sum(ink[:3]))

    def overprint(self) -> None:
        """Let black type overprint, if that takes nowhere more ink than is allowed."""
        if self._ground + 1 > self.press.most_ink / 100:
            return
        for page in self.objects.pages():
            overprinted.write(self.objects.get(page["Contents"]), self.objects.get(page["Resources"]))

    # --- what the file says of itself ---------------------------------------------------------------------------------

    def finish(self) -> None:
        """Write the colour spaces, the printing condition and the metadata."""
        spaces = self._spaces()
        spaces.clear()
        for number in sorted(self._spots):
            name, cmyk = self.separation.spots[number]
            spaces[f"Spot{number}"] = self._separation(name, cmyk)
        if self.press.marks:
            spaces[marks.REGISTRATION] = self._separation("All", (1.0, 1.0, 1.0, 1.0))
        self._intents()
        self.pdf.info["Trapped"] = "/False"
        metadata = self.objects.get(self.pdf.catalog["Metadata"])
        date = re.search(rb"<xmp:ModifyDate>([^<]+)<", b"".join(metadata.stream))
        said = date[1].decode() if date else ""  # a letter without a date has failed already
        metadata.stream = [standards.with_x4(b"".join(metadata.stream), said)]

    def _spaces(self) -> Any:
        page = next(self.objects.pages())
        return self.objects.get(self.objects.get(page["Resources"])["ColorSpace"])

    def _separation(self, name: str, cmyk: separation.Cmyk) -> Any:
        tint = {"FunctionType": 2, "Domain": pydyf.Array([0, 1]), "N": 1}
        tint |= {"C0": pydyf.Array([0, 0, 0, 0]), "C1": pydyf.Array(cmyk)}
        plain = (byte < 0x80 and chr(byte).isalnum() for byte in name.encode())
        written = "".join(
            chr(byte) if is_plain else f"#{byte:02X}" for byte, is_plain in zip(name.encode(), plain, strict=True)
        )
        return pydyf.Array(["/Separation", f"/{written}", "/DeviceCMYK", pydyf.Dictionary(tint)])

    def _intents(self) -> None:
        """Say the printing condition, in the place of the profile that screens have."""
        profile = self._profile
        if profile is None:
            profile = pydyf.Stream([], {}, compress=True)
            self.pdf.add_object(profile)
        profile.stream, profile.extra = [self.separation.profile], pydyf.Dictionary({"N": 4})
        intents = []
        for kind in ("/GTS_PDFA1", "/GTS_PDFX"):
            condition = standards.identifier(self.press)
            intent = {"Type": "/OutputIntent", "S": kind, "OutputConditionIdentifier": pydyf.String(condition)}
            intent |= {"OutputCondition": pydyf.String(self.press.name), "Info": pydyf.String(self.press.name)}
            if self.press.condition is not None:
                intent["RegistryName"] = pydyf.String(standards.REGISTRY)
            intents.append(pydyf.Dictionary({**intent, "DestOutputProfile": profile.reference}))
        self.pdf.catalog["OutputIntents"] = pydyf.Array(intents)


def _srgb(objects: Objects) -> Any:
    """The profile of screens that WeasyPrint writes with PDF/A."""
    intents = objects.pdf.catalog.get("OutputIntents", ())
    return objects.get(intents[0]["DestOutputProfile"]) if intents else None


class _Of(NamedTuple):
    """A separation that images are remembered by."""

    separation: Separation

    def __hash__(self) -> int:
        return id(self.separation)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and other.separation is self.separation


@lru_cache(maxsize=8)
def _raster(data: bytes, filter: str, mode: str, size: tuple[int, int], by: _Of) -> tuple[rasters.Samples, float]:
    """An image in inks, and the most cyan, magenta and yellow together of a pixel: letters of a list have the same
    logo."""
    image = by.separation.raster(rasters.read(data, filter, mode, size))
    made = rasters.written(image, lossy=filter == "/DCTDecode", limit=by.separation.most_ink)
    return made, rasters.most_ink(image, black=False) / 100


def _operator(ink: Ink, stroke: bool) -> bytes:
    if ink.spot is not None:
        return b"/Spot%d %b 1 %b" % (ink.spot, *((b"CS", b"SCN") if stroke else (b"cs", b"scn")))
    return numbers(ink.cmyk) + (b" K" if stroke else b" k")


def _pieces(function: Any) -> Iterator[Any]:
    """The functions of which a gradient is put together, from one colour to the next."""
    if function["FunctionType"] == 3:
        for one in function["Functions"]:
            yield from _pieces(one)
    else:
        yield function


def _of_bytes(rgb: Sequence[float]) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, round(value * 255))) for value in rgb)
    return red, green, blue
