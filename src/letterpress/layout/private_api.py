"""What is used of WeasyPrint and pydyf that their documentation does not promise: all of it, with the reasons.

`NAMES` lists it, and a test holds each name and signature against the installed libraries; another test finds uses
outside of this module. A new WeasyPrint that fails those tests is looked at here, in `boxes` and in `conformance`.

Not here: what is documented (`HTML`, `CSS`, `Document`, `FontConfiguration`, `URLFetcher`, `pydyf.PDF`). Source: the
API references of WeasyPrint 70 and pydyf 0.12.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple


class Private(NamedTuple):
    """One name that may change without notice."""

    name: str
    """Module and name in it: `weasyprint.document:Page`."""
    why: str
    signature: str | None = None
    """Of what is called, as `inspect.signature` writes it."""


NAMES = (
    Private("weasyprint:_find_base_url", "HTML made of a checked tree has the base URL that WeasyPrint would give it",
            "(html_document, fallback_base_url)"),
    Private("weasyprint:HTML.render", "is called on an HTML that was made without its __init__",
            "(self, font_config=None, counter_style=None, color_profiles=None, **options)"),
    Private("weasyprint.document:Document.fonts", "the fonts that a PDF was written with, looked at by the finisher"),
    Private("weasyprint.document:Page._page_box", "the boxes of a page, which all checks of a layout read"),
    Private("weasyprint.layout.absolute:AbsolutePlaceholder._box", "the box that stands behind a placeholder"),
    Private("weasyprint.formatting_structure.boxes:Box.border_box_x", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.border_box_y", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.border_height", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.border_width", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.content_box_x", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.content_box_y", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.is_table_wrapper", "the box around a table and its captions"),
    Private("weasyprint.formatting_structure.boxes:Box.margin_height", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.margin_width", "places in `boxes`", "(self)"),
    Private("weasyprint.formatting_structure.boxes:Box.transformation_matrix", "whether anything of a box is drawn"),
    Private("weasyprint.formatting_structure.boxes:BlockContainerBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:BlockLevelBox", "where a page can be broken"),
    Private("weasyprint.formatting_structure.boxes:FootnoteAreaBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:InlineBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:LineBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:MarginBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:PageBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:ReplacedBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:TableBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:TableRowBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:TableRowGroupBox", "kind of a box"),
    Private("weasyprint.formatting_structure.boxes:TextBox", "kind of a box"),
    Private("weasyprint.matrix:Matrix.values", "a transformation's matrix is a list of three rows: what it scales by"),
    Private("weasyprint.pdf.fonts:Font", "`hb_face` and `to_unicode`: which file a font is, and what it sets",
            "(pango_font, description, font_size)"),
    Private("weasyprint.pdf.fonts:subset", "its import is put off"),
    Private("weasyprint.pdf.fonts:instantiateVariableFont", "its import is put off"),
    Private("weasyprint.pdf.tags:_build_box_tree", "`tag_order` walks boxes as this does",
            "(box, parent, pdf, page_number, nums, annotations, tags)"),
    Private("weasyprint.pdf.stream:Stream.marked", "`conformance` turns the marked content that this writes into page "
            "furniture", "(self, box, tag)"),
    Private("weasyprint.text.fonts:FontConfiguration.add_font_face", "how a font comes into a configuration: a WOFF "
            "that `fetcher` has unpacked stays as it is", "(self, rule_descriptors, url_fetcher)"),
    Private("weasyprint.text.fonts:get_hb_object_data", "the content of a font's file",
            "(hb_object, ot_color=None, glyph=None)"),
    Private("weasyprint.text.ffi:ffi", "the list of the system's fonts"),
    Private("weasyprint.text.ffi:fontconfig", "the list of the system's fonts"),
    Private("weasyprint.images:Image", "`pillow` stands in its place while a letter is laid out"),
    Private("weasyprint.logger:LOGGER", "its name, `weasyprint`: what it is told at WARNING is a fault of the page"),
    Private("weasyprint:preprocess_stylesheet", "`kept_sheets` stands in its place while WeasyPrint is imported",
            "(device_media_type, base_url, stylesheet_rules, url_fetcher, matcher, page_rules, layers, font_config, "
            "counter_style, color_profiles, ignore_imports=False, layer=None)"),
    Private("cssselect2.compiler:CompiledSelector", "`test` of a selector is a function that was made of a text",
            "(parsed_selector)"),
    Private("weasyprint.text.line_break:split_first_line", "`lines` breaks a text where words do not tell",
            "(text, style, context, max_width, justification_spacing, is_line_start=True, minimum=False)"),
    Private("weasyprint.text.line_break:line_size", "`lines` measures text with it", "(line, style)"),
    Private("weasyprint.text.line_break:Layout", "`lines` shapes text with it",
            "(style, justification_spacing=0, max_width=None)"),
    Private("weasyprint.text.line_break:Layout.set_text", "`lines` shapes text with it", "(self, text, justify=False)"),
    Private("weasyprint.layout.inline:split_text_box", "`plates.capture` sees the room of a line",
            "(context, box, available_width, skip, is_line_start=True)"),
    Private("weasyprint.text.line_break:get_next_word_boundaries", "`lines` divides words", "(text, lang)"),
    Private("pyphen:Pyphen.iterate", "`lines` divides words", "(self, word)"),
    Private("weasyprint.draw.text:draw_first_line", "`lines` writes the operands of a line with it",
            "(stream, textbox, text_overflow, block_ellipsis, matrix)"),
    Private("weasyprint.matrix:Matrix", "where a line would stand", "(a=1, b=0, c=0, d=1, e=0, f=0, matrix=None)"),
    Private("weasyprint.text.fonts:get_pango_font_key", "which of a document's fonts a font of Pango is",
            "(pango_font)"),
    Private("weasyprint.text.fonts:font_features", "which features of a font a style asks for",
            "(font_kerning='normal', font_variant_ligatures='normal', font_variant_position='normal', "
            "font_variant_caps='normal', font_variant_numeric='normal', font_variant_alternates='normal', "
            "font_variant_east_asian='normal', font_feature_settings='normal')"),
    Private("weasyprint.text.fonts:get_pango_font_hb_face", "the file of a font of Pango", "(pango_font)"),
    Private("weasyprint.text.ffi:pango", "glyphs of a shaped text"),
    Private("weasyprint.text.ffi:harfbuzz", "which font of a collection a font is"),
    Private("weasyprint.text.ffi:FROM_UNITS", "px of a unit of Pango"),
    Private("weasyprint.text.ffi:TO_UNITS", "units of Pango in a px"),
    Private("pydyf:_to_bytes", "how an operator of a page's content is written", "(item)"),
    Private("pydyf:Object", "a null object takes the place of one that is not needed: number, data", "()"),
)  # fmt: skip

BOX_ATTRIBUTES = frozenset(
    "children element element_tag height min_width padding_left padding_right position_x position_y style text "
    "width".split()
)
"""What `boxes` reads of a box besides: attributes that a layout gives it, which no class has."""
STYLES = frozenset(
    "background_color background_image break_after break_before direction display font_family font_size font_style "
    "font_variant_caps font_weight hyphenate_character list_style_type visibility".split()
)
"""What `boxes` reads of a box's style."""
ROOM_STYLES = frozenset(
    "direction display float left position right text_align_all text_align_last text_indent text_transform "
    "width".split()
)
"""What `line_room` reads of a box's style."""
ROOM_ATTRIBUTES = frozenset({"content_box_x", "link", "style", "width"})
FONT_ATTRIBUTES = frozenset({"hb_face", "to_unicode"})
DRAWN_FONT_ATTRIBUTES = frozenset("bitmap colr file_content hash index png svg tables widths".split())
"""What `lines` reads of a document's fonts."""
PROGRAM_ATTRIBUTES = frozenset(
    "ascent descent family flags index missing name stemh stemv tables used_in_forms".split()
)
"""What `font_programs` reads of them besides."""
TEXT_STYLES = tuple(
    "direction font_family font_feature_settings font_kerning font_language_override font_size font_stretch font_style "
    "font_variant_alternates font_variant_caps font_variant_east_asian font_variant_ligatures font_variant_numeric "
    "font_variant_position font_variation_settings font_weight hyphenate_character hyphenate_limit_chars "
    "hyphenate_limit_zone hyphens lang letter_spacing overflow_wrap tab_size text_align_all text_align_last "
    "text_decoration_line visibility white_space word_break word_spacing".split()
)
"""What WeasyPrint reads of a text's style to break and draw its lines, and `lines` besides."""
HTML_ATTRIBUTES = frozenset({"base_url", "etree_element", "media_type", "url_fetcher", "wrapper_element"})
"""All that an HTML holds: what `engine` sets where it makes one of a tree."""
COUNTERS_AT = 3
"""Place of the counter styles among the arguments of `preprocess_stylesheet` that follow the matcher."""
SELECTOR_NAMES = ("split_whitespace", "ascii_lower", "urlparse")
"""Of `cssselect2.compiler`: what the tests of selectors name."""
CONFIGURATION_ATTRIBUTES = frozenset({"_config"})
"""Of a FontConfiguration: fontconfig's own."""


