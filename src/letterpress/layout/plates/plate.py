"""A plate: the pages of a letter that was laid out, and the lines of them that can be set anew.

Not here: which letters a plate is tried for (`store`), where texts stand (`places`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from letterpress.layout import actual_text, codes
from letterpress.layout.boxes import Box
from letterpress.layout.file import Fixed, Parts, Written, writer
from letterpress.layout.file.fonts import Used
from letterpress.layout.lines import Block, Setter, Setters, TextStyle, of_document
from letterpress.layout.plates.capture import Drawn
from letterpress.layout.plates.own import OwnObject
from letterpress.layout.plates.packet import told
from letterpress.layout.plates.places import Place, by_box, places
from letterpress.layout.plates.runs import Runs, SetLine, Unlike
from letterpress.layout.plates.texts import Texts, agreed, collapsed
from letterpress.page import Page

_TOLERANCE = 0.01
"""px by which a line may be wider than its room: rounding of Pango's units."""
_KEPT = 64
_NONE: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Node:
    """A text of the page that has lines of its own."""

    text: str
    """As its lines show it."""
    runs: tuple[int, ...]
    rooms: tuple[float, ...]
    shifts: tuple[tuple[float, float], ...]
    """How far each line moves to the right for each px that it is wider, and how wide its own is, in px."""
    style: TextStyle
    block: Block | None
    """What they stand in, if they are justified."""
    why_not: str | None
    proved: bool = False
    """Whether its own lines, set again, were byte for byte those that were drawn."""
    setter: Setter | None = None


@dataclass(slots=True)
class _Said:
    """A text of the page's furniture or of the document's information that repeats texts of the page."""

    text: str
    sources: tuple[int, ...]
    """Texts that are just this one."""


