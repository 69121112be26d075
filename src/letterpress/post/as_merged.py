"""Notes with a run how its letters go to the printer, and reads that for a package of the same letters.

What the marks of an inserting machine are has to be what it was: letters keep free what those take of a sheet.

Not here: the files themselves (`spools`, `package`).
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError
from letterpress.inserters import catalogue
from letterpress.inserters.values import Scheme
from letterpress.model import Choices
from letterpress.post import grouping, spools
from letterpress.post.grouping import Weighing

KEY = "print"
"""Of what a journal notes about a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsMerged:
    """How the letters of a run go to the printer."""

    wanted: spools.Wanted = field(default_factory=spools.Wanted)
    job: str = ""
    """What the letters are called."""
    sheet: str | None = None
    """File of the letter that is the insert sheet before each file."""
    choices: Choices = field(default_factory=Choices)
    """What was chosen for the letters, as far as it is of the sheet as well."""


def note(wanted: spools.Wanted, *, job: str, sheet: str | None, choices: Choices) -> dict[str, Any]:
    """Give what is noted about a run, as JSON has it."""
    weighing, scheme = wanted.weighing, wanted.inserter
    said: dict[str, Any] = {"job": job, "most": wanted.most, "groups": list(wanted.groups), "sort": list(wanted.sort)}
    said |= {"grammage": weighing.grammage, "weights": list(weighing.limits)}
    said |= {"inserter": scheme.name, "marks": _digest(scheme)} if scheme is not None else {}
    if sheet is not None:
        date = choices.date.isoformat() if choices.date is not None else None
        said |= {"sheet": str(Path(sheet).resolve()), "date": date, "lang": choices.lang}
        said |= {"crop": choices.marks, "tac": choices.tac}
    return {KEY: said}


def _digest(scheme: Scheme) -> str:
    return hashlib.sha256(repr(scheme).encode()).hexdigest()


def read(about: Mapping[str, Any], root: str) -> AsMerged:
    """Read what was noted about a run; nothing in particular, where nothing was.

    :param root: the project, whose own marks come first.
    :raises LetterpressError: the marks of the inserting machine are not what they were.
    """
    said = about.get(KEY)
    if not isinstance(said, Mapping):
        return AsMerged()
    weighing = Weighing(grammage=float(said["grammage"]), limits=tuple(map(int, said["weights"])))
    groups, sort = (tuple(name for name in said[key] if name in grouping.NAMES) for key in ("groups", "sort"))
    scheme = _scheme(said, root)
    wanted = spools.Wanted(most=said["most"], groups=groups, sort=sort, weighing=weighing, inserter=scheme)
    if "sheet" not in said:
        return AsMerged(wanted=wanted, job=said["job"])
    date = datetime.date.fromisoformat(said["date"]) if said["date"] else None
    choices = Choices(date=date, lang=said["lang"], marks=said["crop"], tac=said["tac"])
    return AsMerged(wanted=wanted, job=said["job"], sheet=said["sheet"], choices=choices)


def _scheme(said: Mapping[str, Any], root: str) -> Scheme | None:
    if "inserter" not in said:
        return None
    scheme = catalogue.find(said["inserter"], root)
    if _digest(scheme) != said["marks"]:
        message = f"the marks of the inserting machine '{scheme.name}' have changed since the letters were made"
        hint = "run the same merge again: what has to stay free is another"
        raise LetterpressError(message, hint=hint, code="inserter-changed", value=scheme.name)
    return scheme
