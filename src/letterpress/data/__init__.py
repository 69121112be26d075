"""The tables that letterpress ships, and the one loader for them: conventions of languages, countries and standards.

Each table is a TOML file of this folder, with the sources of its values. `diagnostics/` says what each code of a
diagnostic means, a file for each package. `fonts/` holds the face of code. `press/` holds the colour profile of press
copies, and says how it was made. `letters/` holds the letters that a project
can begin with, one a kind; `samples/` a letter for each language that shows a letterhead. `scaffold/` is the project
that `letterpress new` starts.

Not here: what a table's entries mean, which the module that asks for it knows.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

TABLES = (
    "address_words",
    "addresses",
    "carriers",
    "inserters",
    "codes",
    "columns",
    "countries",
    "currencies",
    "fields",
    "forms",
    "forms-seen",
    "labels",
    "lists",
    "name_words",
    "ranks",
    "standards",
    "typography",
    "units",
)
"""Names of the tables that letters are made with."""

PRINTED = ("envelopes", "label_sheets")
"""Names of the tables that are printed on besides letters: no letter is made anew when one changes."""

CHECKS = ("pdfx",)
"""Names of the tables that finished files are checked with: no letter is made anew when one changes."""

ABOUT_ITSELF = ("extras",)
"""Names of the tables that say something of letterpress itself: no letter is made with them."""


@cache
def table(name: str) -> Any:
    """Read the table `name`, once in a process; nobody may change it.

    :param name: one of `TABLES`, `PRINTED`, `CHECKS` or `ABOUT_ITSELF`.
    """
    return tomllib.loads(source(name).decode("utf-8"))


def fonts(family: str) -> Traversable:
    """Find the folder with the files of a family, and their licence."""
    return files(__name__) / "fonts" / family


def press_profile() -> Traversable:
    """Find the ICC profile of press copies."""
    return files(__name__) / "press" / "coated.icc"


def source(name: str) -> bytes:
    """Read the file of the table `name`."""
    return files(__name__).joinpath(f"{name}.toml").read_bytes()


@cache
def diagnostics() -> dict[str, dict[str, str]]:
    """Read what each diagnostic's code means: code -> `means`, `do`, and `package`, the file that it stands in."""
    entries: dict[str, dict[str, str]] = {}
    for file in sorted(files(__name__).joinpath("diagnostics").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            package = file.name.removesuffix(".toml")
            codes = tomllib.loads(file.read_text(encoding="utf-8"))
            entries |= {code: {**entry, "package": package} for code, entry in codes.items()}
    return entries


def letters() -> dict[str, str]:
    """The letters that a project can begin with, by kind."""
    found = (path for path in files(__name__).joinpath("letters").iterdir() if path.name.endswith(".md"))
    return {path.name.removesuffix(".md"): path.read_text("utf-8") for path in found}


def sample(lang: str) -> str:
    """A short letter that shows a letterhead: in the language `lang`, or one that is near it, else in English.

    :param lang: BCP 47 tag, such as `de-CH`.
    """
    folder = files(__name__).joinpath("samples")
    names = (lang, lang.partition("-")[0], "en")
    found = next(path for name in names if (path := folder.joinpath(f"{name}.md")).is_file())
    return found.read_text("utf-8")


def samples() -> list[str]:
    """The short letters that show a letterhead, one for each language."""
    found = sorted(files(__name__).joinpath("samples").iterdir(), key=lambda path: path.name)
    return [path.read_text("utf-8") for path in found if path.name.endswith(".md")]


def scaffold() -> Traversable:
    """The folder of the files that a new project begins with."""
    return files(__name__).joinpath("scaffold")
