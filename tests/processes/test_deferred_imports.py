"""Imports that are put off: not loaded at the start, and the real thing when they are called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from letterpress.fonts import shipped
from letterpress.layout import loading
from letterpress.processes import deferred_imports


def test_a_letter_is_made_without_the_cutter_that_harfbuzz_replaces() -> None:
    letter = Path(__file__).parents[2] / "content/letters/korea-policy.md"
    code = (
        "import sys, letterpress\n"
        f"assert letterpress.render({str(letter)!r}).pdf\n"
        "print(*(name for name in ('fontTools.subset', 'fontTools.varLib') if name in sys.modules))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_what_was_put_off_is_the_real_thing_when_it_is_called() -> None:
    loading.weasyprint()
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from weasyprint.pdf import fonts as weasyprint_fonts

    options = weasyprint_fonts.subset.Options(glyph_names=True)
    assert isinstance(options, subset.Options)
    assert options.glyph_names
    with TTFont(shipped.shipped()[0].path) as font, pytest.raises(ValueError, match="fvar"):
        weasyprint_fonts.instantiateVariableFont(font, {}, static=True)


def test_a_module_that_is_loaded_stays_and_a_stand_in_goes() -> None:
    import json

    with deferred_imports.put_off("json", "xml.dom.minicompat_no_such"):
        assert sys.modules["json"] is json
        assert "xml.dom.minicompat_no_such" in sys.modules
    assert sys.modules["json"] is json
    assert "xml.dom.minicompat_no_such" not in sys.modules
