"""What is used of pyHanko beyond its promises: each entry is as it was, and no private name is used besides."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import letterpress.signing
from letterpress.signing.pyhanko_internals import INTERNALS, Internal

LIBRARIES = ("pyhanko", "pyhanko_certvalidator", "asn1crypto", "cryptography", "pkcs11")
PACKAGE = "letterpress.signing"


def resolve(internal: Internal) -> Any:
    value: Any = importlib.import_module(internal.module)
    for part in internal.name.split("."):
        value = getattr(value, part)
    return value


def set_on_instances(library_class: type) -> set[str]:
    """The attributes that a class of a library sets on its instances, private or not."""
    names = set()
    for ancestor in library_class.__mro__:
        if ancestor.__module__.partition(".")[0] in LIBRARIES:
            for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(ancestor)))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                    names.add(node.attr)
    return names


@pytest.mark.parametrize("internal", INTERNALS, ids=lambda internal: internal.name)
def test_what_is_listed_is_as_it_was(internal: Internal) -> None:
    if internal.kind == "message":
        module = importlib.import_module(internal.module)
        assert f'"{internal.name}' in inspect.getsource(module), "pyHanko says it in other words now"
    elif internal.kind == "attribute":
        owner, attribute = internal.name.split(".")
        assert attribute in set_on_instances(getattr(importlib.import_module(internal.module), owner))
    elif internal.kind == "property":
        assert isinstance(resolve(internal), property)
    elif internal.kind == "function":
        assert tuple(inspect.signature(resolve(internal)).parameters) == internal.parameters
    else:
        assert resolve(internal) is not None
    assert importlib.import_module(f"{PACKAGE}.{internal.used_in}")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def private_names(tree: ast.AST, module: ModuleType) -> Iterator[str]:
    """Private names of libraries that a module uses, as far as they can be told without types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in LIBRARIES:
            yield from (part for part in node.module.split(".") if is_private(part))
            yield from (alias.name for alias in node.names if is_private(alias.name))
        elif isinstance(node, ast.Attribute) and is_private(node.attr):
            of_itself = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not of_itself:  # an object of somebody else, or super()
                yield node.attr
        elif isinstance(node, ast.ClassDef):
            yield from inherited_names(node, getattr(module, node.name, object))


def inherited_names(definition: ast.ClassDef, ours: type) -> Iterator[str]:
    """Private names in a class of ours that one of its bases in a library has as well: overridden, used or hit."""
    theirs: set[str] = set()
    for ancestor in ours.__mro__:
        if ancestor.__module__.partition(".")[0] in LIBRARIES:
            theirs |= {*vars(ancestor)} | set_on_instances(ancestor)
    for node in ast.walk(definition):
        name = node.name if isinstance(node, ast.FunctionDef) else node.attr if isinstance(node, ast.Attribute) else ""
        if is_private(name) and name in theirs:
            yield name


def modules() -> list[str]:
    found = pkgutil.walk_packages(letterpress.signing.__path__, f"{PACKAGE}.")
    return sorted(info.name for info in found if not info.name.endswith("keys.tokens"))  # its library may be missing


def test_no_private_name_is_used_that_is_not_listed() -> None:
    used = set()
    for name in modules():
        module = importlib.import_module(name)
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        used |= {(name.removeprefix(f"{PACKAGE}."), private) for private in private_names(tree, module)}
    listed = {(entry.used_in, entry.name.rpartition(".")[2]) for entry in INTERNALS}
    assert used == {(module, name) for module, name in listed if is_private(name)}


SNIPPETS = {
    "from pyhanko.sign.diff_analysis.policies import _find_orphans": {"_find_orphans"},
    "from pyhanko_certvalidator._state import ValProcState": {"_state"},
    "def f(reader): return reader._trailer": {"_trailer"},
    "class Ours:\n    def f(self): return self._own, self.__class__": set(),
    "class Reader(PdfFileReader):\n    def f(self): return self._lists, self._xrefs_of_nobody": set(),
    "class Reader(PdfFileReader):\n    def f(self): return self._historical_resolver_cache": {
        "_historical_resolver_cache"
    },
    "class Reader(PdfFileReader):\n    def _get_object_from_stream(self): ...": {"_get_object_from_stream"},
}


@pytest.mark.parametrize("source", SNIPPETS)
def test_private_names_are_found(source: str) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    module = ModuleType("snippet")
    vars(module)["PdfFileReader"] = PdfFileReader
    exec(compile(source, "snippet", "exec"), vars(module))
    assert set(private_names(ast.parse(source), module)) == SNIPPETS[source]
