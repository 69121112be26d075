"""Lays a page out, and checks how it came out.

Not here: the PDF (`engine`), what WeasyPrint may read (`fetcher`), what it logs (`log`), and each check of a finished
layout (`overflow`, `zones`, `type_size` and others).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from letterpress.layout import (
    boxes,
    codes,
    engines,
    failures,
    image_names,
    keep_together,
    last_page,
    loading,
    log,
    overflow,
    overprint,
    pillow,
    plates,
    private_api,
    ragged,
    tree,
    type_size,
)
from letterpress.layout import fetcher as fetchers
from letterpress.page import LastPage, LayoutFault, Page


@dataclass(slots=True)
class Arranged:
    """A page that is laid out and checked, and not written yet."""

    page: Page
    engine: engines.Engine
    fetcher: Any
    """Holds what was read for it."""
    measured: bool = True
    """Whether the text's column was taken to be what the letterhead says of it."""
    html: Any = None
    parsed: list[plates.Parsed] = field(default_factory=list)
    """Of one of many letters: its elements as they were parsed."""
    codes: list[codes.CodeImage] = field(default_factory=list)
    document: Any = None
    """None where the page's HTML is refused."""
    lines: dict[Any, int] = field(default_factory=dict)
    faults: list[LayoutFault] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    """What WeasyPrint logged."""

    @property
    def is_sound(self) -> bool:
        """Whether it is laid out without a fault."""
        return self.document is not None and not self.faults

    @property
    def pages(self) -> int:
        """How many there are; 0 where it is not laid out."""
        return len(self.document.pages) if self.document is not None else 0

    @property
    def last(self) -> LastPage | None:
        """What the last of several pages holds."""
        return last_page.held(self.document.pages) if self.document is not None else None

    @property
    def options(self) -> dict[str, Any]:
        """What WeasyPrint is told of it."""
        return {"pdf_variant": "pdf/a-3a" if self.page.archive else None, "pdf_tags": self.page.tagged}


def read(page: Page, *, measured: bool = True) -> Arranged:
    """Read a page's HTML and its style sheets.

    :param measured: whether the text's column is what the letterhead says of it.
    """
    engine = engines.engine(page.sheets, page.families, page.letterhead_folders, page.allow_log, page.system_fonts)
    fetcher = fetchers.make((*page.folders, *page.letterhead_folders), page.files)
    made = Arranged(page, engine, fetcher, measured)
    with log.heard(page.allow_log) as made.messages:
        _parse(made)
    return made


def arranged(page: Page) -> Arranged:
    """Read a page and lay it out."""
    return arrange(read(page))


def arrange(made: Arranged) -> Arranged:
    """Lay out what was read, and check it; anew where a letterhead has its text's column otherwise than it says."""
    if made.faults:
        return made
    page, engine, record = made.page, made.engine, made.fetcher.record
    images = image_names.Images()
    made.codes = codes.into(images, made.html.etree_element)
    with log.heard(page.allow_log) as messages, pillow.without_limit():

        def render() -> boxes.Document:
            rendered = {"font_config": engine.fonts.configuration, "stylesheets": engine.sheets, "cache": images}
            with failures.weasyprint_at_work():
                return boxes.Document(made.html.render(**rendered, **made.options))

        made.document = keep_together.render(made.html.etree_element, render, page.zones)
        anew = made.measured and ragged.differs(made.document.pages)
        made.faults += [*engine.faults, *record.faults(), *failures.of_attachments(made.document.made)]
        made.faults += _checked(made.document, page, made.lines)
        if made.codes and not made.faults:
            made.faults += codes.check(made.document.pages)
    made.messages += messages
    return arrange(read(page, measured=False)) if anew else made


def _parse(made: Arranged) -> None:
    """Make the page's HTML for WeasyPrint, whose tree is the one that is checked."""
    import cssselect2

    from letterpress.rawhtml import check, presentation

    weasyprint, page, fetcher = loading.weasyprint(), made.page, made.fetcher
    root, found, lines = check.of_page(page.html)
    if found:
        made.faults = [LayoutFault.of(fault, needle=fault.needle, line=fault.line) for fault in found]
        return
    if page.many:
        made.parsed = plates.parsed(root)
    for element in lines:
        if style := presentation.style(element.tag, element.attrib):
            element.set("style", style)
    tree.prepare(root, page.html, engines.folder_url(page.content_folder), fetcher.resource, measured=made.measured)

    class Parsed(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """What `weasyprint.HTML(string=...)` makes of a text, made of its tree: a test holds the two together."""

        def __init__(self) -> None:
            self.base_url = private_api.base_url(root, engines.folder_url(page.content_folder))
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    made.html, made.lines = Parsed(), lines


def _checked(document: boxes.Document, page: Page, lines: dict[Any, int]) -> list[LayoutFault]:
    """What a finished layout shows to be wrong."""
    faults: list[LayoutFault] = []
    for number, sheet in enumerate(document.pages, start=1):
        faults += overflow.check(sheet, number)
    faults += type_size.check(document.pages, lines)
    if page.faces:
        from letterpress.layout import missing_faces  # here: few letters have a font of their own

        faults += missing_faces.check(document.pages, page.faces)
    if page.zones or page.kept_free:
        from letterpress.layout import zones  # here: most letterheads follow no standard

        faults += zones.check(document.pages, page.zones)
        faults += zones.check_kept_free(document.pages, page.kept_free)
    if page.papers:
        from letterpress.layout import paper_ink  # here: few letters have a paper of their own

        faults += paper_ink.check(document.pages, page)
    # What is too large for its place runs over what is beside it: said once.
    return faults or overprint.check(document.pages, page.sheets)
