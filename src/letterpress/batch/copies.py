"""The copies of a letter: for whom, and what each is called.

Job: lists the copies that go out (the original, one for each who is named in `cc` and `bcc`, the file's), and reads
which one is asked for. Secret: how a copy is written in a matrix (`cc:*`), on a command line and in a file's name.
"""

from __future__ import annotations

from collections.abc import Iterable

from letterpress.batch import file_names as batch_file_names
from letterpress.errors import UsageError, did_you_mean
from letterpress.model import COPIES, COPY_LISTS, Letter, copy_parts

_NAME_LENGTH = 60
"""Characters of a person in a file's name."""


def check(copy: str, *, every: bool = False) -> None:
    """:param every: whether `cc:*` may stand for one copy for each.

    :raises UsageError: there is no such kind of copy.
    """
    kind, name = copy_parts(copy)
    known = (*COPIES, *(f"{one}:NAME" for one in COPY_LISTS))
    if (kind in COPIES and not name) or (kind in COPY_LISTS and name and (every or name != "*")):
        return
    hint = did_you_mean(copy, known) or f"one of {', '.join(known)}"
    raise UsageError(f"'{copy}' is no copy of a letter", field="copy", hint=hint)


def of_letter(letter: Letter) -> list[str]:
    """All copies that go out: the original, those for others, and the file's."""
    return expanded(["original", *(f"{kind}:*" for kind in COPY_LISTS), "file"], letter)


def expanded(copies: Iterable[str], letter: Letter) -> list[str]:
    """Copies with `cc:*` and `bcc:*` as one for each who is named."""
    found: list[str] = []
    for copy in copies:
        kind, name = copy_parts(copy)
        found += [f"{kind}:{one}" for one in getattr(letter, kind)] if name == "*" else [copy]
    return list(dict.fromkeys(found))


def in_name(copy: str) -> str:
    """A copy as a part of a file's name: `cc-dr-ada-brook`."""
    kind, name = copy_parts(copy)
    return f"{kind}-{batch_file_names.slug(name)[:_NAME_LENGTH].strip('-')}".rstrip("-") if name else kind


def file_names(slug: str, letter: Letter) -> list[tuple[str, str]]:
    """Pairs (copy, name of its file): `offer`, `offer.cc-ada`, `offer.file`; two of one name are numbered."""
    found: list[tuple[str, str]] = []
    taken: set[str] = set()
    for copy in of_letter(letter):
        stem = slug if copy == "original" else f"{slug}.{in_name(copy)}"
        name, count = stem, 1
        while batch_file_names.folded(name) in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(batch_file_names.folded(name))
        found.append((copy, name))
    return found
