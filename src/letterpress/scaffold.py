"""Makes a project to start from in a new folder: the files of `data/scaffold/`, a letter, the schemas for editors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from letterpress import data
from letterpress.errors import LetterpressError, UsageError, fixes, nearest, question
from letterpress.letterhead import definition
from letterpress.schema import json_schema
from letterpress.text import language_names

FIRST = Path("content/letters/first-letter.md")
"""Where the first letter of a project lies in it."""
OWN = "own"
"""The letterhead that a new project has of its own."""


_KIND = "business"
"""Of letter that a project begins with where none is named."""
_LANGUAGES = {"arabic": "ar"}
"""Of letterheads of no one country, the language that they are for."""


def create(folder: Path, *, letterhead: str = OWN, letter: str | None = None, beside: bool = False) -> list[Path]:
    """Make a project in `folder`.

    :param letterhead: that of the first letter.
    :param letter: which kind of letter that is; without one, a letter in the language of the letterhead's country.
    :param beside: whether the folder may hold other things; none of them is changed.
    :returns: the files written, relative to it.
    :raises UsageError: it exists and is not an empty folder, or there is no such letterhead or kind of letter.
    :raises LetterpressError: it cannot be written.
    """
    if beside and folder.is_dir():
        _check_free(folder)
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "name a folder that does not exist yet"
        raise UsageError("is there already and not empty", file=str(folder), hint=hint, code="folder-not-empty")
    kinds = data.letters()
    _check("letter", letter or _KIND, kinds)
    _check("letterhead", letterhead, [OWN, *definition.names(folder)])
    written: list[Path] = []
    try:
        _copy(data.scaffold(), folder, folder, written)
        first = folder / FIRST
        first.parent.mkdir(parents=True, exist_ok=True)
        if letter is None and other_language(letterhead, folder):
            text = sample(definition.find(letterhead, folder)).replace("---\n", _SCHEMA, 1)
        else:
            text = kinds[letter or _KIND].replace(f"letterhead: {OWN}\n", f"letterhead: {letterhead}\n", 1)
        first.write_text(text, encoding="utf-8")
        written.append(FIRST)
        for kind in ("letter", "person"):
            path = folder / "content" / f"{kind}.schema.json"
            path.write_text(json.dumps(json_schema.json_schema(kind), indent=2) + "\n", encoding="utf-8")
            written.append(path.relative_to(folder))
    except OSError as error:
        raise LetterpressError(f"cannot be made: {error.strerror}", file=str(folder), code="folder-unusable") from error
    return written


_SCHEMA = "---\n# yaml-language-server: $schema=../letter.schema.json\n"


def other_language(letterhead: str, folder: Path) -> str | None:
    """Which language the letters of a shipped letterhead's country have, if it is not English, as the kinds are."""
    if letterhead != OWN and not (found := _language(definition.find(letterhead, folder))).startswith("en"):
        return found
    return None


def sample(head: definition.Letterhead) -> str:
    """Give a short letter of a letterhead, in the language of its country."""
    lang = _language(head)
    text = data.sample(lang).replace("letterhead: plain\n", f"letterhead: {head.name}\n", 1)
    # With its country, so that a sender whose address names none is known to be there.
    return text.replace(f"\nlang: {lang.partition('-')[0]}\n", f"\nlang: {lang}\n", 1)


def _language(head: definition.Letterhead) -> str:
    return language_names.main_language(head.country) if head.country else _LANGUAGES.get(head.name, "en")


def _check_free(folder: Path) -> None:
    """:raises UsageError: the folder holds something of the name of what a project is made of."""
    there = [f"{path.name}/" if path.is_dir() else path.name for path in sorted(folder.iterdir()) if _is_own(path.name)]
    if there:
        message = f"has {' and '.join(filter(None, [', '.join(there[:-1]), there[-1]]))} already"
        hint = "it may be a project: letterpress check content/; or name a folder that does not exist yet"
        raise UsageError(message, file=str(folder), hint=hint, code="folder-not-empty")


def _is_own(name: str) -> bool:
    return name in {child.name for child in data.scaffold().iterdir()}  # a .gitignore of one's own may stay


def _check(option: str, name: str, known: Iterable[str]) -> None:
    """:raises UsageError: an option names nothing that there is."""
    known = sorted(set(known))
    if name not in known:
        near = nearest(name, known)
        raise UsageError(
            f"there is no {'kind of letter' if option == 'letter' else option} '{name}'",
            field=f"--{option}",
            hint=question(near) or f"there are {', '.join(known)}",
            code=f"{option}-unknown" if option == "letterhead" else "letter-kind-unknown",
            value=name,
            fixes=fixes(name, near),
        )


def _copy(source: Traversable, target: Path, root: Path, written: list[Path]) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for child in sorted(source.iterdir(), key=lambda item: item.name):
            # A wheel builder would take a real .gitignore at its word, so it travels under another name.
            _copy(child, target / (".gitignore" if child.name == "gitignore" else child.name), root, written)
    elif not target.exists():
        target.write_bytes(source.read_bytes())
        written.append(target.relative_to(root))
