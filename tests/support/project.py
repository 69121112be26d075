"""A project in a temporary folder, letterpress called as a user calls it, and what a finished PDF holds."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import struct
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import letterpress
from letterpress import cli as commands
from letterpress import pipeline

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""
LETTER = "content/letters/letter.md"
FRONT = """\
letterhead: plain
lang: en-US
date: 2026-01-15
from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"]}
to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}
salutation: Dear Dr. Brook
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
"""


@lru_cache(maxsize=4)
def letterheads_here(root: Path) -> tuple[str, ...]:
    """Letterheads whose fonts are on this machine: one that takes a font of the system cannot be set without it."""
    from letterpress.letterhead import definition as letterhead
    from letterpress.model import Body, Job, Letter, Party

    found = []
    for name in letterhead.names(root):
        if letterhead.find(name, root).system_fonts:
            to, body = Party(name="A", lines=("B",)), Body(template="<p>C</p>", lines=())
            date = datetime.date(2026, 1, 1)
            letter = Letter(
                slug=name,
                path=name,
                folder=str(root),
                root=str(root),
                letterhead=name,
                lang="ja",
                date=date,
                body=body,
                to=(to,),
            )
            said = [fault.message for fault in pipeline.press(Job(letter=letter)).diagnostics]
            if any("system fonts" in message for message in said):
                continue
        found.append(name)
    return tuple(found)


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Every diagnostic of a `--json` run, of the letters and of the command."""
        document = self.json
        found = [fault for letter in document.get("letters", ()) for fault in letter["diagnostics"]]
        return [*document.get("diagnostics", ()), *found]


@dataclass
class Project:
    """A project in a folder of its own; the working directory while a test runs."""

    root: Path
    ran: list[Ran] = field(default_factory=list)

    def write(self, path: str, content: str | bytes) -> Path:
        """A file of the project, with the folders above it."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        return target

    def letter(self, body: str = "Thank you for writing.\n", front: str = FRONT, path: str = LETTER) -> str:
        """A letter's file; gives the path to name it by."""
        self.write(path, f"---\n{front}---\n\n{body}")
        return path

    def letterhead(self, name: str, *, toml: str = 'extends = "plain"\n', css: str = "", **files: str | bytes) -> str:
        """A letterhead of the project's own. Other files by name, with `__` for the dot: `letter__html="..."`."""
        self.write(f"templates/{name}/letterhead.toml", toml)
        if css:
            self.write(f"templates/{name}/style.css", css)
        for key, content in files.items():
            self.write(f"templates/{name}/{key.replace('__', '.')}", content)
        return name

    def cli(self, *arguments: str | Path) -> Ran:
        """`letterpress ARGUMENTS`, in this process."""
        out, err = _Out(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = commands.main([str(argument) for argument in arguments])
        out.flush()
        ran = Ran(code, out.buffer.getvalue().decode("utf-8", "replace"), err.getvalue())
        self.ran.append(ran)
        return ran

    def render(self, body: str = "Thank you for writing.\n", front: str = FRONT, *options: str) -> Ran:
        """Write the letter and `letterpress render --json` it to out/letter.pdf."""
        return self.cli("render", self.letter(body, front), "--json", *options)

    def faults(self, body: str = "Thank you for writing.\n", front: str = FRONT, *options: str) -> list[dict[str, Any]]:
        """Render a letter that must fail: leaves no file. Gives the diagnostics."""
        ran = self.render(body, front, *options)
        assert ran.code == 1, ran
        assert not self.pdf.exists()
        assert not list(self.root.rglob("*.part"))
        return ran.faults

    def fault(self, body: str = "Thank you for writing.\n", front: str = FRONT, *options: str) -> dict[str, Any]:
        """As `faults`, for the one fault."""
        found = self.faults(body, front, *options)
        assert len(found) == 1, found
        return found[0]

    def press(self, body: str = "Thank you for writing.\n", front: str = FRONT, **choices: Any) -> letterpress.Result:
        """Write the letter and render it through the API."""
        return letterpress.render(self.root / self.letter(body, front), **choices)

    @property
    def pdf(self) -> Path:
        """Where `render` puts the letter."""
        return self.root / "out/letter.pdf"


class _Out(io.TextIOWrapper):
    """A stdout that takes bytes as well, as the real one does."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")


def pdf_text(pdf: bytes | Path) -> str:
    """The text of a PDF, page by page, as a second library extracts it; runs of white space as one space."""
    return " ".join(raw_text(pdf).split())


def raw_text(pdf: bytes | Path) -> str:
    """The text of a PDF with its lines."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def unpacked(pdf: bytes | Path) -> bytes:
    """All of a PDF's objects and streams, uncompressed: what is not in here is not in the file."""
    import pikepdf

    out = io.BytesIO()
    source = io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf
    with pikepdf.open(source) as document:
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.specialized,
            compress_streams=False,
        )
    return out.getvalue()


def png(width: int = 8, height: int = 8, *, bits: int = 8) -> bytes:
    """A grey PNG; with `bits=1`, one of 16k x 16k is made at once and is 30 kB."""
    row = b"\0" + b"\x80" * ((width * bits + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row * min(256, height - done)) for done in range(0, height, 256)) + packer.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
