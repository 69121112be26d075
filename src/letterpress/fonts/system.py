"""Finds the fonts of the system that a letterhead declares, and says what to install where none is there.

A letterhead declares them for scripts whose fonts no wheel brings, such as Japanese or Arabic; then these only are
used. Source: fontconfig's list of fonts.

Not here: the faces that every letterhead has (`shipped`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from letterpress.page import LayoutFault

_MATCH, _SYSTEM = 0, 0  # FcResultMatch, FcSetSystem
# Families, and Debian's packages that bring them (packages.debian.org, file lists of Debian 12).
_PACKAGES = {
    "Amiri": "fonts-hosny-amiri",
    "DejaVu Sans": "fonts-dejavu-core",
    "IPAGothic": "fonts-ipafont-gothic",
    "IPAMincho": "fonts-ipafont-mincho",
    "IPAexGothic": "fonts-ipaexfont-gothic",
    "IPAexMincho": "fonts-ipaexfont-mincho",
    "Noto Naskh Arabic": "fonts-noto-core",
    "Noto Sans Arabic": "fonts-noto-core",
    "Noto Sans CJK": "fonts-noto-cjk",
    "Noto Sans Hebrew": "fonts-noto-core",
    "Noto Serif CJK": "fonts-noto-cjk",
    "Noto Serif Hebrew": "fonts-noto-core",
}


def behind(css: str, shipped: Sequence[str], declared: Sequence[str]) -> str:
    """Put the declared families behind each of the `shipped` in a style sheet: what these lack comes from them.

    It is done in the style sheet, since a rule of fontconfig's would hold for every letter of the process. Rules of
    `@font-face` say what a family is, and stay.
    """
    if not declared:
        return css
    names = "".join(f', "{family}"' for family in declared)
    family = re.compile("([\"'])(" + "|".join(map(re.escape, shipped)) + ")\\1")
    parts = re.split(r"(@font-face\s*{[^}]*})", css)
    return "".join(part if part.startswith("@font-face") else family.sub(rf"\g<0>{names}", part) for part in parts)


def files(ffi: Any, fontconfig: Any, config: Any, declared: Sequence[str]) -> set[str]:
    """Find the files of the declared families that are installed; empty if none is.

    :param ffi: what `fontconfig` is called with.
    :param fontconfig: the library.
    :param config: its configuration to ask.
    """
    wanted = {family.casefold() for family in declared}
    installed: set[str] = set()
    fonts = fontconfig.FcConfigGetFonts(config, _SYSTEM)
    text = ffi.new("FcChar8 **")

    def get(pattern: Any, name: bytes, at: int) -> str | None:
        if fontconfig.FcPatternGetString(pattern, name, at, text) != _MATCH:
            return None
        return str(ffi.string(text[0]).decode(errors="replace"))

    for number in range(fonts.nfont if fonts != ffi.NULL else 0):
        at = 0  # a face has its family's name in several languages
        while (name := get(fonts.fonts[number], b"family", at)) is not None:
            file = get(fonts.fonts[number], b"file", 0)
            if name.casefold() in wanted and file:
                installed.add(file)
            at += 1
    return installed


def missing(declared: Sequence[str], folders: Sequence[str]) -> LayoutFault:
    """Make the fault of a letterhead none of whose declared families is installed.

    :param folders: the letterhead's, its own first: the one whose letterhead.toml declares them is named.
    """
    packages = dict.fromkeys(package for family in declared if (package := _package(family)))
    install = f"install one of them: apt install {' or '.join(packages)}" if packages else "install one of them"
    toml = [Path(folder) / "letterhead.toml" for folder in folders]
    file = next((path for path in toml if path.is_file() and "system_fonts" in path.read_text(encoding="utf-8")), None)
    return LayoutFault(
        f"none of the system fonts that the letterhead is set in is installed: {', '.join(declared)}",
        f"{install}; or put a font file into the letterhead's folder",
        file=str(file) if file else None,
        code="system-fonts-missing",
        params=(("families", tuple(declared)), ("packages", tuple(packages))),
    )


def _package(family: str) -> str | None:
    return _PACKAGES.get(family) or next((_PACKAGES[key] for key in _PACKAGES if family.startswith(f"{key} ")), None)
