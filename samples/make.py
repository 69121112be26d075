"""The pictures in the README, made by the project: page 1 of each letter of content/letters, as PNG.

    python samples/make.py

Job: renders every letter with letterpress and draws its first page with PDFium. The pictures are the only generated
files in the repository; the PDFs go to out/.
"""

from __future__ import annotations

from pathlib import Path

import pypdfium2

import letterpress

ROOT = Path(__file__).resolve().parent.parent
DPI = 100
EDGE = 2  # px of grey around the sheet, so that white paper shows on a white page


def picture(pdf: bytes, path: Path) -> None:
    """Page 1 as a PNG of few greys and colours: small enough for a repository."""
    from PIL import Image

    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=DPI / 72).to_pil().convert("RGB")
    document.close()
    framed = Image.new("RGB", (page.width + 2 * EDGE, page.height + 2 * EDGE), "#c8c8c8")
    framed.paste(page, (EDGE, EDGE))
    framed.quantize(32).save(path, optimize=True)


def main() -> None:
    """Render, draw, and say what was made."""
    (ROOT / "out").mkdir(exist_ok=True)
    for path in sorted((ROOT / "content/letters").glob("*.md")):
        letter = letterpress.load(path)
        if any(spec.required and spec.default is None for spec in letter.fields.values()):
            continue  # a letter for a merge has no page of its own
        result = letterpress.render(letter)
        if result.pdf is None:
            raise SystemExit("\n".join(map(str, result.diagnostics)))
        (ROOT / f"out/{letter.slug}.pdf").write_bytes(result.pdf)
        picture(result.pdf, ROOT / f"samples/{letter.slug}.png")
        print(f"samples/{letter.slug}.png ({result.pages} pages)")


if __name__ == "__main__":
    main()
