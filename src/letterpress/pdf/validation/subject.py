"""A PDF that is opened to be checked: what all checks ask of it, read once.

Objects are pikepdf's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from letterpress.errors import UnreadableInput
from letterpress.pdf import xmp
from letterpress.pdf.validation import icc, objects
from letterpress.pdf.values import array, group, is_group, is_stream

_NEW = "write or print it anew as a PDF"
MAX_PACKET = 20_000_000
"""Bytes of XMP metadata, unpacked."""


class Subject:
    """An opened file. Whoever opens it closes its `pdf`."""

    def __init__(self, pdf: Any, data: bytes) -> None:
        self.pdf = pdf
        self.data = data
        self.root: Any = pdf.Root
        self.info: Any = group(pdf.trailer, "/Info")

    @cached_property
    def pages(self) -> list[Any]:
        """The pages' dictionaries, in order."""
        return [page.obj for page in self.pdf.pages]

    @cached_property
    def _said(self) -> tuple[frozenset[int], list[str]]:
        from letterpress.pdf import damage

        return damage.without_size([str(warning) for warning in self.pdf.get_warnings()], self.pages)

    @property
    def sizeless(self) -> frozenset[int]:
        """The pages, counted from 0, that have no MediaBox: one was put in when the file was opened."""
        return self._said[0]

    @property
    def repairs(self) -> list[str]:
        """What else was put right when the file was opened."""
        return self._said[1]

    @cached_property
    def packet(self) -> bytes:
        """The XMP metadata; empty, if there is none that can be read."""
        from letterpress.pdf.damage import unpacked

        stream = self.root.get("/Metadata")
        return unpacked(stream, MAX_PACKET)[0] if is_stream(stream) else b""

    @cached_property
    def xmp(self) -> dict[str, str]:
        """The simple properties of the metadata, by name with `{namespace}` first."""
        return dict(xmp.properties(self.packet))

    @cached_property
    def info_texts(self) -> dict[str, str]:
        """The texts and names of the Info dictionary, by key without the slash."""
        if self.info is None:
            return {}
        pairs = ((key[1:], objects.text(value) or objects.name(value)[1:]) for key, value in self.info.items())
        return {key: text.strip() for key, text in pairs}

    @cached_property
    def intents(self) -> list[Any]:
        """The output intents of PDF/X."""
        found = [intent for intent in array(self.root, "/OutputIntents") if is_group(intent)]
        return [intent for intent in found if objects.name(intent.get("/S")) == "/GTS_PDFX"]

    @cached_property
    def output_profile(self) -> icc.Profile | None:
        """The profile of the first of them; None, if there is none or it is none."""
        return icc.read(self.intents[0].get("/DestOutputProfile")) if self.intents else None


@contextlib.contextmanager
def opened(path: Path, shown: str) -> Iterator[Subject]:
    """Open a file.

    :param shown: what the caller calls it.
    :raises UnreadableInput: it is not there, empty, no PDF, locked with a password, or damaged beyond repair.
    """
    import pikepdf

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=shown, code="file-unreadable") from error
    if not data.strip():
        raise UnreadableInput("is empty", file=shown, hint="get it anew", code="validate-empty")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableInput("is not a PDF", file=shown, hint="name a PDF", code="validate-not-pdf")
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError:
        hint = "save it without one"
        raise UnreadableInput("is locked with a password", file=shown, hint=hint, code="validate-locked") from None
    except (pikepdf.PdfError, OSError, RuntimeError, ValueError, TypeError) as error:
        raise _damaged(shown, path, error) from error
    with pdf:
        try:
            usable = is_group(pdf.Root) and len(pdf.pages) > 0
        except Exception as error:  # whatever stands in the place of its page tree
            raise _damaged(shown, path, error) from error
        if not usable:
            raise UnreadableInput("has no pages", file=shown, hint=_NEW, code="validate-damaged")
        yield Subject(pdf, data)


def _damaged(shown: str, path: Path, error: Exception) -> UnreadableInput:
    from letterpress.pdf.enclosed_file import reason

    return UnreadableInput(
        f"is damaged, and cannot be read: {reason(error, str(path))}", file=shown, hint=_NEW, code="validate-damaged"
    )
