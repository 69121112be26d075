"""Keeps which list a letter is made of, beside the letter: every browser that opens it finds its list.

Not here: how a list is read (answering.list_of), what is corrected in it (recipients/corrections.py).
"""

from __future__ import annotations

import json
from pathlib import Path

from letterpress.files import atomic
from letterpress.files.project_files import LETTERS, LISTS
from letterpress.studio.messages import Done, KeepList, ListChosen
from letterpress.studio.session import Studio

ENDING = ".list.json"
"""Behind the name of the letter, beside which it is kept."""


def keep(studio: Studio, given: KeepList) -> Done:
    """Keep which list a letter is made of; none: it is one to a single recipient again."""
    path = _file(studio, given.path)
    with studio.writing:
        if given.list is None:
            path.unlink(missing_ok=True)
        else:
            studio.files.find(given.list.source, LISTS)
            atomic.write(path, (given.list.model_dump_json(indent=1) + "\n").encode())
    return Done()


def of_letter(studio: Studio, letter: str) -> ListChosen | None:
    """Give the list of a letter; None: it has none, or what is kept cannot be read."""
    try:
        return ListChosen.model_validate(json.loads(_file(studio, letter).read_bytes()))
    except (OSError, ValueError):
        return None


def _file(studio: Studio, letter: str) -> Path:
    studio.files.find(letter, LETTERS)
    return studio.files.find(f"{letter}{ENDING}", frozenset({".json"}), writing=True)
