"""Looks at all of an installation, each part by itself: what fails at one is said, and the others are looked at.

Not here: how it is shown (cli/doctor.py).
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import letterpress
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.installation import machine, packages, surroundings
from letterpress.installation.values import Part, Report

_Found = TypeVar("_Found")


def look(folder: Path) -> Report:
    """Look at the installation, and at what is around it.

    :param folder: of a project, or any other.
    """
    from letterpress.files import project

    root = project.root_of(folder)
    faults: list[Diagnostic] = []
    parts: list[Part] = [_python()]

    def tried(what: Callable[[], Iterable[_Found]]) -> list[_Found]:
        try:
            return list(what())
        except LetterpressError as error:
            faults.extend(error.diagnostics)
        except metadata.PackageNotFoundError:
            message = "letterpress runs without being installed: which packages it needs cannot be said"
            hint = packages.how_to_install()
            faults.append(Diagnostic(severity="warning", message=message, hint=hint, code="metadata-missing"))
        except Exception as error:  # whoever asks what is wrong is told, whatever it is
            faults.append(itself_failed(error, None))
        return []

    parts += tried(packages.parts)
    parts += tried(machine.libraries)
    parts += tried(lambda: [machine.faces()])
    made = tried(lambda: [machine.letter()])
    for part, said in made:
        parts.append(part)
        faults += said
    parts += tried(lambda: machine.letterhead_fonts(root)) if any(part.is_there for part, _ in made) else []
    parts += tried(machine.programs)
    faults += tried(lambda: surroundings.faults(root))
    lacking = [part.name for part in parts if part.kind == "extra" and not part.is_there]
    return Report(
        version=letterpress.__version__,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        place=str(Path(letterpress.__file__).resolve().parent),
        parts=tuple(sorted(parts, key=lambda part: _ORDER.index(part.kind))),
        diagnostics=tuple(dict.fromkeys(faults)),
        extras=packages.how_to_install(",".join(lacking)) if len(lacking) > 1 else None,
    )


_ORDER = ("core", "extra", "fonts", "program")


def _python() -> Part:
    """Look at the Python that letterpress runs in: pip holds to the lowest version, a copied folder does not."""
    found = platform.python_version()
    try:
        lowest = (metadata.metadata(packages.NAME).get_all("Requires-Python") or [""])[0].removeprefix(">=")
    except metadata.PackageNotFoundError:
        lowest = ""
    new = packages.release(found) >= packages.release(lowest)
    return Part(
        name="Python",
        kind="core",
        status="there" if new else "too old",
        version=found,
        use="what letterpress runs in",
        get=None if new else f"Python {lowest} or newer, from python.org or the system's packages",
    )
