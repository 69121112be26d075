"""Flattens transparency where it is plain: what is evenly transparent, over paper or over an area of one ink.

What is painted becomes opaque in the ink that is seen then. All else is named: gradients and patterns that are
transparent, soft masks, whatever is transparent over several things. The page has inks alone already, and no colours
that are blended.

Not here: images (`images`), what else PDF/X-1a asks (`flat`), which inks come together (`grounds`).
Source: ISO 32000-1, 11.3 to 11.6; ISO 15930-4, 6.16. Objects are pikepdf's.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from letterpress.pdf.press import graphics, images
from letterpress.pdf.press.grounds import Box, Ink, Layer
from letterpress.pdf.press.spaces import Unprintable
from letterpress.pdf.press.text_boxes import IDENTITY, Font, around, at, times
from letterpress.pdf.values import array, group, groups, is_array

_DEEPEST = 12
_FILLS, _STROKES = frozenset(("f", "F", "f*", "B", "B*", "b", "b*")), frozenset(("S", "s", "B", "B*", "b", "b*"))
_PAINTS = _FILLS | _STROKES | {"n"}
_DRAWS = frozenset(("m", "l", "c", "v", "y", "h", "re"))
_TEXTS = frozenset(("Tj", "TJ", "'", '"'))
_TURNED = 0.0001


def flatten(pike: Any, pdf: Any, page: Any) -> None:
    """Flatten a page in place.

    :raises Unprintable: something on it cannot be.
    """
    left, lower, right, upper = (float(value) for value in page.MediaBox)
    state = graphics.State(clip=Box(left, lower, right, upper))
    state.written = {False: state.paint[False], True: state.paint[True]}
    flattener = _Flattener(pike, pdf)
    resources = graphics.copied(page.Resources)
    page.Contents = pdf.make_stream(flattener.content(page, resources, state, Layer()))
    page.Resources = resources


class _Flattener:
    """One page in the making."""

    def __init__(self, pike: Any, pdf: Any) -> None:
        self.pike, self.pdf = pike, pdf
        self._fonts: dict[Any, Font] = {}
        self._made = 0

    def content(self, part: Any, resources: Any, state: graphics.State, layer: Layer, depth: int = _DEEPEST) -> bytes:
        """Give the content of a page or a form without transparency.

        :param resources: of its own; gets what takes the place of what was transparent.
        """
        if depth == 0:
            raise Unprintable("forms within forms without end")
        content = _Content(self, resources, state, layer, depth)
        for instruction in self.pike.parse_content_stream(part):
            if isinstance(instruction, self.pike.ContentStreamInlineImage):
                content.inline(instruction)
            else:
                content.operator(list(instruction.operands), str(instruction.operator))
        states = groups(resources, "/ExtGState")
        if states:
            resources.ExtGState = self.pike.Dictionary({name: graphics.opaque(one) for name, one in states})
        if "/XObject" in resources:  # what nothing draws any more may be transparent
            drawn = {name: item for name, item in resources.XObject.items() if name in content.drawn}
            resources.XObject = self.pike.Dictionary(drawn)
        return bytes(self.pike.unparse_content_stream(content.made))

    def font(self, font: Any) -> Font:
        """Read a font."""
        key = font.objgen if font.is_indirect else id(font)
        if key not in self._fonts:
            self._fonts[key] = Font(font)
        return self._fonts[key]

    def named(self, resources: Any, kind: str, item: Any) -> Any:
        """Put something among resources; gives its name."""
        self._made += 1
        name = f"/Flat{self._made}"
        if kind not in resources:
            resources[kind] = self.pike.Dictionary()
        resources[kind][name] = item
        return self.pike.Name(name)


class _Content:
    """One content stream in the making."""

    def __init__(self, flattener: _Flattener, resources: Any, state: graphics.State, layer: Layer, depth: int) -> None:
        self.of, self.pike, self.resources, self.layer = flattener, flattener.pike, resources, layer
        self.state, self._depth = state, depth
        self.made: list[Any] = []
        self.drawn: set[str] = set()
        """Names of images and forms."""
        self._kept: list[graphics.State] = []
        self._points: list[tuple[float, float]] = []
        self._is_box = True
        self._begun = 0
        """Where the path begins: colours are set before it."""
        self._clips = False

    def operator(self, operands: list[Any], operator: str) -> None:
        """Take over an operator, or what takes its place."""
        state = self.state
        if operator in _DRAWS:
            self._draw([float(value) for value in operands], operator)
        elif operator in _PAINTS:
            self._path(operator)
        elif operator in ("W", "W*"):
            self._clips = True
        elif operator in _TEXTS:
            self._text(operands, operator)
        elif self._is_colour(operands, operator):
            return  # it is set where something is painted with it
        elif operator == "Do":
            operands = self._drawn(operands)
            if not operands:
                return
            self.drawn.add(str(operands[0]))
        elif operator == "sh":
            self._shading()
        elif operator == "q":
            self._kept.append(state.kept())
        elif operator == "Q":
            self.state = self._kept.pop() if self._kept else state
        elif operator == "cm":
            state.ctm = times(graphics.matrix_of(operands), state.ctm)
        elif operator == "w":
            state.width = float(operands[0])
        elif operator == "gs":
            self._graphics(group(self.resources, "/ExtGState", str(operands[0])))
        else:
            self._set_text(operands, operator)
        self.made.append((operands, self.pike.Operator(operator)))

    # --- colours ------------------------------------------------------------------------------------------------------

    def _is_colour(self, operands: list[Any], operator: str) -> bool:
        """Note a colour that is set; whether it is one."""
        low, stroke = operator.lower(), operator.isupper()
        if low not in ("g", "k", "cs", "sc", "scn"):
            return False
        setting = (operands, self.pike.Operator(operator))
        if low in ("g", "k"):
            parts = tuple(float(value) for value in operands)
            ink = Ink((0.0, 0.0, 0.0, 1 - parts[0])) if low == "g" else Ink(parts)
            self.state.paint[stroke] = graphics.Paint(ink, (setting,))
        elif low == "cs":
            self.state.paint[stroke] = graphics.Paint(None, (setting,), str(operands[0]))
        else:
            before = self.state.paint[stroke]
            first = before.operators[0] if before.space else None
            tints = self._tints(before.space, operands)
            self.state.paint[stroke] = graphics.Paint(tints, (first, setting) if first else (setting,), before.space)
        return True

    def _tints(self, name: str, operands: list[Any]) -> Ink | None:
        """What tints in a named space are; None: a pattern, or something else."""
        if any(isinstance(one, self.pike.Name) for one in operands):
            return None
        parts = tuple(float(value) for value in operands)
        space = (group(self.resources, "/ColorSpace") or {}).get(name, name)
        if str(space) == "/DeviceCMYK":
            return Ink(parts)
        if str(space) == "/DeviceGray":
            return Ink((0.0, 0.0, 0.0, 1 - parts[0]))
        if is_array(space) and str(space[0]) in ("/Separation", "/DeviceN"):
            return Ink(parts, repr(space[1]))
        return None

    def _set(self, stroke: bool, box: Box, at_: int | None = None) -> Ink | None:
        """Set what an area is painted with, where it is not set; gives what the layer has there then, if it is known.

        :param at_: where among the operators; None: here.
        :raises Unprintable: it is transparent, and what is seen then is no ink that is known.
        """
        state = self.state
        paint, alpha = state.paint[stroke], state.alpha[stroke]
        if state.masked:
            raise Unprintable("something that fades out (a soft mask)")
        layer = self.layer
        wanted = paint
        made: Ink | None = paint.ink
        if paint.ink is None and graphics.is_transparent(group(self._pattern(paint), "/Resources")):
            raise Unprintable("a gradient or pattern that fades out")
        if (alpha < 1 or not layer.is_opaque) and not box.is_empty:
            if paint.ink is None:
                raise Unprintable("a transparent gradient or pattern")
            printed = layer.printed(box, paint.ink, alpha)
            if printed is None:
                raise Unprintable("something transparent over several things, or over a gradient or an image")
            made = layer.made(box, paint.ink, alpha)
            wanted = self._painted_with(printed, paint, stroke)
        if state.written[stroke] != wanted:
            place = len(self.made) if at_ is None else at_
            self.made[place:place] = wanted.operators
            state.written[stroke] = wanted
        return made

    def _pattern(self, paint: graphics.Paint) -> Any:
        """The pattern that is painted with, if it is one."""
        operands = paint.operators[-1][0] if paint.operators else ()
        name = str(operands[-1]) if operands and isinstance(operands[-1], self.pike.Name) else ""
        return group(self.resources, "/Pattern", name)

    def _painted_with(self, ink: Ink, paint: graphics.Paint, stroke: bool) -> graphics.Paint:
        numbers = [Decimal(f"{part:.4f}") for part in ink.parts]
        if not ink.plates:
            return graphics.Paint(ink, ((numbers, self.pike.Operator("K" if stroke else "k")),))
        setting = (numbers, self.pike.Operator("SCN" if stroke else "scn"))
        return graphics.Paint(ink, (paint.operators[0], setting), paint.space)

    # --- paths --------------------------------------------------------------------------------------------------------

    def _draw(self, numbers: list[float], operator: str) -> None:
        if not self._points:
            self._begun, self._is_box = len(self.made), operator == "re"
        elif operator != "h":
            self._is_box = False
        if operator == "re":
            x, y, width, height = numbers
            numbers = [x, y, x + width, y, x + width, y + height, x, y + height]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        self._points += [at(self.state.ctm, x, y) for x, y in pairs]

    def _path(self, operator: str) -> None:
        state = self.state
        box = graphics.hull(self._points)
        upright = all(abs(part) < _TURNED for part in state.ctm[1:3]) or all(
            abs(part) < _TURNED for part in (state.ctm[0], state.ctm[3])
        )
        whole = self._is_box and upright and len(self._points) == 4
        if box is not None:
            area = box & state.clip
            ink: Ink | None = None
            if operator in _FILLS and not area.is_empty:
                ink = self._set(False, area, self._begun)
                self.layer.note(area, ink if whole and not state.clipped else None)
            if operator in _STROKES:
                self._stroke(box.grown(1.5 * state.width * graphics.scale(state.ctm)) & state.clip, operator)
            if self._clips:
                state.clip, state.clipped = area, state.clipped or not whole
        self._points, self._clips = [], False

    def _stroke(self, area: Box, operator: str) -> None:
        if area.is_empty:
            return
        if operator in _FILLS and (self.state.alpha[True] < 1 or not self.layer.is_opaque):
            raise Unprintable("an area with a transparent line around it")
        self._set(True, area, self._begun)
        self.layer.note(area, None)

    # --- text ---------------------------------------------------------------------------------------------------------

    def _set_text(self, operands: list[Any], operator: str) -> None:
        """Note how the next text is set."""
        text = self.state.text
        if operator == "BT":
            text.begin()
        elif operator == "Tf":
            font = group(self.resources, "/Font", str(operands[0]))
            if graphics.is_transparent(group(font, "/Resources")):
                raise Unprintable("glyphs that are drawn transparent")
            text.font, text.size = None if font is None else self.of.font(font), float(operands[1])
        elif operator in ("Td", "TD"):
            if operator == "TD":
                text.leading = -float(operands[1])
            text.move(float(operands[0]), float(operands[1]))
        elif operator == "Tm":
            text.matrix = text.line = graphics.matrix_of(operands)
        elif operator == "T*":
            text.move(0, -text.leading)
        elif operator == "Tz":
            text.stretch = float(operands[0]) / 100
        elif (name := {"Tc": "apart", "Tw": "words_apart", "TL": "leading", "Ts": "rise"}.get(operator)) is not None:
            setattr(text, name, float(operands[0]))
        elif operator == "Tr":
            text.mode = int(operands[0])

    def _text(self, operands: list[Any], operator: str) -> None:
        state, text = self.state, self.state.text
        if operator in ("'", '"'):
            if operator == '"':
                text.words_apart, text.apart = float(operands[0]), float(operands[1])
            text.move(0, -text.leading)
        items = list(operands[-1]) if operator == "TJ" else [operands[-1]]
        pieces = [bytes(one) if isinstance(one, self.pike.String) else one for one in items]
        place = text.show(pieces, state.ctm)
        area = state.clip if place is None else place & state.clip
        if area.is_empty:
            return
        fills, strokes = text.mode in (0, 2, 4, 6), text.mode in (1, 2, 5, 6)
        if fills and strokes and (min(state.alpha.values()) < 1 or not self.layer.is_opaque):
            raise Unprintable("transparent type with a line around it")
        for stroke in (False,) * fills + (True,) * strokes:
            self._set(stroke, area)
        if fills or strokes:
            self.layer.note(area, None)
        state.clipped = state.clipped or text.mode > 3

    # --- what is drawn as a whole -------------------------------------------------------------------------------------

    def _graphics(self, given: Any) -> None:
        """Note what a dictionary of the graphics state sets."""
        if given is None:
            return
        for key, stroke in (("/ca", False), ("/CA", True)):
            if key in given:
                self.state.alpha[stroke] = graphics.alpha_of(given, key)
        if "/SMask" in given:
            self.state.masked = group(given, "/SMask") is not None
        if "/LW" in given:
            self.state.width = float(given.LW)
        font = array(given, "/Font")
        if font:
            self.state.text.font, self.state.text.size = self.of.font(font[0]), float(font[1])

    def _shading(self) -> None:
        if self.state.masked:
            raise Unprintable("a gradient or pattern that fades out")
        if self.state.alpha[False] < 1 or not self.layer.is_opaque:
            raise Unprintable("a transparent gradient or pattern")
        self.layer.note(self.state.clip, None)

    def inline(self, instruction: Any) -> None:
        """Take over an image within the content."""
        area = around(self.state.ctm, 0, 0, 1, 1) & self.state.clip
        if instruction.iimage.image_mask:
            self._set(False, area)
        elif self.state.masked or self.state.alpha[False] < 1 or not self.layer.is_opaque:
            raise Unprintable("a transparent image within the content of a page")
        self.layer.note(area, None)
        self.made.append(instruction)

    def _drawn(self, operands: list[Any]) -> list[Any]:
        """Take over an image or a form; what is drawn instead, nothing if there is none."""
        item = group(self.resources, "/XObject", str(operands[0]))
        if item is None:
            return []
        if str(item.get("/Subtype")) == "/Form":
            return [self._form(item)]
        state, layer = self.state, self.layer
        area = around(state.ctm, 0, 0, 1, 1) & state.clip
        if item.get("/ImageMask") is True:
            self._set(False, area)
        elif state.masked:
            raise Unprintable("an image that fades out")
        elif group(item, "/SMask") is not None or state.alpha[False] < 1 or not layer.is_opaque:
            backing = layer.backing(area)
            if not area.is_empty:
                image = images.flat(self.pike, self.of.pdf, item, backing, state.alpha[False])
                operands = [self.of.named(self.resources, "/XObject", image)]
        layer.note(area, None)
        return operands

    def _form(self, form: Any) -> Any:
        """Flatten a form where it is drawn; gives the name of what is drawn instead."""
        state, layer = self.state.kept(), self.layer
        state.ctm = times(graphics.matrix_of(array(form, "/Matrix")) if "/Matrix" in form else IDENTITY, state.ctm)
        x1, y1, x2, y2 = (float(value) for value in form.BBox)
        state.clip &= around(state.ctm, x1, y1, x2, y2)
        state.written = {False: None, True: None}
        is_group_ = str((group(form, "/Group") or {}).get("/S")) == "/Transparency"
        if is_group_ and state.masked:
            raise Unprintable("something that fades out (a soft mask)")
        inner = layer
        if is_group_:
            inner = Layer(layer, state.alpha[False])
            state.alpha = {False: 1.0, True: 1.0}
        own = group(form, "/Resources")
        resources = graphics.copied(own if own is not None else self.resources)
        made = self.of.pdf.make_stream(self.of.content(form, resources, state, inner, self._depth - 1))
        for key, value in form.items():
            if key not in ("/Length", "/Filter", "/DecodeParms", "/Group", "/Resources"):
                made[key] = value
        made.Resources = resources
        if inner is not layer:
            inner.finish()
        return self.of.named(self.resources, "/XObject", made)
