"""Runs a letterhead's templates: HTML for a filled letter, style sheets for all letters of one look.

Templates of a letterhead, and of what it extends, find each other by name. Letters of one look have equal style sheets,
so that the layout parses them once.

Not here: what templates may name of a letter (`context`), and what they may do (`templating.sandbox`).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

from letterpress.fonts import shipped
from letterpress.frozen import last
from letterpress.letterhead import breaks, codes, forms, lists, press_copies, templates, watermark, zones
from letterpress.letterhead import context as letterhead_context
from letterpress.letterhead import definition as heads
from letterpress.letterhead.definition import Letterhead
from letterpress.letterhead.design import Design
from letterpress.letterhead.measure import Measure
from letterpress.letterhead.papers import PAPERS
from letterpress.model import Filled, Letter, Signatory, frozendict
from letterpress.page import Page, PressCopy, Sheet, Zone
from letterpress.templating.filters import Own, Values
from letterpress.templating.messages import TemplateFault
from letterpress.text import language

if TYPE_CHECKING:
    from letterpress.carriers.values import Carrier
    from letterpress.letterhead.faces import Faces
    from letterpress.letterhead.standards import Standard


def missing(letterhead: Letterhead, filled: Filled) -> list[str]:
    """List the fields that the letterhead asks for and the letter does not have."""
    values: dict[str, object] = {"from": filled.sender, "to": filled.to, "date": filled.date, "subject": filled.subject}
    values |= {"salutation": filled.salutation, "closing": filled.closing, "signatories": filled.signatories}
    values |= {"reference": filled.reference}
    return [name for name in letterhead.requires if not values.get(name)]


def unprinted(letterhead: Letterhead, filled: Filled, given: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """List the texts that the letter has and the letterhead has no place for.

    :param given: the letterhead's parameters with their values.
    :returns: pairs of what `omits` calls it and the fields that are not printed: several of an address.
    """
    return [(name, fields) for name in _omitted(letterhead, given) if (fields := _written(name, filled))]


@last
def _omitted(letterhead: Letterhead, given: Mapping[str, Any]) -> tuple[str, ...]:
    omitted = [*letterhead.omits]
    for name, parameter in letterhead.parameters.items():
        omitted += dict(parameter.omits).get(str(given.get(name)), ())
    return tuple(dict.fromkeys(omitted))


def _written(name: str, filled: Filled) -> tuple[str, ...]:
    """The fields that `omits` means by a name, as far as the letter has them."""
    role, _, part = name.partition(".")
    if not part:
        return (name,) if any(getattr(one, name, None) for one in (filled, *filled.versions)) else ()
    parts = heads.ADDRESS if part == "address" else (part,)
    return tuple(f"{role}.{part}" for part in parts if getattr(filled.sender, part, None))


def compose(
    letterhead: Letterhead,
    filled: Filled,
    letter: Letter,
    *,
    paper: str,
    copy: str,
    archive: bool,
    press: PressCopy | None = None,
    given: Mapping[str, Any],
    design: Design,
    overlaid: bool = False,
    times: tuple[tuple[str, int], ...] | None = None,
    many: bool = False,
    verified: bool = False,
    carrier: Carrier | None = None,
) -> Page:
    """Make the page of a filled letter.

    :param paper: name of a size of paper.
    :param copy: which kind of copy.
    :param archive: whether it becomes PDF/A and PDF/UA.
    :param press: how it is written for a press, if it is.
    :param given: the letterhead's parameters with their values.
    :param design: what the parameters of a firm's design come to.
    :param overlaid: whether the standard's geometry is drawn over page 1.
    :param times: what `stamps` says of the letterhead, if it was asked already.
    :param many: whether it is a letter of a list: its page is made as that of another, where the templates would.
    :param verified: of such a letter, run the templates all the same, and compare.
    :param carrier: whom the letter is made for.
    :raises LetterpressError: a template of the letterhead fails; the diagnostic names it with its line.
    """
    times = times or templates.stamps(letterhead.folders)
    look = (paper, copy, archive, press, overlaid, given, design)
    composer = _Composer(letterhead, filled, letter, *look, times=times, many=many, carrier=carrier)
    own = letterhead_context.context(filled, letter, copy)
    own |= codes.context(filled, heads.standard_of(letterhead, given, carrier), given, copy)
    own["lists_place"] = lists.place(filled, copy, given, several=bool(own["versions"]))
    return _FORMS.page(composer, own, verified=verified) if many else composer.page(own)


_FORMS = forms.Forms()
forget = _FORMS.forget


@dataclass(frozen=True, slots=True)
class _Composer:
    """Makes the pages of one letterhead, look and letter."""

    letterhead: Letterhead
    filled: Filled
    letter: Letter
    paper: str
    copy: str
    archive: bool
    press: PressCopy | None
    overlaid: bool
    given: Mapping[str, Any]
    design: Design
    times: tuple[tuple[str, int], ...]
    many: bool
    carrier: Carrier | None = None

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What pages depend on besides their values: letters of a list have the very same objects."""
        shared = (self.letterhead, self.letter, self.given, self.design, self.times)
        chosen = (self.paper, self.filled.lang, self.copy, self.archive, self.press, self.overlaid, self.carrier)
        return (*map(id, shared), *chosen)

    @property
    def functions(self) -> tuple[Any, ...]:
        """What measures texts."""
        return tuple(_measures(self.letterhead.fonts, self.design.faces).values())

    @property
    def _look(self) -> _Look:
        standard = heads.standard_of(self.letterhead, self.given, self.carrier)
        given, plain = frozendict(self.given), replace(self.design, logo=None)
        bleed = self.press.bleed if self.press is not None else 0.0
        return _Look(
            self.letterhead.folders, self.times, self.paper, self.filled.lang, self.copy, given, standard, plain, bleed
        )

    def _context(self, look: _Look, own: Mapping[str, Any]) -> dict[str, Any]:
        standard = look.standard
        return {
            **_shared_context(look, self.letterhead),
            **own,
            "archive": self.archive,
            "asset": _Asset(self.letterhead.folders),
            **_measures(self.letterhead.fonts, self.design.faces),
            "logo": _logo(self.design),
            "overlay": Markup(_overlay(standard)) if self.overlaid and standard else "",  # noqa: S704 - percent-encoded
        }

    def traced(self, own: Mapping[str, Any]) -> str:
        """Run the templates with watched values."""
        look = self._look
        get = templates.traced(look.folders, look.stamps)
        return templates.run(get, "letter.html", self._context(look, own), self.letterhead)

    def page(self, own: Mapping[str, Any]) -> Page:
        """Run the templates."""
        letterhead, letter, design, look = self.letterhead, self.letter, self.design, self._look
        standard, faces = look.standard, design.faces
        get = templates.of_pages(letterhead.folders, look.stamps)
        html = templates.run(get, "letter.html", self._context(look, own), letterhead)
        inks = tuple(_ink(signatory, letter) for signatory in self.filled.signatories if signatory.ink)
        return Page(
            source=breaks.written_out(html),
            sheets=press_copies.with_bleed(_sheets(look, letterhead), self.press),
            content_folder=letter.folder,
            folders=(_content_folder(letter),),
            files=(*(ink for ink in inks if ink is not None), *design.files),
            letterhead_folders=(*letterhead.folders, *_font_folders(design)),
            families=_families(letterhead, faces, html),
            faces=faces.own if faces else (),
            system_fonts=letterhead.system_fonts,
            allow_log=letterhead.allow_log,
            archive=self.archive,
            press=self.press,
            in_order=letter.sign == "in-order",
            papers=design.stationery if any(design.stationery) else (),
            zones=_zones(standard, look.parameters, design) if standard else (),
            kept_free=zones.kept_free_for(standard, self.carrier, self.paper),
            many=self.many,
        )


