"""Converts a PDF that somebody else made for a press: an enclosure, a firm's printed paper.

Inks stay as they are given, and may not be more than the limit. All else becomes inks: colours of contents, images,
gradients, patterns, glyphs of Type 3, the substitutes of spot colours. What cannot be is refused by name: nothing is
half converted.

Not here: which inks a colour becomes (`separation`), what colour spaces mean (`spaces`).
Source: ISO 32000-1, 8.6 to 8.10, 11.5; ISO 15930-7, 6.2. Objects are pikepdf's.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from letterpress.page import PressCopy
from letterpress.pdf.press import images, marks, rasters, separation
from letterpress.pdf.press.spaces import CMYK, GREY, Space, Spaces, Unprintable, profile_of, samples
from letterpress.pdf.values import array, group, groups, is_array, is_group

_SAMPLES = 33
_DEFAULTS = ("/DefaultRGB", "/DefaultGray", "/DefaultCMYK")
_INTENTS = frozenset(("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"))
_NORMAL = frozenset(("/Normal", "/Compatible"))
_SET = {"g": GREY, "G": GREY, "k": CMYK, "K": CMYK}
_SEEN = 0.005
"""More ink than the limit by which nothing is meant: rounding."""


def convert(pdf: Any, pages: Sequence[Any], press: PressCopy) -> None:
    """Convert pages of a file in place; what lies over them and is no part of them is taken off.

    :raises Unprintable: something of them cannot be printed by a press.
    """
    import pikepdf

    converter = _Converter(pikepdf, pdf, press)
    for page in pages:
        converter.page(page)
    converter.finish()


@lru_cache(maxsize=8)
def converted(content: bytes, press: PressCopy) -> bytes:
    """Convert all pages of a file; letters of a list have the same.

    :raises Unprintable: something of it cannot be printed by a press.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
        convert(pdf, [page.obj for page in pdf.pages], press)
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True)
        return file.getvalue()


