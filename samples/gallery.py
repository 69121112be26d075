"""The pictures of docs/gallery.md that samples/make.py does not draw: other languages, variants, plates of a press.

    python samples/gallery.py

The letters stand in samples/gallery/letters.toml. The separations are drawn by Ghostscript, which has to be there.
"""

from __future__ import annotations

import csv
import io
import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import yaml
from PIL import Image, ImageDraw, ImageFont, ImageOps

import letterpress
from letterpress.fonts import shipped

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "samples/gallery"
LETTERS = FOLDER / "letters.toml"
WIDTH = 460  # px of a page
GAP = 18
VARIANTS = (
    ("plain, letter, English", {"letterhead": "plain", "paper": "letter"}),
    ("classic, A4, English", {"letterhead": "classic", "paper": "a4"}),
    ("band, A4, German", {"letterhead": "band", "paper": "a4", "lang": "de-DE"}),
    ("file copy", {"letterhead": "us-business", "copy": "file"}),
)
FIRST = (
    ("congress", "korea-policy"), ("band", "solardach"), ("swiss", "seilbahn"), ("classic", "harcourt-atlas"),
    ("plain, two languages", "harbour-bilingual"),
)  # fmt: skip
INKS = ("Cyan", "Magenta", "Yellow", "Black")


def page(pdf: bytes, width: int = WIDTH, part: float = 1.0) -> Image.Image:
    """Page 1, or the upper part of it."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[0].render(scale=2 * width / document[0].get_width()).to_pil().convert("RGB")
    document.close()
    drawn = drawn.resize((width, round(drawn.height * width / drawn.width)), Image.Resampling.LANCZOS)
    return drawn.crop((0, 0, width, round(drawn.height * part)))


def sheet(pages: Sequence[tuple[str, Image.Image]], path: Path, columns: int, colors: int = 40) -> None:
    """Pages beside and below one another, each with its name below."""
    face = next(face for face in shipped.shipped() if face.family == "Source Sans Pro" and face.weight == 600)
    font = ImageFont.truetype(str(face.path), 20)
    width = max(one.width for _, one in pages)
    heights = [max(one.height for _, one in pages[at : at + columns]) + 40 for at in range(0, len(pages), columns)]
    whole = Image.new("RGB", (columns * (width + GAP) + GAP, sum(heights) + GAP * (len(heights) + 1)), "#eef0f2")
    draw = ImageDraw.Draw(whole)
    for number, (name, one) in enumerate(pages):
        row, column = divmod(number, columns)
        x, y = GAP + column * (width + GAP), GAP + sum(heights[:row]) + GAP * row
        whole.paste(ImageOps.expand(one, 1, "#c8c8c8"), (x, y))
        draw.text((x, y + one.height + 8), name, fill="#333333", font=font)
    path.parent.mkdir(exist_ok=True)
    whole.quantize(colors, method=Image.Quantize.MEDIANCUT, kmeans=2).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)} ({path.stat().st_size // 1000} kB)")


def made(letter: letterpress.Letter, **chosen: Any) -> bytes:
    """A letter's PDF."""
    return _pdf(letterpress.render(letter, **chosen))


def _pdf(result: letterpress.Result) -> bytes:
    if result.pdf is None:
        raise SystemExit("\n".join(map(str, result.diagnostics)))
    for said in result.diagnostics:
        print(said)
    return result.pdf


def written(about: dict[str, Any], folder: Path) -> letterpress.Letter:
    """A letter of letters.toml."""
    front = {
        "letterhead": about["letterhead"], "lang": about["lang"], "date": "2027-02-03", "from": about["from"],
        "to": about["to"], "subject": about["subject"], "signatories": [about["person"]],
        **{name: about.get(name, "auto") for name in ("salutation", "closing")},
    }  # fmt: skip
    front |= {"fields": {"sum": about["sum"]}} if "sum" in about else {}
    path = folder / f"{about['lang']}.md"
    path.write_text(f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n{about['text']}", encoding="utf-8")
    return letterpress.load(path)


def first() -> None:
    """Five letters side by side, for the README's first screen."""
    pages = [(head, page(made(letterpress.load(ROOT / f"content/letters/{name}.md")), 380)) for head, name in FIRST]
    sheet(pages, FOLDER / "first.png", len(pages), colors=64)


def languages() -> None:
    """A letterhead in a language that no letter of content/letters has."""
    with tempfile.TemporaryDirectory() as name:
        pages = [
            (f"{about['letterhead']}, {about['lang']}", page(made(written(about, Path(name))), part=0.66))
            for about in tomllib.loads(LETTERS.read_text(encoding="utf-8"))["letters"]
        ]
    sheet(pages, FOLDER / "languages.png", 3)


def variants() -> None:
    """One letter, chosen otherwise."""
    pages = []
    for name, chosen in VARIANTS:
        source = "offer.de.md" if chosen.get("lang") == "de-DE" else "offer.md"
        letter = letterpress.load(ROOT / "content/letters" / source)
        with (ROOT / "content/recipients/offer.csv").open(encoding="utf-8", newline="") as file:
            record = next(row for row in csv.DictReader(file) if row["Language"] == letter.lang)
        [result] = letterpress.merge(letter, [record], **chosen)
        pages.append((name, page(_pdf(result), part=0.75)))
    sheet(pages, FOLDER / "variants.png", 4)


def separations() -> None:
    """The plates of a press copy's first page."""
    pdf = made(letterpress.load(ROOT / "content/letters/solardach.md"), profile="press")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "press.pdf").write_bytes(pdf)
        command = [
            "gs",
            "-q",
            "-dBATCH",
            "-dNOPAUSE",
            "-dSAFER",
            "-sDEVICE=tiffsep",
            "-r100",
            "-dFirstPage=1",
            "-dLastPage=1",
        ]
        subprocess.run([*command, f"-sOutputFile={name}/page.tif", f"{name}/press.pdf"], check=True)  # noqa: S603
        pages = []
        for ink in INKS:
            plate = Image.open(io.BytesIO((Path(name) / f"page({ink}).tif").read_bytes())).convert("RGB")
            pages.append(
                (ink, plate.resize((WIDTH, round(plate.height * WIDTH / plate.width)), Image.Resampling.LANCZOS))
            )
    sheet(pages, FOLDER / "separations.png", 4, colors=16)


if __name__ == "__main__":
    first()
    languages()
    variants()
    separations()
