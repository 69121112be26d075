"""What tests of finished PDFs share."""

from __future__ import annotations

import pytest

import letterpress


@pytest.fixture(scope="session")
def archive_copy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A letter of one page as it is by default: PDF/A-3a and PDF/UA-1."""
    path = tmp_path_factory.mktemp("archive") / "letter.md"
    path.write_text("---\nletterhead: plain\nlang: en\ndate: 2026-03-01\nto: {lines: [Ada]}\n---\nGood *news*.\n")
    result = letterpress.render(path)
    assert result.pdf is not None, result.diagnostics
    return result.pdf
