"""What is used of WeasyPrint and pydyf beside their documentation is there, as it is used, and in one place."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress.layout import private_api
from letterpress.layout.boxes import Kind
from tests.layout.pages import laid_out

SOURCE = Path(letterpress.__file__).parent
HERE = "layout/private_api.py"
DOCUMENTED = {
    ("weasyprint.text.fonts", "FontConfiguration"),
    ("weasyprint.urls", "URLFetcher"),
    ("weasyprint.urls", "URLFetcherResponse"),
}
"""Names outside of the package's own that WeasyPrint's API reference has."""
SET_BY_INIT = {"Page._page_box", "AbsolutePlaceholder._box", "Document.fonts"}
"""Attributes that no class has; their `__init__` sets them."""


@pytest.mark.parametrize("private", private_api.NAMES, ids=lambda private: private.name)
def test_it_is_there_and_is_called_as_it_was(private: private_api.Private) -> None:
    module, _, path = private.name.partition(":")
    assert private.why
    found: Any = import_module(module)
    owner, _, attribute = path.rpartition(".")
    if path in SET_BY_INIT:
        setters = [value for value in vars(getattr(found, owner)).values() if inspect.isfunction(value)]
        assert any(attribute in [*code.co_names, *code.co_consts] for code in (one.__code__ for one in setters)), path
        return
    for part in path.split("."):
        found = getattr(found, part)
    if private.signature is not None:
        assert str(inspect.signature(found)) == private.signature


def test_boxes_and_fonts_have_the_attributes_that_are_read() -> None:
    document = laid_out("<p>One <b>two</b>.</p><table><tr><td>a</td></tr></table>", pdf_tags=True)
    for box in document.pages[0].all():
        made = box._made
        lines = {"min_width", "padding_left", "padding_right"} if box.kind in (Kind.LINE, Kind.TEXT) else set()
        text = set() if box.kind is Kind.TEXT else {"text"}
        missing = {name for name in private_api.BOX_ATTRIBUTES - lines - text if not hasattr(made, name)}
        assert not missing, box
        for name in private_api.STYLES:
            assert made.style[name] is not None
    document.made.write_pdf()
    assert document.made.fonts
    for font in document.made.fonts.values():
        read = private_api.FONT_ATTRIBUTES | private_api.DRAWN_FONT_ATTRIBUTES | private_api.PROGRAM_ATTRIBUTES
        assert all(hasattr(font, name) for name in read)
        assert private_api.font_file(font)[:4] in (b"OTTO", b"\0\1\0\0")
        assert private_api.font_characters(font) & set("One two.a")


def test_an_html_holds_what_is_listed() -> None:
    import weasyprint

    assert set(vars(weasyprint.HTML(string="<p>a"))) == private_api.HTML_ATTRIBUTES


def test_a_font_configuration_gives_fontconfig() -> None:
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    assert all(hasattr(configuration, name) for name in private_api.CONFIGURATION_ATTRIBUTES)
    ffi, fontconfig, config = private_api.font_libraries(configuration)
    assert fontconfig.FcConfigGetFonts(config, 0) != ffi.NULL


def trees(chosen: Callable[[str, str], bool]) -> Iterator[tuple[str, ast.Module]]:
    """The modules that are chosen by their file and text, as they are parsed."""
    for path in sorted(SOURCE.rglob("*.py")):
        file, text = str(path.relative_to(SOURCE)), path.read_text(encoding="utf-8")
        if file != HERE and chosen(file, text):
            yield file, ast.parse(text)


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def imported(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """Modules of WeasyPrint and pydyf that a module imports, with the name that it takes from each."""
    for node in ast.walk(tree):
        found: list[tuple[str, str | None]] = []
        if isinstance(node, ast.Import):
            found = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found = [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Call) and node.args and called(node).endswith("import_module"):
            value = node.args[0]
            found = [(value.value, None)] if isinstance(value, ast.Constant) else []
        yield from (one for one in found if one[0].partition(".")[0] in ("weasyprint", "pydyf"))


def test_inner_modules_are_imported_in_one_place() -> None:
    for file, tree in trees(lambda _, text: "weasyprint" in text or "pydyf" in text):
        for module, name in imported(tree):
            if "." in module:
                taken = {name} if name else names_taken(tree, module)
                assert {(module, one) for one in taken} <= DOCUMENTED, (file, module, taken)


def names_taken(tree: ast.Module, module: str) -> set[str]:
    """Attributes of the variable that a module is bound to: `urls = import_module("weasyprint.urls")`."""
    bound = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and module in ast.unparse(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert bound, module
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in bound
    }


def private_attributes(tree: ast.Module) -> Iterator[str]:
    """Attributes with an underscore of anything but `self`, `cls` and a box of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            if ast.unparse(node.value) in ("self", "cls") or node.attr == "_asdict":
                continue
            yield node.attr


def test_private_attributes_of_the_layout_are_read_in_one_place() -> None:
    ours = {"layout/boxes.py": {"_end"}}  # of `Box`, in the module that makes it
    for file, tree in trees(lambda file, _: file.startswith(("layout/", "fonts/"))):
        assert set(private_attributes(tree)) <= ours.get(file, set()), file


def test_what_is_read_of_a_box_is_listed() -> None:
    listed = {private.name.rpartition(".")[2] for private in private_api.NAMES if ":Box." in private.name}
    tree = ast.parse((SOURCE / "layout/boxes.py").read_text(encoding="utf-8"))
    read, styles = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("made", "self._made"):
            read.add(node.attr)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("style"):
            styles.add(ast.literal_eval(node.slice))
    assert read - {"pages"} == private_api.BOX_ATTRIBUTES | listed
    assert styles == private_api.STYLES


def test_what_is_read_of_a_box_for_the_room_of_its_lines_is_listed() -> None:
    tree = ast.parse((SOURCE / "layout/line_room.py").read_text(encoding="utf-8"))
    read, styles = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("made"):
            read.add(node.attr)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("style"):
            styles.add(ast.literal_eval(node.slice))
    assert (read, styles) == (private_api.ROOM_ATTRIBUTES, private_api.ROOM_STYLES)
    text = next(box for box in laid_out("<p>One").pages[0].all() if box.text)
    assert not {name for name in read if not hasattr(text.made, name)}
    assert not {name for name in styles if text.made.style[name] is None}


def test_what_is_read_of_a_font_is_listed() -> None:
    read = set()
    for file in ("layout/font_programs.py", "layout/lines/page_fonts.py"):
        tree = ast.parse((SOURCE / file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name in (
                "of_document",
                "_refusal",
                "_is_outlined",
                "__setitem__",
            ):
                names = (one for one in ast.walk(node) if isinstance(one, ast.Attribute))
                read |= {one.attr for one in names if ast.unparse(one.value) == "font"}
    assert read - {"to_unicode"} == (private_api.DRAWN_FONT_ATTRIBUTES | private_api.PROGRAM_ATTRIBUTES)