@lru_cache(maxsize=16)
def _measures(fonts: tuple[str, ...], faces: Faces | None) -> Mapping[str, Any]:
    return Measure(fonts, faces).names()


_CODE = re.compile(r"<(code|pre|kbd|samp)\b")


def _families(letterhead: Letterhead, faces: Faces | None, html: str) -> tuple[str, ...]:
    """The shipped families of a page: that of code only where there is code, so that other letters do not load it."""
    families = (faces.text, faces.labels, *letterhead.fonts) if faces else letterhead.fonts
    families += (shipped.CODE,) if _CODE.search(html) else ()
    return tuple(dict.fromkeys((*families, *((shipped.SLIP,) if 'class="payment-slip ' in html else ()))))


def compose_stamp(
    letterhead: Letterhead, words: Mapping[str, str], *, width: float, height: float, lang: str, size: float
) -> Page:
    """Make the page of a visible signature: as large as its field, of the letterhead's `stamp.html` and `stamp.css`.

    :param words: texts: signer, title, time, reason, place, note; an empty one is not shown.
    :param width: of the field, in pt; `height` likewise.
    :param size: of the type, in pt.
    :raises LetterpressError: a template of the letterhead fails.
    """
    times = templates.stamps(letterhead.folders)
    labels = language.labels(lang)
    context = {"words": Values("words", words), "labels": Values("labels", labels), "lang": lang}
    html = templates.run(templates.of_pages(letterhead.folders, times), "stamp.html", context, letterhead)
    return Page(
        source=breaks.written_out(html),
        sheets=_stamp_sheets(letterhead, times, round(width, 4), round(height, 4), size),
        content_folder=letterhead.folders[0],
        folders=(),
        letterhead_folders=letterhead.folders,
        families=letterhead.fonts,
        system_fonts=letterhead.system_fonts,
        allow_log=letterhead.allow_log,
        archive=False,
        tagged=False,
    )


