"""Letters of a list in one process, against Typst, WeasyPrint, ReportLab and fullbleed: prints a table, asserts nothing.

    python benchmarks/lists.py [--letters N]

The seed letter's text (two pages, PDF/A-3a and PDF/UA-1) in three kinds: `recipient`, where only name, street and town
differ; `fields`, with two fields in its first paragraph as well; `paragraphs`, where each paragraph ends in two fields.
Blocks of 100 letters of each tool are made by turns, so that what else the machine does meets all of them; the time is
CPU time (and wall time beside it), of the median block. Nothing is written to disk: `run.py` and `merge.py` do that.

What the others make is not the same: Typst's letter has no letterhead to speak of; WeasyPrint's is letterpress's own HTML
in a loop as its documentation shows it, with fonts kept; ReportLab's and fullbleed's are not tagged, and so neither
PDF/A-3a nor PDF/UA, and fullbleed gives one file of all letters.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import bench
from rich.console import Console
from rich.table import Table

BLOCK = 100
GIVEN = "Grace Henry Iris Jack Karen Leo Nora Oscar Paula Ruth Sam Ada Bo Maria John Wolfgang Eleanor Susan Thomas José Zoë".split()
FAMILY = "Abbott Baker Carter Dunn Evans Fisher Garcia Hughes Irwin Jensen Klein Lopez Brook Smith Okafor Nguyen Núñez".split()
STREETS = ("Quay Road", "Mill Lane", "Harbor Street", "Main Street", "Elm Street")
TOWNS = ("Portland", "Bangor", "Augusta", "Lewiston")
WORDS = (
    "harbour ledger window office notice street council report letter mission record balance district survey".split()
)

Record = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """A letter, and which of its paragraphs end in fields, or hold them."""

    name: str
    fields: tuple[str, ...]
    words: int = 4
    """Of a field, at most."""


def records(kind: Kind) -> Iterator[Record]:
    """Give people, and texts for the letter's fields, without an end."""
    chance = random.Random(kind.name)
    while True:
        yield {
            "name": f"The Honorable {chance.choice(GIVEN)} {chance.choice(FAMILY)}",
            "street": f"{chance.randint(1, 300)} {chance.choice(STREETS)}",
            "city": chance.choice(TOWNS),
            "region": "ME",
            "postcode": f"04{chance.randint(100, 999)}",
            **{name: " ".join(chance.choices(WORDS, k=chance.randint(1, kind.words))) for name in kind.fields},
        }


def paragraphs() -> list[str]:
    """Give the seed letter's paragraphs."""
    text = bench.LETTER.read_text(encoding="utf-8").split("---\n", 2)[2]
    return [" ".join(one.split()) for one in text.split("\n\n") if one.strip()]


def of_kind(name: str) -> tuple[Kind, list[str]]:
    """Give a kind with its paragraphs, in which `{field}` stands for a value."""
    own = paragraphs()
    if name == "fields":
        first, second, rest = own[0].partition(". ")
        return Kind(name, ("topic", "place")), [f"{first} (see {{topic}}, {{place}}){second}{rest}", *own[1:]]
    if name == "paragraphs":
        fields = [(f"a{at}", f"b{at}") for at in range(len(own))]
        texts = [f"{one} See {{{a}}}, and {{{b}}}." for one, (a, b) in zip(own, fields, strict=True)]
        return Kind(name, tuple(name for pair in fields for name in pair), words=2), texts
    return Kind(name, ()), own


Make = Callable[[list[Record]], int]
"""Makes letters; gives how many bytes they have."""


