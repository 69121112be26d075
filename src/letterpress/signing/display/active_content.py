"""Finds what a PDF holds that programs show differently, or that can change what it shows without a trace.

A signature keeps the bytes; it does not keep what a script, another file or a missing appearance makes of them. Such a
file is not signed, and its signatures are not valid. What acts and leaves the pages as they are (a link that starts a
program, an attached file) is a note.

Not here: how the file is written (`strict/`), and what was changed after a signature (`changes/`).
Source: ISO 32000-2, 8.11 (optional content), 12.5 (annotations), 12.6 (actions), 12.7 (forms); what PDF/A (ISO 19005)
forbids for the same reason.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from letterpress.signing.display import kinds
from letterpress.signing.display.kinds import Kind
from letterpress.signing.fields import has_area
from letterpress.signing.reasons import Reason

SECONDS = 20.0
"""Seconds that looking through one file may take; a letter takes some milliseconds."""
MOST_OBJECTS = 2_000_000
"""Values that are looked at in one file."""
_DEEPEST = 64
"""Parents of a field that are asked for what it inherits."""
_WIDEST_BORDER = 12
"""Width in pt of a link's border that still is a border; some programs draw it, others do not."""

_NOT_SHOWN = frozenset({"/StructTreeRoot", "/Metadata", "/PieceInfo", "/DSS", "/EF", "/Parent", "/P"})
"""Keys that lead to nothing that a page shows or an action does."""
_HIDDEN, _PRINT, _NO_VIEW = 2, 4, 32


@dataclass(frozen=True, slots=True)
class ActiveContent:
    """The result of a search; the texts are fragments of sentences."""

    faults: tuple[Reason, ...] = ()
    """Why programs may show different things, or other things later."""
    notes: tuple[Reason, ...] = ()
    """What acts without changing the pages."""

    def problems(self, *, signed: bool) -> list[Reason]:
        """Return the faults as whole sentences.

        :param signed: whether the file bears a signature; if not, the sentence is for somebody who is about to sign.
        """
        end = "what the signer saw is not certain" if signed else "others may not see what is signed"
        start = "not every program shows the same of this file, or always will"
        return [replace(fault, text=f"{start}: {fault.text}; {end}") for fault in self.faults]


def find(reader: Any) -> ActiveContent:
    """Look through the file as of its last revision. It never raises for a bad file.

    :param reader: pyHanko's reader.
    """
    search = _Search(reader, time.monotonic() + SECONDS)
    try:
        search.run()
    except _TooMuch:
        search.fault(kinds.TOO_MUCH)
    except Exception as error:  # an odd structure may fail anywhere in the parser
        search.fault(Kind(code="file-not-judged", words=f"it cannot be looked through ({type(error).__name__})"))
    return ActiveContent(tuple(_reasons(search.faults)), tuple(_reasons(search.notes)))


def _reasons(places_by_kind: dict[Kind, list[str]]) -> Iterator[Reason]:
    """Make one reason a kind, with the first place and how many more there are."""
    for (code, words), places in places_by_kind.items():
        known = tuple(dict.fromkeys(filter(None, places)))
        more = f" and {len(known) - 1} more" if len(known) > 1 else ""
        text = f"{words} ({known[0]}{more})" if known else words
        yield Reason(code=code, text=text, params=(("places", known),) if known else ())


class _TooMuch(Exception):
    """The file is larger than what is looked through."""


