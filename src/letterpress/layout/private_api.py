"""What is used of WeasyPrint and pydyf that their documentation does not promise: all of it, with the reasons.

`NAMES` lists it, and a test holds each name and signature against the installed libraries; another test finds uses
outside of this module. A new WeasyPrint that fails those tests is looked at here, in `boxes` and in `conformance`.

Not here: what is documented (`HTML`, `CSS`, `Document`, `FontConfiguration`, `URLFetcher`, `pydyf.PDF`). Source: the
API references of WeasyPrint 70 and pydyf 0.12.
"""

from __future__ import annotations

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
FONT_ATTRIBUTES = frozenset({"hb_face", "to_unicode"})
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