def page_box(page: Any) -> Any:
    """The box of one of a document's pages."""
    return page._page_box


def placed(box: Any) -> Any:
    """The box itself, where an absolutely placed one stands behind a placeholder."""
    return box._box if isinstance(box, _placeholder()) else box


@lru_cache(maxsize=1)
def box_classes() -> Any:
    """The module with the classes of boxes."""
    return import_module("weasyprint.formatting_structure.boxes")


@lru_cache(maxsize=1)
def _placeholder() -> Any:
    return import_module("weasyprint.layout.absolute").AbsolutePlaceholder


def images() -> Any:
    """The module that opens images, with Pillow's own as its `Image`."""
    return import_module("weasyprint.images")


def is_block_level(box: Any) -> bool:
    """Whether a box takes part in the flow of blocks."""
    return isinstance(box, box_classes().BlockLevelBox)


def base_url(root: Any, otherwise: str) -> str:
    """The URL that addresses in a page are relative to: that of its `<base>`, if it has one."""
    found: str = import_module("weasyprint")._find_base_url(root, otherwise)
    return found


def font_file(font: Any) -> bytes:
    """The content of the file of one of a document's fonts, whole: `file_content` is cut when the PDF is written."""
    content: bytes = import_module("weasyprint.text.fonts").get_hb_object_data(font.hb_face)
    return content