@dataclass(slots=True)
class _Search:
    """One search through one file."""

    reader: Any
    until: float
    faults: dict[Kind, list[str]] = field(default_factory=dict)
    """The places of each kind of fault."""
    notes: dict[Kind, list[str]] = field(default_factory=dict)
    seen: set[tuple[int, int]] = field(default_factory=set)
    looked_at: int = 0
    drawn_anew: bool = False
    """Whether programs are told to throw away the appearances of form fields."""

    def fault(self, kind: Kind, place: str = "") -> None:
        """Keep a fault of some kind, and where it is, in words."""
        self.faults.setdefault(kind, []).append(place)

    def note(self, kind: Kind, place: str = "") -> None:
        """Keep a note likewise."""
        self.notes.setdefault(kind, []).append(place)

    def run(self) -> None:
        """Look at the catalog, at each page with its annotations, and at everything that these lead to."""
        root = self.reader.root
        self._catalog(root)
        for number, page in enumerate(self._pages(root), 1):
            place = f"page {number}"
            for annotation in map(_read, list.__iter__(_at(page, "/Annots", ()) or [])):
                self._annotation(annotation, place)
            self._walk(page, place)
        self._walk(root, "")

    def _catalog(self, root: Any) -> None:
        form = _at(root, "/AcroForm", {})
        self.drawn_anew = bool(_at(form, "/NeedAppearances", False))
        if "/XFA" in form:
            self.fault(kinds.XFA)
        if "/Collection" in root:
            self.fault(kinds.PORTFOLIO)
        if "/AF" in root or "/EmbeddedFiles" in _at(root, "/Names", {}):
            self.note(kinds.ATTACHED)
        if "/OCProperties" in root:
            self._layers(_at(root, "/OCProperties"))

    def _pages(self, root: Any) -> Iterator[Any]:
        waiting, seen = [root.raw_get("/Pages")], set()
        while waiting:
            self._count()
            node = waiting.pop()
            mark = (getattr(node, "idnum", 0), getattr(node, "generation", 0))
            if mark != (0, 0) and mark in seen:
                continue
            seen.add(mark)
            node = _read(node)
            if not isinstance(node, dict):
                continue
            if "/Kids" in node:
                waiting.extend(reversed(list(list.__iter__(_at(node, "/Kids", [])))))
            else:
                yield node

    def _count(self) -> None:
        self.looked_at += 1
        if self.looked_at > MOST_OBJECTS or (self.looked_at % 256 == 0 and time.monotonic() > self.until):
            raise _TooMuch

    def _walk(self, start: Any, place: str) -> None:
        """Look at everything that `start` leads to and that nothing led to before."""
        waiting: list[Any] = [start]
        while waiting:
            value = waiting.pop()
            self._count()
            if hasattr(value, "idnum"):
                mark = (value.idnum, value.generation)
                if mark in self.seen:
                    continue
                self.seen.add(mark)
                value = self._object(value)
            if isinstance(value, dict):
                self._dictionary(value, place)
                waiting.extend(value.raw_get(key) for key in value if key not in _NOT_SHOWN)  # type: ignore[attr-defined]
            elif isinstance(value, list):
                waiting.extend(item for item in list.__iter__(value) if hasattr(item, "idnum") or _holds(item))

    def _object(self, reference: Any) -> Any:
        try:
            return reference.get_object()
        except Exception:
            try:
                listed = self.reader.xrefs[reference.reference] is not None
            except KeyError:
                listed = False
            if listed:  # another program may read it
                self.fault(kinds.UNREADABLE, f"object {reference.idnum}")
            return None

    def _dictionary(self, value: Any, place: str) -> None:
        kind = _at(value, "/S")
        if isinstance(kind, str):
            if kind in kinds.CHANGING:
                self.fault(kinds.CHANGING[kind], place)
            elif kind in kinds.ACTING:
                self.note(kinds.ACTING[kind], place)
        if hasattr(value, "encoded_data"):
            self._stream(value, place)
        if _at(value, "/Type") == "/OCG":
            _ = self._usage(value)
        for state in _values(_at(value, "/ExtGState")):
            self._graphics_state(state, place)

    def _stream(self, stream: Any, place: str) -> None:
        if "/F" in stream:
            self.fault(kinds.ELSEWHERE, place)
        if _at(stream, "/Subtype") == "/Form" and ("/Ref" in stream or "/OPI" in stream):
            self.fault(kinds.ELSEWHERE, place)
        if _at(stream, "/Subtype") == "/Image":
            if "/OPI" in stream:
                self.fault(kinds.ELSEWHERE, place)
            if "/Alternates" in stream:
                self.fault(kinds.ALTERNATES, place)
        if "/PS" in (_at(stream, "/Subtype"), _at(stream, "/Subtype2")):
            self.fault(kinds.POSTSCRIPT, place)

    def _graphics_state(self, state: Any, place: str) -> None:
        if not isinstance(state, dict):
            return
        halftone = _at(state, "/HT")
        functions = [_at(state, "/TR"), _at(state, "/TR2")]
        if isinstance(halftone, dict):
            functions.append(_at(halftone, "/TransferFunction"))
        if any(function not in (None, "/Identity", "/Default") for function in functions):
            self.fault(kinds.TRANSFER, place)

    # --- annotations ---

    def _annotation(self, annotation: Any, page: str) -> None:
        if not isinstance(annotation, dict):
            return
        kind, flags = _at(annotation, "/Subtype"), int(_at(annotation, "/F", 0))
        if kind == "/Link" and _border(annotation) > _WIDEST_BORDER:
            self.fault(kinds.WIDE_BORDER, page)
        if kind in ("/Link", "/Popup", "/PrinterMark", "/TrapNet") or flags & _HIDDEN or not has_area(annotation):
            return
        if kind in kinds.PLAYING:
            self.fault(kinds.PLAYING[kind], page)
        elif kind == "/FileAttachment":
            self.note(kinds.ATTACHED, page)
        elif kind == "/Watermark" and "/FixedPrint" in annotation:
            self.fault(kinds.WATERMARK, page)
        shows = self._appearance(annotation)
        if kind == "/Widget":
            self._widget(annotation, page, shows=shows)
        elif not shows:
            place = f"{str(kind).lstrip('/')}, {page}"
            self.fault(kinds.BARE_ANNOTATION, place)
        if shows and flags & _NO_VIEW and flags & _PRINT:
            self.fault(kinds.ONLY_PRINTED, page)
        elif shows and not flags & (_NO_VIEW | _PRINT) and not (kind == "/Widget" and _field(annotation) != "/Tx"):
            self.note(kinds.NOT_PRINTED, page)

    def _appearance(self, annotation: Any) -> bool:
        normal = _at(_at(annotation, "/AP", {}), "/N")
        if normal is None or hasattr(normal, "encoded_data"):
            return normal is not None
        if not isinstance(normal, dict):
            return False
        if "/AS" not in annotation:  # some take the field's value instead, others show nothing
            return str(_inherited(annotation, "/V")) not in normal
        return True

    def _widget(self, widget: Any, page: str, *, shows: bool) -> None:
        kind, value = _field(widget), _inherited(widget, "/V")
        if kind == "/Sig":
            return
        look = _at(widget, "/MK", {})
        if kind == "/Btn":
            filled = value not in (None, "/Off") or "/CA" in look or "/I" in look
        else:
            filled = bool(value) or "/RV" in widget
        place = f"{_name(widget)}, {page}" if _name(widget) else page
        if not shows and (filled or "/BG" in look):
            self.fault(kinds.BARE_FIELD, place)
        elif self.drawn_anew and filled:
            self.fault(kinds.REDRAWN, place)

    # --- layers ---

    def _layers(self, properties: Any) -> None:
        """Check optional content: untouched, it has to show the same on screen, on paper and in copies."""
        default = _at(properties, "/D", {})
        on, off = (_numbers(_at(default, key, ())) for key in ("/ON", "/OFF"))
        base = _at(default, "/BaseState", "/ON")
        usages = [_at(one, "/Category", ()) for one in map(_read, list.__iter__(_at(default, "/AS", []))) if one]
        conditions = {str(one) for categories in usages for one in categories}
        for reference in list.__iter__(_at(properties, "/OCGs", [])):
            self._count()
            group = _read(reference)
            if not isinstance(group, dict):
                continue
            number = getattr(reference, "idnum", None)
            name = f"layer '{str(_at(group, '/Name', ''))[:60]}'"
            shown = number in on or (number not in off and base != "/OFF")
            states = self._usage(group)
            if number in on and number in off:
                self.fault(kinds.LAYER_BOTH, name)
            elif states - {shown}:
                self.fault(kinds.LAYER_BY_USE, name)
            elif conditions & {"/Zoom", "/User", "/Language"} & set(_at(group, "/Usage", {})):
                self.fault(kinds.LAYER_BY_READER, name)
            elif not shown and not _for_view(group):
                self.fault(kinds.LAYER_BY_PROGRAM, name)
            elif not shown:
                self.note(kinds.LAYER_HIDDEN, name)

    def _usage(self, group: Any) -> set[bool]:
        """Return the states that a group asks for; some programs heed them wherever they stand."""
        usage = _at(group, "/Usage", {})
        uses = ("View", "Print", "Export")
        asked = {str(_at(_at(usage, f"/{use}", {}), f"/{use}State", "")) for use in uses} - {""}
        states = {state != "/OFF" for state in asked}
        if len(states) > 1:
            self.fault(kinds.LAYER_BY_USE, f"layer '{str(_at(group, '/Name', ''))[:60]}'")
        return states


