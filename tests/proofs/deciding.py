"""The modules that decide about trust, money, addresses and resume, and the tests that hold each of the four.

`make proof-coverage` measures them; `make proof-mutations` changes some of them, each with its own tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src/letterpress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Something that is decided."""

    about: str
    modules: tuple[str, ...]
    """Modules and folders of the package."""
    tests: tuple[str, ...]

    def files(self) -> Iterator[Path]:
        """Each module of the area, in order."""
        for name in self.modules:
            path = PACKAGE / name
            yield from sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


AREAS = (
    Area(
        about="trust",
        modules=("signing", "post/verification", "post/reading"),
        tests=("tests/signing", "tests/post/test_verification.py", "tests/post/test_sheet_readers.py"),
    ),
    Area(
        about="money",
        modules=("codes", "einvoice", "filling/amounts", "filling/bills", "text/numbers"),
        tests=("tests/codes", "tests/einvoice", "tests/filling"),
    ),
    Area(
        about="addresses",
        modules=("addressing", "filling/slips", "letterhead/zones", "letterhead/carrier_fit", "letterhead/standards"),
        tests=("tests/addressing", "tests/filling/test_slips.py", "tests/letterhead"),
    ),
    Area(
        about="resume",
        modules=("batch/journal", "batch/unchanged", "batch/fingerprint", "batch/earlier_files", "shards", "places"),
        tests=("tests/batch", "tests/shards", "tests/places"),
    ),
)


def modules() -> dict[str, Area]:
    """Path of each module in the package -> what it decides about."""
    return {f"{file.relative_to(PACKAGE).with_suffix('')}": area for area in AREAS for file in area.files()}