def font_characters(font: Any) -> frozenset[str]:
    """The characters that one of a document's fonts sets; an empty text among them: a glyph whose characters are not
    known, as where several are set as one."""
    return frozenset(char for text in font.to_unicode.values() for char in text or ("",))


class FontLibraries(NamedTuple):
    """Fontconfig as WeasyPrint has loaded it."""

    ffi: Any
    fontconfig: Any
    config: Any
    """The configuration to ask."""


def font_libraries(configuration: Any) -> FontLibraries:
    """Fontconfig, and its part of a FontConfiguration."""
    libraries = import_module("weasyprint.text.ffi")
    return FontLibraries(libraries.ffi, libraries.fontconfig, configuration._config)


def font_features(style: Any) -> frozenset[str]:
    """The OpenType features that a style asks for, beside those that are applied without being asked for."""
    names = "kerning variant_ligatures variant_position variant_caps variant_numeric variant_alternates"
    found = import_module("weasyprint.text.fonts").font_features(
        *(style[f"font_{name}"] for name in f"{names} variant_east_asian feature_settings".split())
    )
    return frozenset(name for name, value in found.items() if value)


def pango_font_index(pango_font: Any) -> int:
    """Which font of a collection a font of Pango is."""
    libraries = import_module("weasyprint.text.ffi")
    face = import_module("weasyprint.text.fonts").get_pango_font_hb_face(pango_font)
    index: int = libraries.harfbuzz.hb_face_get_index(face)
    return index


class TextSetting(NamedTuple):
    """What WeasyPrint breaks, shapes and draws text with."""

    ffi: Any
    pango: Any
    from_units: float
    """px of a unit of Pango."""
    to_units: float
    layout: Any
    """The class of a shaped text."""
    split_first_line: Any
    line_size: Any
    draw_first_line: Any
    no_matrix: Any
    font_key: Any
    sizes_of_fonts: bool
    """Whether a font of Pango knows its size; else the style's is written."""


@lru_cache(maxsize=1)
def text_setting() -> TextSetting:
    """WeasyPrint's own functions for lines of text."""
    libraries = import_module("weasyprint.text.ffi")
    breaking = import_module("weasyprint.text.line_break")
    return TextSetting(
        libraries.ffi,
        libraries.pango,
        libraries.FROM_UNITS,
        libraries.TO_UNITS,
        breaking.Layout,
        breaking.split_first_line,
        breaking.line_size,
        import_module("weasyprint.draw.text").draw_first_line,
        import_module("weasyprint.matrix").Matrix(),
        import_module("weasyprint.text.fonts").get_pango_font_key,
        libraries.pango.pango_version() >= 14802,
    )


def line_modules() -> tuple[Any, Any]:
    """The modules that break lines of text in a layout, and that draw them: `plates.capture` watches both."""
    return import_module("weasyprint.layout.inline"), import_module("weasyprint.draw.text")


def font_key(pango_font: Any) -> tuple[int, float]:
    """The key of a font among a document's fonts, and its size in px."""
    key, _, size = text_setting().font_key(pango_font)
    return key, size


def pango_font_file(pango_font: Any) -> bytes:
    """The content of the file that a font of Pango is of, whole."""
    fonts = import_module("weasyprint.text.fonts")
    content: bytes = fonts.get_hb_object_data(fonts.get_pango_font_hb_face(pango_font))
    return content


@contextlib.contextmanager
def fonts_cut_later() -> Iterator[None]:
    """Have WeasyPrint leave its fonts whole while it writes: `file.fonts` cuts them, and keeps what letters share."""
    font = import_module("weasyprint.pdf.fonts").Font
    own = font.subset

    def subset(made: Any, to_unicode: Any, hinting: Any) -> None:
        if "fvar" in made.tables or made.png or made.svg or made.colr or made.missing:
            own(made, to_unicode, hinting)

    font.subset = subset
    try:
        yield
    finally:
        font.subset = own


def word_boundaries(text: str, lang: str) -> tuple[int, int] | None:
    """Where the first word of a text begins and ends."""
    found: tuple[int, int] | None = import_module("weasyprint.text.line_break").get_next_word_boundaries(text, lang)
    return found


def hyphenation(lang: str | None, left: int, right: int) -> tuple[str, Any]:
    """The language whose patterns WeasyPrint divides words by, and the patterns; None where it has none.

    :param left: the fewest letters before a hyphen.
    :param right: the fewest behind it.
    """
    pyphen = import_module("pyphen")
    found = lang and pyphen.language_fallback(lang)
    return found or "", pyphen.Pyphen(lang=found, left=left, right=right) if found else None


def operator(item: Any) -> bytes:
    """One item of a content stream, as pydyf writes it."""
    data: bytes = item if isinstance(item, bytes) else import_module("pydyf")._to_bytes(item)
    return data