class _Converter:
    """One file in the making."""

    def __init__(self, pike: Any, pdf: Any, press: PressCopy) -> None:
        self.pike, self.pdf, self.press = pike, pdf, press
        self.separation = separation.of(press)
        self.spaces = Spaces(pdf, profile_of(pdf))
        self._done: set[tuple[Any, bool]] = set()
        self._named: list[Any] = []
        """Resources whose named spaces are still needed to read what is drawn with them."""

    def page(self, page: Any) -> None:
        """Convert a page."""
        marks.complete(self.pike, page)
        page.Contents = self.pdf.make_stream(self._contents(page, page.get("/Resources"), mask=False))
        if "/Annots" in page:
            del page["/Annots"]
        self._group(page, mask=False)
        self._resources(page.get("/Resources"), mask=False)

    def _begin(self, item: Any, mask: bool) -> bool:
        """Whether an object is still to be converted."""
        if not getattr(item, "is_indirect", False):
            return True
        key = item.objgen, mask
        if (item.objgen, not mask) in self._done:
            raise Unprintable("a part that is drawn, and masks another as well")
        first = key not in self._done
        self._done.add(key)
        return first

    # --- contents -----------------------------------------------------------------------------------------------------

    def _contents(self, part: Any, resources: Any, *, mask: bool) -> bytes:
        """Give the content of a page or a form with inks."""
        made: list[Any] = []
        now: dict[bool, Space] = {False: GREY, True: GREY}
        """The spaces that colours are given in: of areas, and of lines."""
        kept: list[dict[bool, Space]] = []
        for instruction in self.pike.parse_content_stream(part):
            if isinstance(instruction, self.pike.ContentStreamInlineImage):
                made.append(self._inline(instruction, resources, mask))
                continue
            operands, operator = list(instruction.operands), str(instruction.operator)
            if operator == "q":
                kept.append(dict(now))
            elif operator == "Q" and kept:
                now = kept.pop()
            made += self._operator(operands, operator, now, resources, mask) or [instruction]
        return bytes(self.pike.unparse_content_stream(made))

    def _operator(
        self, operands: list[Any], operator: str, now: dict[bool, Space], resources: Any, mask: bool
    ) -> list[Any] | None:
        """Convert an operator of colour; None for all others."""
        stroke = operator.isupper()
        low = operator.lower()
        if operator == "Tf":
            self._check_font(group(resources, "/Font", str(operands[0])))
        elif operator == "ri" and str(operands[0]) not in _INTENTS:
            return [([self.pike.Name.RelativeColorimetric], self.pike.Operator("ri"))]
        if low == "rg":
            now[stroke] = self.spaces.read("/DeviceRGB", resources)
            return self._colour(now[stroke], [float(value) for value in operands], stroke, mask)
        if operator in _SET:
            now[stroke] = _SET[operator]
            return self._given([float(value) for value in operands], stroke, mask)
        if low == "cs":
            space = now[stroke] = self.spaces.read(str(operands[0]), resources)
            return self._colour(space, [0.0] * 3, stroke, mask) if space.rgb is not None else None
        if low in ("sc", "scn"):
            space = now[stroke]
            named = bool(operands) and isinstance(operands[-1], self.pike.Name)
            below = space.pattern if named and space.pattern is not None else space
            numbers = [float(value) for value in (operands[:-1] if named else operands)]
            if len(numbers) == 3 and below.rgb is None and below.parts == 1 and not named:
                below = self.spaces.read("/DeviceRGB", resources)  # set by whoever draws this form
            if below.rgb is None or not numbers:
                return self._given(numbers, stroke, mask) if below is CMYK and not named else None
            if not named:
                return self._colour(below, numbers, stroke, mask)
            inks = self.separation.ink(*below.rgb(numbers)).cmyk
            space_name = self._pattern_space(resources)
            return [
                ([self.pike.Name(space_name)], self.pike.Operator("CS" if stroke else "cs")),
                ([*map(_decimal, inks), operands[-1]], self.pike.Operator("SCN" if stroke else "scn")),
            ]
        return None

    def _check_font(self, font: Any) -> None:
        """:raises Unprintable: the font is not in the file."""
        if font is None or str(font.get("/Subtype")) == "/Type3":
            return
        inner = next(iter(array(font, "/DescendantFonts")), None) if "/DescendantFonts" in font else font
        described = group(inner, "/FontDescriptor")
        if not any(group(described, key) is not None for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            raise Unprintable(f"a font that is not in the file ('{str(font.get('/BaseFont', '/?'))[1:]}')")

    def _pattern_space(self, resources: Any) -> str:
        """The name of a space for patterns whose colours are inks."""
        if "/ColorSpace" not in resources:
            resources.ColorSpace = self.pike.Dictionary()
        resources.ColorSpace["/PressPattern"] = self.pike.Array([self.pike.Name.Pattern, self.pike.Name.DeviceCMYK])
        return "/PressPattern"

    def _colour(self, space: Space, numbers: Sequence[float], stroke: bool, mask: bool) -> list[Any]:
        assert space.rgb is not None  # noqa: S101
        if len(numbers) != 3:
            raise Unprintable("a colour of the wrong number of parts")
        rgb = space.rgb(numbers)
        if mask:
            return [([_decimal(rasters.light(rgb))], self.pike.Operator("G" if stroke else "g"))]
        inks = self.separation.ink(*rgb).cmyk
        return [([*map(_decimal, inks)], self.pike.Operator("K" if stroke else "k"))]

    def _given(self, numbers: Sequence[float], stroke: bool, mask: bool) -> list[Any] | None:
        """Inks that are given stay, if they are not too many."""
        self._check(numbers)
        if mask and len(numbers) == 4:
            cyan, magenta, yellow, black = numbers
            rgb = tuple((1 - part) * (1 - black) for part in (cyan, magenta, yellow))
            return [([_decimal(rasters.light(rgb))], self.pike.Operator("G" if stroke else "g"))]
        return None

    def _check(self, inks: Sequence[float]) -> None:
        if len(inks) == 4 and sum(inks) > self.press.most_ink / 100 + _SEEN:
            raise Unprintable(f"a colour of {sum(inks) * 100:.0f} % ink, where {self.press.most_ink:g} % are allowed")

    # --- what contents draw with --------------------------------------------------------------------------------------

    def _group(self, part: Any, *, mask: bool) -> None:
        inner = group(part, "/Group")
        if inner is not None and "/CS" in inner:
            inner.CS = self.pike.Name.DeviceGray if mask else self.pike.Name.DeviceCMYK

    def _resources(self, resources: Any, *, mask: bool) -> None:
        if not is_group(resources):
            return
        for _, state in groups(resources, "/ExtGState"):
            self._state(state)
        for _, item in groups(resources, "/XObject"):
            if str(item.get("/Subtype")) == "/Image":
                self._image(item, resources, mask=mask)
            elif self._begin(item, mask):
                self._form(item, resources, mask=mask)
        for _, pattern in groups(resources, "/Pattern"):
            if self._begin(pattern, mask):
                if pattern.get("/PatternType") == 1:
                    self._form(pattern, resources, mask=mask)
                elif group(pattern, "/Shading") is not None:
                    self._shading(pattern.Shading, resources, mask=mask)
        for _, shading in groups(resources, "/Shading"):
            self._shading(shading, resources, mask=mask)
        for _, font in groups(resources, "/Font"):
            if str(font.get("/Subtype")) == "/Type3" and self._begin(font, mask):
                own = group(font, "/Resources")
                for _, glyph in groups(font, "/CharProcs"):
                    if self._begin(glyph, mask):
                        glyph.write(self._contents(glyph, own if own is not None else resources, mask=mask))
                self._resources(own, mask=mask)
        self._named.append(resources)

    def finish(self) -> None:
        """Put inks in the place of named spaces, when all is read."""
        for resources in self._named:
            self._replace_spaces(resources)

    def _form(self, form: Any, resources: Any, *, mask: bool) -> None:
        own = group(form, "/Resources")
        if own is None:
            own = resources
        form.write(self._contents(form, own, mask=mask))
        self._group(form, mask=mask)
        if own is not resources:
            self._resources(own, mask=mask)

    def _state(self, state: Any) -> None:
        mode = state.get("/BM", "/Normal")
        modes = [str(one) for one in mode] if is_array(mode) else [str(mode)]
        if not _NORMAL.intersection(modes[:1]):
            raise Unprintable(f"colours that are blended ('{modes[0][1:]}')")
        for key in ("/TR", "/TR2", "/HT", "/HTP", "/BG", "/BG2", "/UCR", "/UCR2"):
            if key in state:
                del state[key]
        if "/RI" in state and str(state.RI) not in _INTENTS:
            del state["/RI"]
        drawn = group(state, "/SMask", "/G")
        if drawn is not None and self._begin(drawn, mask=True):
            self._form(drawn, None, mask=True)

    def _replace_spaces(self, resources: Any) -> None:
        """Put inks in the place of the named spaces that are none."""
        named = group(resources, "/ColorSpace")
        if named is None:
            return
        for key in _DEFAULTS:
            if key in named:
                del named[key]
        for key in list(named.keys()):
            space = self.spaces.read(named[key], resources)
            if space.rgb is not None or (space.pattern is not None and space.pattern.rgb is not None):
                del named[key]  # its colours are set as inks
            elif (other := self._inks(space)) is not None:
                named[key] = other

    def _inks(self, space: Space) -> Any:
        """What takes the place of a space as inks; None: it stays."""
        if space.palette is not None and space.base is not None and space.inks is not None:
            return self._indexed(space, space.base)
        if space.inks is not None and space.base is not None and space.base.rgb is not None:
            tints = [self._cmyk(space.base, tint) for tint in samples(space.inks[3], _SAMPLES)]
            made = [space.inks[0], space.inks[1], self.pike.Name.DeviceCMYK, self._table(tints)]
            return self.pike.Array(made)
        return space.inks

    def _indexed(self, space: Space, base: Space) -> Any:
        palette = space.palette or b""
        colours = [palette[at : at + base.parts] for at in range(0, len(palette) - base.parts + 1, base.parts)]
        if base.rgb is None:
            return self.pike.Array([self.pike.Name.Indexed, base.inks, len(colours) - 1, palette])
        inks = [self._cmyk(base, [part / 255 for part in colour]) for colour in colours]
        data = bytes(int(part * 255) for ink in inks for part in ink)
        return self.pike.Array([self.pike.Name.Indexed, self.pike.Name.DeviceCMYK, len(inks) - 1, data])

    def _cmyk(self, space: Space, numbers: Sequence[float]) -> separation.Cmyk:
        assert space.rgb is not None  # noqa: S101
        if len(numbers) != 3:
            raise Unprintable("a colour of the wrong number of parts")
        return self.separation.ink(*space.rgb(numbers)).cmyk

    def _table(self, colours: Sequence[Sequence[float]], domain: tuple[float, float] = (0.0, 1.0)) -> Any:
        data = b"".join(int(min(1, max(0, part)) * 65535).to_bytes(2, "big") for colour in colours for part in colour)
        table = self.pdf.make_stream(data)
        table.FunctionType, table.BitsPerSample, table.Size = 0, 16, self.pike.Array([len(colours)])
        table.Domain = self.pike.Array([_decimal(value) for value in domain])
        table.Range = self.pike.Array([0, 1] * len(colours[0]))
        return table

    # --- gradients ----------------------------------------------------------------------------------------------------

    def _shading(self, shading: Any, resources: Any, *, mask: bool) -> None:
        if not self._begin(shading, mask):
            return
        space = self.spaces.read(shading.get("/ColorSpace"), resources)
        if shading.get("/ShadingType") not in (2, 3) or "/Function" not in shading:
            if space.rgb is not None or space.parts == 4:
                raise Unprintable("a gradient between many points (a mesh)")
            return
        low, high = (float(value) for value in array(shading, "/Domain") or (0, 1))
        colours = samples(shading.Function, 8 * _SAMPLES, (low, high))
        if space.rgb is None:
            for colour in colours if space.parts == 4 else ():
                self._check(colour)
            if (other := self._inks(space)) is not None:
                shading.ColorSpace = other
            return
        for key in ("/Background", "/BBox") if "/Background" in shading else ():
            if key == "/Background":
                raise Unprintable("a gradient with a background of its own")
        rgb = [space.rgb(colour) for colour in colours]
        if mask:
            shading.ColorSpace, made = self.pike.Name.DeviceGray, [(rasters.light(one),) for one in rgb]
            shading.Function = self._table(made, (low, high))
            return
        grey = all(max(one) - min(one) <= 2 / 255 for one in rgb)
        inks = [self.separation.ink(*one).cmyk if grey else self.separation.by_profile(_bytes(one)) for one in rgb]
        shading.ColorSpace, shading.Function = self.pike.Name.DeviceCMYK, self._table(inks, (low, high))

    # --- images -------------------------------------------------------------------------------------------------------

    def _image(self, image: Any, resources: Any, *, mask: bool) -> None:
        if image.get("/ImageMask") is True or not self._begin(image, mask):
            return
        if "/ColorSpace" not in image:
            raise Unprintable("an image whose colours are known to it alone (JPEG 2000)")
        space = self.spaces.read(image.ColorSpace, resources)
        if mask and (space.rgb is not None or space.parts == 4):
            raise Unprintable("an image in colour that masks another part")
        if space.rgb is None:
            if (
                space.parts == 4
                and rasters.most_ink(images.decoded(self.pike, self.pdf, image, "CMYK")) > self.press.most_ink + 1
            ):
                raise Unprintable(f"an image with more ink than {self.press.most_ink:g} %")
            if (other := self._inks(space)) is not None:
                image.ColorSpace = other
            return
        pixels = images.decoded(self.pike, self.pdf, image, "RGB")
        if space.profile is not None:
            pixels = rasters.in_srgb(pixels, space.profile)
        lossy = "/DCTDecode" in [str(one) for one in _filters(image)]
        made = rasters.written(self.separation.raster(pixels), lossy=lossy, limit=self.press.most_ink)
        parms = None
        if made.filter == "/FlateDecode":
            parts = 1 if made.space == "/DeviceGray" else 4
            parms = self.pike.Dictionary(Predictor=15, Columns=int(image.Width), Colors=parts)
        image.write(made.data, filter=self.pike.Name(made.filter), decode_parms=parms)
        image.ColorSpace, image.BitsPerComponent = self.pike.Name(made.space), 8
        if made.inverted:
            image.Decode = self.pike.Array([1, 0] * 4)

    def _inline(self, instruction: Any, resources: Any, mask: bool) -> Any:
        """An image within the content; one in the colours of screens is refused: few programs write any."""
        image = instruction.iimage
        if not image.image_mask:
            space = self.spaces.read(str(image.obj.get("/ColorSpace", image.obj.get("/CS", "/DeviceGray"))), resources)
            if space.rgb is not None or space.inks is not None or space.parts == 4:
                raise Unprintable("an image in colour within the content of a page")
        return instruction


def _filters(image: Any) -> list[Any]:
    found = image.get("/Filter")
    return list(found) if is_array(found) else [found]


def _decimal(value: float) -> Any:
    from decimal import Decimal

    return Decimal(f"{value:.4f}")


def _bytes(rgb: Sequence[float]) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, round(part * 255))) for part in rgb)
    return red, green, blue