class Plate:
    """The pages of one letter. Its WeasyPrint fonts live in the configuration that `page` was laid out with."""

    def __init__(
        self,
        page: Page,
        texts: Texts,
        drawn: Drawn,
        pages: Sequence[Box],
        made: Parts,
        fonts: Mapping[Any, Any],
        setters: Setters,
    ) -> None:
        """Take what is needed of a letter that was laid out and drawn.

        :param texts: those of its elements, as they were before the layout.
        :param pages: its pages.
        :param made: the parts of its file.
        :param fonts: those of WeasyPrint's document.
        :param setters: those that all plates share.
        """
        self.texts = texts.texts
        self.made = made
        self.proved = False
        """Whether a letter made from it was laid out as well, and was the same."""
        self.pressed = 0
        """Letters made from it."""
        self._collapsed = tuple(map(collapsed, self.texts))
        self._attributes = frozenset(at for at, (_, place) in enumerate(texts.places) if place.startswith("data-"))
        """Texts that style sheets may print, and that are found where they do."""
        self._named = of_document(fonts)
        self._setters = setters
        self._texts_drawn = len(drawn.runs)
        runs_of_codes, self._codes = drawn.runs_of_codes(texts.places)
        self._runs = Runs([*drawn.runs, *runs_of_codes], made)
        found = tuple(places(pages, page.zones, page.kept_free))
        self._nodes = self._find_nodes(texts, found)
        self._find_said(texts, found)
        self._runs.let_go()
        made.pages = {number: [] for number in made.pages}  # its operators are in the stretches of the runs
        self._fixed = Fixed(made)
        self._faces: dict[Any, Fixed] = {}
        self._repeated: dict[tuple[int, ...], _Repeats] = {}
        self._bases: dict[tuple[int, ...], _Base] = {}
        self._packet = writer.packet_parts(made.metadata[1]) if made.metadata is not None else []

    # --- what can be changed ------------------------------------------------------------------------------------------

    def _find_nodes(self, texts: Texts, found: Sequence[Place]) -> dict[int, _Node]:
        """The texts of elements, with the lines that each takes."""
        place_of = by_box(found)
        by_element: dict[int, list[int]] = {}
        for at, run in enumerate(self._runs.all[: self._texts_drawn]):
            if id(run.box) in place_of and place_of[id(run.box)].box.is_of_element:
                by_element.setdefault(id(run.box.element), []).append(at)
        nodes: dict[int, _Node] = {}
        self._loose = set(range(self._texts_drawn))
        for index, (element, place) in enumerate(texts.places):
            if place not in ("text", "tail"):
                continue
            waiting = by_element.get(id(element), [])
            taken = _taken(self._collapsed[index], [self._runs.all[at].box.text for at in waiting])
            if not taken:
                continue
            mine = waiting[:taken]
            del waiting[:taken]
            self._loose.difference_update(mine)
            nodes[index] = self._node(
                self._collapsed[index], mine, [place_of[id(self._runs.all[at].box)] for at in mine]
            )
        return nodes

    def _node(self, text: str, runs: list[int], stand: list[Place]) -> _Node:
        why = next((place.why_not for place in stand if place.why_not), None)
        if why is None and not all(self._runs.is_whole(at) for at in runs):
            why = "its lines are not drawn as they were set"
        styles = [TextStyle(place.box.made.style) for place in stand]
        if why is None and any(style.key != styles[0].key for style in styles):
            why = "its lines have several styles"
        rooms = tuple(place.room for place in stand)
        shifts = tuple((place.shift, float(place.box.made.width)) for place in stand)
        return _Node(text, tuple(runs), rooms, shifts, styles[0], stand[0].block, why)

    def _find_said(self, texts: Texts, found: Sequence[Place]) -> None:
        """Which of the page's furniture, of the bookmarks and of the document's information repeats its texts."""
        place_of = by_box(found)
        self._furniture: list[tuple[_Said, _Node]] = []
        for at in sorted(self._loose):
            box = self._runs.all[at].box
            place = place_of.get(id(box))
            said = self._said(box.text.strip(" "))
            if place is not None:
                self._furniture.append((said, self._node(said.text, [at], [place])))
            elif said.text:
                self._furniture.append(
                    (said, _Node(said.text, (at,), (), (), TextStyle(box.style), None, "it stands nowhere"))
                )
        self._own = {number: OwnObject(item) for number, item in sorted(self.made.own.items())}
        self._own_said = {
            number: {key: self._said(text) for key, text in own.strings.items()} for number, own in self._own.items()
        }

    def _said(self, text: str) -> _Said:
        return _Said(text, tuple(at for at, one in enumerate(self._collapsed) if one == collapsed(text)))

    # --- a further letter -------------------------------------------------------------------------------------------

    def changed(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Say which texts of another letter of the same elements differ."""
        pairs = enumerate(zip(self.texts, texts, strict=True))
        return tuple([at for at, (one, other) in pairs if one is not other and one != other])

    def press(self, texts: Sequence[str], changed: tuple[int, ...]) -> Written:
        """Make the file of another letter.

        :param texts: its texts; its elements are those of the plate.
        :param changed: as `changed` gives it.
        :raises Unlike: it has to be laid out; the message says why.
        """
        new = {at: collapsed(texts[at]) for at in changed}
        lines: dict[int, SetLine] = {}
        for at, text in new.items():
            node = self._nodes.get(at)
            if node is not None:
                self._set(node, text, lines)
            for run in self._codes.get(at, ()):
                lines[run] = self._runs.draw(run, codes.content(text))
        said = self._say(new)
        for text, node in said.furniture:
            self._set(node, text, lines)
        return self._written(lines, said)

    def _set(self, node: _Node, text: str, into: dict[int, SetLine]) -> None:
        """Set a node's new text into as many lines as it has."""
        if node.why_not is not None:
            raise Unlike(node.why_not)
        if not text:
            raise Unlike("a text is empty")
        if not node.proved:
            self._prove(node)
        lines = self._setter(node).lines(text, node.rooms, node.block)
        if lines is None:
            raise Unlike("its lines are known only by a layout")
        if len(lines) != len(node.runs):
            raise Unlike("it takes another number of lines")
        if actual_text.is_shaped(text):
            raise Unlike("its script is written into the structure")
        for run, line, room, (shift, width) in zip(node.runs, lines, node.rooms, node.shifts, strict=True):
            if line.width_px > room + _TOLERANCE:
                raise Unlike("a word is wider than its line")
            if line.text != text and line.text not in text:
                raise Unlike("a word is divided")
            into[run] = self._runs.set(run, line, shift * (line.width_px - width) if shift else 0.0)

    def _prove(self, node: _Node) -> None:
        """Hold a node's own lines, set again, against those that were drawn."""
        lines = self._setter(node).lines(node.text, node.rooms, node.block)
        drawn = [self._runs.operands(at) for at in node.runs]
        if lines is None or [line.operands for line in lines] != drawn:
            node.why_not = "its lines come out otherwise when they are set alone"
            raise Unlike(node.why_not)
        node.proved = True

    def _setter(self, node: _Node) -> Setter:
        if node.setter is None:
            node.setter = self._setters.find(node.style, self._named)
        return node.setter

    def _say(self, new: Mapping[int, str]) -> _Sayings:
        """What is said elsewhere of the texts that have changed.

        :raises Unlike: it is not clear which.
        """
        changed = tuple(new)
        repeated = self._repeated.get(changed)
        if repeated is None:
            if len(self._repeated) >= _KEPT:
                self._repeated.clear()
            repeated = self._repeated[changed] = self._repeats(new)
        furniture = [(self._said_now(sources, new), node) for sources, node in repeated.furniture]
        own = {
            number: {key: self._said_now(sources, new) for key, sources in strings.items()}
            for number, strings in repeated.own.items()
        }
        return _Sayings(furniture, own)

    def _repeats(self, changed: Collection[int]) -> _Repeats:
        """Where texts are repeated that change."""
        furniture = [(said.sources, node) for said, node in self._furniture if self._says(said, changed)]
        own = {
            number: {key: said.sources for key, said in strings.items() if self._says(said, changed)}
            for number, strings in self._own_said.items()
        }
        of_own = [sources for strings in own.values() for sources in strings.values()]
        used = {at for sources in (*(one for one, _ in furniture), *of_own) for at in sources}
        for at in changed:
            if at not in self._nodes and at not in used and at not in self._attributes:
                raise Unlike("a text is used in a way that is not known")
        return _Repeats(furniture, {number: said for number, said in own.items() if said})

    def _says(self, said: _Said, changed: Collection[int]) -> bool:
        """Whether something repeats a text that changes."""
        if said.sources:
            return any(at in changed for at in said.sources)
        for at in changed:
            old = self._collapsed[at]
            alike = len(old) > 2 and len(said.text) > 2 and (old in said.text or said.text in old)
            if alike and not (said.text in old and at in self._nodes):
                raise Unlike("a text is part of another")
        return False

    def _said_now(self, sources: Sequence[int], new: Mapping[int, str]) -> str:
        if len(sources) == 1:
            return new.get(sources[0], self._collapsed[sources[0]])
        text = agreed(new.get(at, self._collapsed[at]) for at in sources)
        if text is None:
            raise Unlike("texts that were equal have come to differ")
        return text

    # --- its file ---------------------------------------------------------------------------------------------------

    def _written(self, lines: Mapping[int, SetLine], said: _Sayings) -> Written:
        file = writer.File(self._fixed_with(lines))
        for number, content in self._runs.contents(lines):
            writer.page(file, number, content)
        if self.made.metadata is not None:
            now = said.own.get(self.made.info)
            before = self._own[self.made.info].strings
            parts = told(self._packet, before, now) if now else self._packet
            writer.metadata(file, self.made.metadata[0], parts, many=True)
        own = {number: item.written(said.own.get(number)) for number, item in self._own.items()}
        writer.own(file, own, many=True)
        return file.finished(self.made.root, self.made.info, many=True)

    def _fixed_with(self, lines: Mapping[int, SetLine]) -> Fixed:
        """The beginning of the file with the faces that the letter needs."""
        key = tuple(sorted(lines))
        base = self._bases.get(key)
        if base is None:
            base = self._bases[key] = self._base(key)
        if base.fixed is not None and base.holds(lines.values()):
            return base.fixed
        glyphs = dict(base.glyphs)
        spelled: dict[str, dict[int, str]] = {}
        for line, _ in lines.values():
            for name, more in line.glyphs:
                known = glyphs.get(name, _NONE)
                if not known.issuperset(more):
                    glyphs[name] = known.union(more)
            for name, glyph, text in line.spelled:
                read = self.made.spelled[name].get(glyph) or spelled.setdefault(name, {}).setdefault(glyph, text)
                if read != text:
                    raise Unlike("a glyph stands for several texts")
        sets = self._used(glyphs, spelled)
        if not all(used.glyphs for used in sets.values()):
            raise Unlike("a font of the plate is not used in it")
        return self._with_faces(sets)

    def _base(self, lines: Sequence[int]) -> _Base:
        """What letters share in which these lines are others."""
        glyphs = self._runs.glyphs_without(lines)
        sets = self._used(glyphs, {})
        if not all(used.glyphs for used in sets.values()):  # all that is set in one of its fonts changes
            return _Base(glyphs, {}, None)
        return _Base(glyphs, {name: used.glyphs for name, used in sets.items()}, self._with_faces(sets))

    def _used(self, glyphs: Mapping[str, frozenset[int]], spelled: Mapping[str, Mapping[int, str]]) -> dict[str, Used]:
        found = {}
        for name, font in self.made.fonts.items():
            texts = {**self.made.spelled[name], **spelled.get(name, {})}
            found[name] = font.used(glyphs.get(name, _NONE), texts, many=True)
        return found

    def _with_faces(self, sets: Mapping[str, Used]) -> Fixed:
        key = tuple(sets.values())
        fixed = self._faces.get(key)
        if fixed is None:
            if len(self._faces) >= _KEPT:
                self._faces.clear()
            fixed = self._faces[key] = self._fixed.with_fonts(self.made, sets)
        return fixed


class _Base(NamedTuple):
    """The beginning of the files of letters that differ in the same lines."""

    glyphs: Mapping[str, frozenset[int]]
    """Those of all other lines, by the names of their fonts."""
    held: Mapping[str, frozenset[int]]
    """Those that the faces hold of letters that set no others."""
    fixed: Fixed | None
    """With these faces; None where one of them would be empty."""

    def holds(self, lines: Iterable[SetLine]) -> bool:
        """Whether these lines need no further glyph, so that the letter's faces are these."""
        for line, _ in lines:
            if line.spelled:
                return False
            for name, glyphs in line.glyphs:
                if not self.held.get(name, _NONE).issuperset(glyphs):
                    return False
        return True


class _Repeats(NamedTuple):
    """Where texts that change are repeated: for each place, the texts that it repeats."""

    furniture: list[tuple[tuple[int, ...], _Node]]
    own: dict[int, dict[str, tuple[int, ...]]]
    """Of dictionaries, by their numbers and keys."""


@dataclass(slots=True)
class _Sayings:
    """What is said elsewhere of texts that have changed."""

    furniture: list[tuple[str, _Node]]
    own: dict[int, dict[str, str]]
    """Texts of dictionaries, by their numbers and keys."""


def _taken(text: str, drawn: Sequence[str]) -> int:
    """How many of the texts that are drawn next make up this one; 0 if they do not."""
    have = ""
    for at, one in enumerate(drawn, start=1):
        piece = one.strip(" ")
        for joined in (f"{have} {piece}" if have else piece, have + piece):
            if text.startswith(joined):
                have = joined
                break
        else:
            return 0
        if have == text:
            return at
    return 0
