"""Lists the copies of a letter that go out, and what the file of each is called.

They are the original, one for each who is named in `cc` and `bcc`, and the file's. A matrix has `cc:*` for all in cc.

Not here: which copies there are (letterhead/choices.py), and what is on the page of one (letterhead/).
"""

from __future__ import annotations

from collections.abc import Iterable

from letterpress.batch import file_names as batch_file_names
from letterpress.model import COPY_LISTS, Letter, copy_parts

_NAME_LENGTH = 60
"""Characters of a person in a file's name."""


def is_each(copy: str) -> bool:
    """Whether a copy of a matrix stands for one for each who is named: `cc:*`."""
    kind, name = copy_parts(copy)
    return kind in COPY_LISTS and name == "*"


def of_letter(letter: Letter) -> list[str]:
    """List all copies that go out: the original, those for others, and the file's."""
    return expanded(["original", *(f"{kind}:*" for kind in COPY_LISTS), "file"], letter)


def expanded(copies: Iterable[str], letter: Letter) -> list[str]:
    """Give copies with `cc:*` and `bcc:*` as one for each who is named."""
    made: list[str] = []
    for copy in copies:
        kind = copy_parts(copy)[0]
        made += [f"{kind}:{name}" for name in getattr(letter, kind)] if is_each(copy) else [copy]
    return list(dict.fromkeys(made))


def in_name(copy: str) -> str:
    """Write a copy as a part of a file's name: `cc-dr-ada-brook`."""
    kind, name = copy_parts(copy)
    return f"{kind}-{batch_file_names.slug(name)[:_NAME_LENGTH].strip('-')}".rstrip("-") if name else kind


def file_names(slug: str, letter: Letter) -> list[tuple[str, str]]:
    """Give pairs (copy, name of its file): `offer`, `offer.cc-ada`, `offer.file`; two of one name are numbered."""
    named: list[tuple[str, str]] = []
    taken: set[str] = set()
    for copy in of_letter(letter):
        stem = slug if copy == "original" else f"{slug}.{in_name(copy)}"
        name, count = stem, 1
        while batch_file_names.folded(name) in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(batch_file_names.folded(name))
        named.append((copy, name))
    return named