def _font_folders(design: Design) -> Iterable[str]:
    return dict.fromkeys(str(Path(file).parent) for file in (design.faces.files if design.faces else ()))


def _logo(design: Design) -> dict[str, Any] | None:
    """What templates see of the logo: its URL, its size and place."""
    if design.logo is None:
        return None
    logo = design.logo
    url = Own(Path(logo.path).as_uri())  # of a file that was found; what a style could end in is percent-encoded
    return {"url": url, "width": logo.width, "height": logo.height, "place": logo.place}


@lru_cache(maxsize=64)
def _stamp_sheets(
    letterhead: Letterhead, stamps: tuple[tuple[str, int], ...], width: float, height: float, size: float
) -> tuple[Sheet, ...]:
    context = {"width": width, "height": height, "size": size}
    css = templates.run(templates.of_styles(letterhead.folders, stamps), "stamp.css", context, letterhead)
    folder = next(folder for folder in letterhead.folders if (Path(folder) / "stamp.css").is_file())
    return (Sheet(_with_system_fonts(css, letterhead), folder),)


def _ink(signatory: Signatory, letter: Letter) -> str | None:
    """The image of a signatory's handwriting; None if it lies outside `content/` and the folder that names it."""
    base = Path(signatory.ink_base or letter.folder).resolve()
    content = Path(letter.root).resolve() / "content"
    path = (base / (signatory.ink or "")).resolve()
    inside = path.is_relative_to(content if base.is_relative_to(content) else base)
    return str(path) if inside else None


def _content_folder(letter: Letter) -> str:
    """What a letter's images may come from: the project's `content/` if the letter is in it, else its own folder."""
    content = Path(letter.root) / "content"
    return str(content) if Path(letter.folder).is_relative_to(content) else letter.folder


@dataclass(frozen=True, slots=True)
class _Look:
    """All that the style of a letter depends on: letters of one look share their style sheets."""

    folders: tuple[str, ...]
    stamps: tuple[tuple[str, int], ...]
    paper: str
    lang: str
    copy: str
    parameters: Mapping[str, Any]
    standard: Standard | None
    design: Design
    bleed: float
    """mm that the page's background goes beyond the sheet, in a press copy."""


