"""The gallery: each letterhead has a picture, each picture of the repository is shown, and none is too large."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from letterpress.letterhead import definition

ROOT = Path(__file__).resolve().parents[2]
GALLERY = (ROOT / "docs/gallery.md").read_text(encoding="utf-8")


def test_each_letterhead_is_in_the_gallery_with_its_letter() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \|[^|]*\|([^|]*)\|", GALLERY, re.MULTILINE))
    assert sorted(rows) == sorted(name for name in definition.names(ROOT) if not name.startswith("_"))
    for name, cell in rows.items():
        for slug in re.findall(r"samples/([\w-]+)\.png", cell):
            text = (ROOT / f"content/letters/{slug}.md").read_text(encoding="utf-8")
            assert re.search(rf"^letterhead: {name}$", text, re.MULTILINE), (name, slug)
        assert "samples/" in cell, name


def test_each_picture_is_there_and_shown_somewhere() -> None:
    shown = set(re.findall(r"(?:\.\./)?(samples/[\w/-]+\.png)", GALLERY))
    shown |= set(re.findall(r"(samples/[\w/-]+\.png)", (ROOT / "README.md").read_text(encoding="utf-8")))
    made = {path.relative_to(ROOT).as_posix() for path in (ROOT / "samples").rglob("*.png")}
    assert shown == made & shown
    assert not made - shown - {f"samples/{path.stem}.png" for path in (ROOT / "content/letters").glob("*.md")}
    for picture in re.findall(r"\{image\} (pictures/[\w-]+\.png)", GALLERY):
        assert (ROOT / "docs" / picture).is_file(), picture
    assert sum(path.stat().st_size for path in (ROOT / "samples/gallery").glob("*.png")) < 600_000


def test_the_gallery_has_a_letter_of_each_language_that_swiss_is_made_for() -> None:
    letters = tomllib.loads((ROOT / "samples/gallery/letters.toml").read_text(encoding="utf-8"))["letters"]
    assert {one["lang"] for one in letters if one["letterhead"] == "swiss"} == {"fr-CH", "it-CH"}  # de-CH is seilbahn
    alt = re.search(r"gallery/languages\.png\n:alt: ([^\n]*)", GALLERY)
    assert alt is not None
    assert all(one["letterhead"] in alt[1] for one in letters)