def _at(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return the value of `key`; `default` too where it cannot be read, which the walk over all objects reports."""
    return _read(dictionary.raw_get(key), default) if key in dictionary else default


def _read(value: Any, default: Any = None) -> Any:
    try:
        return value.get_object()
    except Exception:  # pyHanko raises on a reference to nothing, which PDF takes for null
        return default


def _holds(value: Any) -> bool:
    return isinstance(value, dict | list)


def _values(dictionary: Any) -> list[Any]:
    return [_at(dictionary, key) for key in dictionary] if isinstance(dictionary, dict) else []


def _numbers(references: Any) -> set[int]:
    return {one.idnum for one in list.__iter__(references) if hasattr(one, "idnum")} if references else set()


def _for_view(group: Any) -> bool:
    intent = _at(group, "/Intent", "/View")
    intents = intent if isinstance(intent, list) else [intent]
    return bool({str(one) for one in intents} & {"/View", "/All"})


def _inherited(widget: Any, key: str) -> Any:
    node = widget
    for _ in range(_DEEPEST):
        if key in node:
            return _at(node, key)
        node = _at(node, "/Parent")
        if not isinstance(node, dict):
            return None
    return None


def _field(widget: Any) -> Any:
    return _inherited(widget, "/FT")


def _name(widget: Any) -> str:
    return str(_inherited(widget, "/T") or "")[:60]


def _border(link: Any) -> float:
    """Return the width of a link's border in pt."""
    if "/BS" in link:
        return float(_at(_at(link, "/BS", {}), "/W", 1))
    border = _at(link, "/Border", ())
    return float(border[2]) if len(border) > 2 else 1.0
