"""The pictures in the README, made by the project: page 1 of each letter of content/letters, and all on one sheet.

    python samples/make.py

Job: renders every letter with letterpress and draws its first page with PDFium; each letterhead has a letter of its
own, so that the contact sheet shows them all. The pictures are the only generated files in the repository; the PDFs go
to out/.
"""

from __future__ import annotations

from pathlib import Path

import pypdfium2

import letterpress

ROOT = Path(__file__).resolve().parent.parent
DPI = 100
EDGE = 2  # px of grey around the sheet, so that white paper shows on a white page
COLUMNS = 3
THUMB = 640  # px: width of a page on the contact sheet
GAP = 24


def picture(pdf: bytes, path: Path) -> None:
    """Page 1 as a PNG of few greys and colours: small enough for a repository."""
    from PIL import Image

    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=DPI / 72).to_pil().convert("RGB")
    document.close()
    framed = Image.new("RGB", (page.width + 2 * EDGE, page.height + 2 * EDGE), "#c8c8c8")
    framed.paste(page, (EDGE, EDGE))
    framed.quantize(48, method=Image.Quantize.MEDIANCUT, kmeans=2).save(path, optimize=True)


def contact_sheet(pages: list[tuple[str, Path]], path: Path) -> None:
    """All first pages on one sheet, each with the name of its letterhead below it."""
    from PIL import Image, ImageDraw, ImageFont

    from letterpress.fonts import shipped

    face = next(face for face in shipped.shipped() if face.family == "Source Sans Pro" and face.weight == 600)
    font = ImageFont.truetype(str(face.path), 30)
    thumbs = []
    for name, file in pages:
        page = Image.open(file).convert("RGB")
        thumbs.append((name, page.resize((THUMB, round(page.height * THUMB / page.width)), Image.Resampling.LANCZOS)))
    height = max(thumb.height for _, thumb in thumbs) + 56
    rows = -(-len(thumbs) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (THUMB + GAP) + GAP, rows * (height + GAP) + GAP), "#eef0f2")
    draw = ImageDraw.Draw(sheet)
    for number, (name, thumb) in enumerate(thumbs):
        x = GAP + number % COLUMNS * (THUMB + GAP)
        y = GAP + number // COLUMNS * (height + GAP)
        sheet.paste(thumb, (x, y))
        draw.text((x, y + thumb.height + 8), name, fill="#333333", font=font)
    sheet.quantize(64, method=Image.Quantize.MEDIANCUT, kmeans=2).save(path, optimize=True)


def main() -> None:
    """Render, draw, and say what was made."""
    (ROOT / "out").mkdir(exist_ok=True)
    shown: dict[str, Path] = {}
    for path in sorted((ROOT / "content/letters").glob("*.md")):
        letter = letterpress.load(path)
        if any(spec.required and spec.default is None for spec in letter.fields.values()):
            continue  # a letter for a merge has no page of its own
        result = letterpress.render(letter)
        if result.pdf is None:
            raise SystemExit("\n".join(map(str, result.diagnostics)))
        (ROOT / f"out/{letter.slug}.pdf").write_bytes(result.pdf)
        picture(result.pdf, ROOT / f"samples/{letter.slug}.png")
        shown.setdefault(letter.letterhead, ROOT / f"samples/{letter.slug}.png")
        print(f"samples/{letter.slug}.png ({result.pages} pages)")
    contact_sheet(sorted(shown.items()), ROOT / "samples/letterheads.png")
    print(f"samples/letterheads.png ({len(shown)} letterheads)")


if __name__ == "__main__":
    main()