def letterpress(kind: Kind, texts: list[str], folder: Path) -> Make:
    from merge import project

    from letterpress import api, pipeline

    project(folder, 1)
    letter = folder / "content/letters/korea-policy.md"
    front = letter.read_text(encoding="utf-8").split("---\n", 2)[1]
    if kind.fields:
        front += "fields:\n" + "".join(f"  {name}: {{type: text}}\n" for name in kind.fields)
    body = "\n\n".join(texts)
    for name in kind.fields:
        body = body.replace(f"{{{name}}}", f"{{{{ fields.{name} }}}}")
    letter.write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")
    base, numbers = api.job(api.load(letter)), iter(range(10**9))
    from dataclasses import replace

    def make(found: list[Record]) -> int:
        size = 0
        for one in found:
            number = next(numbers)
            values = [(f"fields.{name}" if name in kind.fields else f"to.{name}", text) for name, text in one.items()]
            values.append(("to.country", "US"))
            made = pipeline.press(replace(base, values=(*base.values, *values), record=str(number), id=str(number)))
            assert made.pdf is not None, made.diagnostics
            size += len(made.pdf)
        return size

    return make


def typst(kind: Kind, texts: list[str], folder: Path) -> Make | None:
    """Typst at its best: one Compiler, the letterhead in an imported file."""
    try:
        import typst as engine
    except ImportError:
        return None
    from letterpress.fonts import shipped

    place = "The Honorable Donald J. Trump \\\\ President of the United States \\\\ The White House \\\\ Washington, DC 20500"
    head = bench.TYPST_HEAD.replace("#let letter(salutation,", "#let letter(to, salutation,")
    assert place.replace("\\\\", "\\") in head
    head = head.replace(f"\\ \\ {place}]".replace("\\\\", "\\"), "]\n  parbreak()\n  to")
    (folder / "head.typ").write_text(head, encoding="utf-8")
    source = folder / "letter.typ"
    body = "\n\n".join(texts).replace("$", "\\$").replace("@", "\\@").replace("*", "\\*").replace("#", "\\#")
    paths = sorted({str(face.path.parent) for face in shipped.shipped()})

    def of(one: Record) -> str:
        said = body
        for name in kind.fields:
            said = said.replace(f"{{{name}}}", one[name])
        to = f"[{one['name']} \\ {one['street']} \\ {one['city']}, {one['region']} {one['postcode']}]"
        return f'#import "head.typ": letter\n#show: letter.with({to}, "Dear {one["name"]}:")\n\n{said}\n'

    source.write_text(of(next(records(kind))), encoding="utf-8")
    compiler = engine.Compiler(str(source), root=str(folder), font_paths=paths, ignore_system_fonts=True)

    def make(found: list[Record]) -> int:
        size = 0
        for one in found:
            source.write_text(of(one), encoding="utf-8")
            size += len(compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"]))
        return size

    return make


def weasyprint(kind: Kind, texts: list[str], folder: Path) -> Make:
    import weasyprint as engine
    from weasyprint.text.fonts import FontConfiguration

    html, css = bench.page_and_sheets(folder)
    page, base, fonts = html.read_text(encoding="utf-8"), folder.as_uri() + "/", FontConfiguration()
    sheet = engine.CSS(string=css.read_text(encoding="utf-8"), base_url=base, font_config=fonts)

    def make(found: list[Record]) -> int:
        one = found[0]  # each takes as long as another: a tenth of the block is enough
        source = engine.HTML(string=page.replace("Donald J. Trump", one["name"]), base_url=base)
        made = source.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-3a")
        return len(made) * len(found)

    return make


def reportlab(kind: Kind, texts: list[str], folder: Path) -> Make | None:
    try:
        from reportlab.lib.pagesizes import letter as paper
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
    except ImportError:
        return None
    pdfmetrics.registerFont(TTFont("Serif", str(serif())))
    style = ParagraphStyle("text", fontName="Serif", fontSize=12, leading=15, spaceAfter=9)

    def make(found: list[Record]) -> int:
        size = 0
        for one in found:
            file = BytesIO()
            to = f"{one['name']}<br/>{one['street']}<br/>{one['city']}, {one['region']} {one['postcode']}"
            said = [text.format(**one) if kind.fields else text for text in texts]
            flow: list[Any] = [Paragraph(text, style) for text in (to, f"Dear {one['name']}:", *said, "Sincerely,")]
            SimpleDocTemplate(file, pagesize=paper).build([*flow, Spacer(1, 40), Paragraph("Ro Khanna", style)])
            size += len(file.getvalue())
        return size

    return make


def fullbleed(kind: Kind, texts: list[str], folder: Path) -> Make | None:
    try:
        import fullbleed as engine
    except ImportError:
        return None
    fonts = engine.AssetBundle()
    fonts.add_file(str(serif()), "font", name="serif")
    pdf = engine.PdfEngine(page_width="8.5in", page_height="11in", margin="1in")
    pdf.register_bundle(fonts)
    to = "<p>{{name}}<br>{{street}}<br>{{city}}, {{region}} {{postcode}}</p><p>Dear {{name}}:</p>"
    said = "".join(f"<p>{text}</p>" for text in texts)
    for name in kind.fields:
        said = said.replace(f"{{{name}}}", f"{{{{{name}}}}}")
    html = f'<html lang="en"><body>{to}{said}<p>Sincerely,</p><p>Ro Khanna</p></body></html>'
    document = pdf.compile_pdf(html, "body {font: 12pt 'Source Serif Pro'}")

    def make(found: list[Record]) -> int:
        columns = {name: [one[name] for one in found] for name in found[0]}
        return len(document.render_pdf_reflow_bindings(columns))

    return make


def serif() -> Path:
    from letterpress.fonts import shipped

    return next(face.path for face in shipped.shipped() if face.path.name == "SourceSerifPro-Regular.ttf")


TOOLS = {
    "letterpress": letterpress,
    "Typst": typst,
    "WeasyPrint": weasyprint,
    "ReportLab": reportlab,
    "fullbleed": fullbleed,
}


def compared(name: str, letters: int, table: Table) -> None:
    """Make blocks of letters of one kind by turns, and put a row for each tool into the table."""
    kind, texts = of_kind(name)
    with tempfile.TemporaryDirectory() as place:
        makers: dict[str, Make] = {}
        for tool, of in TOOLS.items():
            folder = Path(place) / tool
            folder.mkdir()
            made = of(kind, texts, folder)
            if made is not None:
                makers[tool] = made
        found = records(kind)
        took: dict[str, list[tuple[float, float, float]]] = {tool: [] for tool in makers}
        for number in range(1 + letters // BLOCK):
            block = [next(found) for _ in range(BLOCK)]
            for tool, make in makers.items():
                cpu, wall = time.process_time(), time.perf_counter()
                size = make(block)
                each = 1 if tool == "WeasyPrint" else BLOCK
                spent = (time.process_time() - cpu) / each, (time.perf_counter() - wall) / each, size / BLOCK
                if number:  # the first warms what each keeps
                    took[tool].append(spent)
            if not number:
                gc.collect()
                gc.freeze()
    own = took["letterpress"]
    for tool, blocks in took.items():
        cpu, wall, size = (statistics.median(one[at] for one in blocks) for at in (0, 1, 2))
        ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in zip(own, blocks, strict=True))
        said = "" if tool == "letterpress" else f"letterpress takes {ratio:.3f} of it"
        table.add_row(name, tool, f"{cpu * 1000:.2f} ms", f"{wall * 1000:.2f} ms", f"{size:,.0f}", said)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--letters", type=int, default=3000, help="of each kind and tool")
    chosen = options.parse_args()
    table = Table(
        "what differs", "tool", "CPU a letter", "wall", "bytes", "ratio of CPU time", title="Letters of a list"
    )
    for name in ("recipient", "fields", "paragraphs"):
        compared(name, chosen.letters, table)
    console = Console(width=120)
    console.print(table)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    console.print(f"{machine}, {datetime.date.today():%Y-%m-%d}")


if __name__ == "__main__":
    main()