def _shared_context(look: _Look, letterhead: Letterhead) -> dict[str, Any]:
    checked = {
        name: Own(value)
        for name, value in look.parameters.items()
        if isinstance(value, str) and (spec := letterhead.parameters.get(name)) is not None and spec.type != "text"
    }
    paper = PAPERS[look.paper]
    return {
        "paper": {"name": paper.name, "width": paper.width, "height": paper.height},
        "lang": look.lang,
        "dir": language.direction(look.lang),
        "copy": look.copy,
        "labels": Values("labels", language.labels(look.lang)),
        "parameters": Values("parameters", {**look.parameters, **checked}, look.parameters),
        "standard": zones.places(look.standard, look.design.box) if look.standard else None,
        "design": _design(look.design),
        "bleed": Own(f"{look.bleed:g}"),
    }


def _design(design: Design) -> dict[str, Any]:
    """What templates and style sheets see of a design."""
    colours = {"accent": Own(design.accent), "text": Own(design.text), "on": Own(design.on)}
    faces = design.faces
    return {
        "head": design.head,
        "band": design.band,
        "named": design.named,
        "printed": design.printed,
        "papered": design.stationery[0] is not None,
        "head_rule": "head" in design.rules,
        "foot_rule": "foot" in design.rules,
        "sans": faces is not None and faces.sans,
        **colours,
    }


def _zones(standard: Standard, given: Mapping[str, Any], design: Design) -> tuple[Zone, ...]:
    return zones.zones(standard, given, design.box, ruled="head" in design.rules)


def _overlay(standard: Standard) -> str:
    from letterpress.letterhead import overlay

    return f"data:image/svg+xml,{quote(overlay.svg(standard))}"


def _with_system_fonts(css: str, letterhead: Letterhead) -> str:
    if not letterhead.system_fonts:
        return css
    from letterpress.fonts import system

    return system.behind(css, letterhead.fonts, letterhead.system_fonts)


class _Asset:
    """`asset("logo.svg")` in a template: the URL of a file of the letterhead, or of what it extends."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders

    def __call__(self, name: str) -> str:
        for folder in self._folders:
            for path in (Path(folder) / name, Path(folder) / "assets" / name):
                if path.is_file() and path.resolve().is_relative_to(Path(folder).resolve()):
                    return Markup(escape(path.as_uri()))  # noqa: S704 - of the letterhead's own
        message, hint = f"the letterhead has no file '{name}'", "put it into its folder or its assets/"
        raise TemplateFault(message, hint=hint, code="file-missing", value=name)


@lru_cache(maxsize=64)
def _sheets(look: _Look, letterhead: Letterhead) -> tuple[Sheet, ...]:
    """The style sheets from `_base` to the leaf, each with the folder that its URLs are relative to."""
    get = templates.of_styles(look.folders, look.stamps)
    context = _shared_context(look, letterhead)
    context["watermark"] = watermark.drawn(language.labels(look.lang)["draft"], letterhead.system_fonts)
    context["labels_css"] = Values("labels_css", {k: css_string(v) for k, v in language.labels(look.lang).items()})
    sheets, faces = [], look.design.faces
    for folder in reversed(look.folders):
        if (Path(folder) / "style.css").is_file():
            css = templates.run(get, f"{Path(folder).name}/style.css", context, letterhead)
            css = faces.into(css) if faces else css
            sheets.append(Sheet(_with_system_fonts(css, letterhead), folder))
    if faces is not None and faces.own:
        sheets.insert(0, Sheet(faces.css, str(Path(faces.own[0].file).parent)))
    return tuple(sheets)


def css_string(text: str) -> str:
    """Write a text as a CSS string, quotes and all."""
    return '"' + "".join(f"\\{ord(char):x} " if char in '"\\\n<' else char for char in text) + '"'
