"""The layout of a PDF as text: each line with its place in mm, as a second library reads it from the finished file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

MM = 25.4 / 72


class Line(NamedTuple):
    page: int
    x: float
    """Left edge of the first glyph's box, in mm from the left of the sheet."""
    y: float
    """Baseline of the line, in mm from the top of the sheet."""
    text: str


def lines(pdf: bytes | Path, gap: float = 12) -> list[Line]:
    """Every line of every page, top to bottom, then left to right; a gap of so many pt parts two columns."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    found: list[Line] = []
    try:
        for number, page in enumerate(document, start=1):
            height = page.get_height()
            textpage = page.get_textpage()
            chars = [
                (textpage.get_charbox(index, loose=True), textpage.get_text_range(index, 1))
                for index in range(textpage.count_chars())
            ]
            found += _lines_of(number, height, chars, gap)
    finally:
        document.close()
    return found


def _lines_of(
    number: int, height: float, chars: list[tuple[tuple[float, float, float, float], str]], gap: float
) -> list[Line]:
    """Chars of one page joined to lines: same foot, and not more than `gap` apart."""
    rows: dict[float, list[tuple[float, float, str]]] = {}
    for (left, bottom, right, _top), char in chars:
        if char in "\r\n\ufffe":
            continue
        key = next((known for known in rows if abs(known - bottom) < 1.5), bottom)
        rows.setdefault(key, []).append((left, right, char))
    found = []
    for bottom, row in rows.items():
        text, start, last = "", 0.0, None
        for left, right, char in sorted(row):
            if last is not None and left - last > gap:
                found.append(Line(number, round(start * MM, 1), round((height - bottom) * MM, 1), text.strip()))
                text = ""
            if not text.strip():
                start, text = left, ""
            text += char
            last = right
        found.append(Line(number, round(start * MM, 1), round((height - bottom) * MM, 1), text.strip()))
    return sorted((line for line in found if line.text), key=lambda line: (line.page, line.y, line.x))


def as_text(pdf: bytes | Path) -> str:
    """What stands in `expected.txt`."""
    out = []
    page = 0
    for line in lines(pdf):
        if line.page != page:
            page = line.page
            out.append(f"page {page}")
        out.append(f"{line.x:6.1f} {line.y:6.1f}  {line.text}")
    return "\n".join(out) + "\n"
