"""A harness for each surface: a strategy of inputs, and what must hold for every one of them.

A harness says in a word what became of an input (`good`, `refused`), and fails where something else than a diagnostic
comes out, where a diagnostic has no message or a wrong line, or where what was promised of the surface does not hold.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from letterpress import pipeline
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.model import Enclosure, Job
from letterpress.recipients import cells, tables
from tests.fuzz import mutations

HEAD = "letterhead: plain\nlang: en-US\ndate: 2026-01-15\nto: {name: Ada Brook, lines: [4 Mill Lane]}\n"


@dataclass(frozen=True)
class Target:
    """One surface."""

    name: str
    inputs: Callable[[], st.SearchStrategy[bytes]]
    run: Callable[[bytes], str]


@cache
def folder() -> Path:
    """A project for the process, where inputs are put."""
    root = Path(tempfile.mkdtemp(prefix="letterpress-fuzz-"))
    (root / "content/letters").mkdir(parents=True)
    return root


def put(name: str, data: bytes) -> Path:
    """An input as a file of the project."""
    path = folder() / "content/letters" / name
    path.write_bytes(data)
    return path


def hold(faults: Iterable[Diagnostic], lines: int | None = None) -> None:
    """What holds for every diagnostic: it says something, and its line is one of the file."""
    for fault in faults:
        assert fault.message.strip(), fault
        assert "Traceback" not in str(fault), fault
        assert "letterpress itself failed" not in fault.message, fault
        if lines is not None and fault.line is not None and (fault.file or "").endswith("letter.md"):
            assert 1 <= fault.line <= lines + 1, fault


def _letter(data: bytes, *, laid_out: bool) -> str:
    path = put("letter.md", data)
    lines = len(data.decode("utf-8", "replace").splitlines())
    try:
        letter, faults = reader.examine(path)
        hold(faults, lines)
        if letter is None or any(fault.severity == "error" for fault in faults):
            return "refused"
        result = pipeline.press(Job(letter=letter)) if laid_out else pipeline.examine(Job(letter=letter))
        hold(result.diagnostics, lines)
    except LetterpressError as error:
        hold(error.diagnostics, lines)
        return "refused"
    assert (result.status == "done") or result.diagnostics
    assert not laid_out or (result.pdf is not None) == (result.status == "done")
    return "good" if result.status == "done" else "refused"


# --- front matter -----------------------------------------------------------------------------------------------------

_YAML = (
    *(
        "letterhead: plain\n",
        "lang: de-DE\n",
        "lang: ",
        "date: 2026-02-30\n",
        "date: ",
        "to:\n",
        "  name: Ada\n",
        "from: ",
    ),
    *(
        "  lines: [a, b]\n",
        "signatories:\n",
        "  - name: X\n",
        "  - {name: Y, sign: digital}\n",
        "subject: ",
        "fields:\n",
    ),
    *("  amount: {type: money, currency: EUR}\n", "  when: {type: date}\n", "variants:\n", "  paper: [a4, letter]\n"),
    *(
        "parameters: {",
        "}",
        "[",
        "]",
        "{",
        "- ",
        ": ",
        "&a ",
        "*a",
        "<<: *a\n",
        "!!python/object:os.system ",
        "!!binary |\n",
    ),
    *(
        "|\n",
        ">\n",
        "'",
        '"',
        "\\x41",
        "\t",
        "#",
        "---\n",
        "...\n",
        "? ",
        "%YAML 1.1\n",
        "null",
        "~",
        "yes",
        "no",
        "1e999",
    ),
    *(
        "0x1F",
        "1_000",
        ".inf",
        "{{ to.name }}",
        "{% if %}",
        "\n",
        " ",
        "enclosures: [{file: a.pdf}]\n",
        "cc: [",
        "closing: ",
    ),
    *(
        "reference: {ours: 1}\n",
        "postscript: ",
        "2026-01-15",
        "12:30:45",
        "name: ",
        "\ufeff",
        "\x85",
        "\u2028",
        "é",
        "🙂",
    ),
)


def _front_matter(data: bytes) -> str:
    return _letter(b"---\n" + data + b"\n---\n\nThe body.\n", laid_out=False)


# --- the body ---------------------------------------------------------------------------------------------------------

_MARKDOWN = (
    *(
        "word ",
        "two words\n",
        "\n\n",
        "# ",
        "## ",
        "- ",
        "1. ",
        "7) ",
        "> ",
        "    ",
        "```\n",
        "~~~ x\n",
        "***",
        "**",
        "*",
        "_",
    ),
    *(
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "|",
        "---\n",
        "[x](http://a.b)",
        "[x](",
        ")",
        "![alt](x.png)",
        "[^1]",
        "[^1]: n\n",
    ),
    *(
        "[a]: /u 't'\n",
        "[a]",
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<br>",
        "<div>",
        "<span style='color: red'>",
        "</span>",
        "<!--",
    ),
    *(
        "-->",
        "<!",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<a href='",
        "<svg>",
        "</svg>",
        "<table>",
        "<td colspan=3>",
        "<p hidden>",
    ),
    *(
        "&amp;",
        "&#x41;",
        "&#0;",
        "&bogus;",
        "{{ to.name }}",
        "{{ ",
        " }}",
        "{% if true %}",
        "{% endif %}",
        "{% for i in [1,2] %}",
    ),
    *(
        "{% endfor %}",
        "{# ",
        " #}",
        "{% set x = 1 %}",
        "{% raw %}",
        "{% endraw %}",
        "\\",
        "\\*",
        "`",
        "``",
        "~~",
        "://",
        "\t",
    ),
    *(
        '"',
        "'",
        "--",
        "...",
        "\u00ad",
        "\u200b",
        "\u202e",
        "\ufeff",
        "é",
        "🙂",
        "漢字",
        "ع",
        "<math>",
        "<style>p{}</style>",
        "<",
    ),
)


def _body(data: bytes) -> str:
    return _letter(f"---\n{HEAD}---\n\n".encode() + data + b"\n", laid_out=True)


# --- tables -----------------------------------------------------------------------------------------------------------

_CSV = (
    *(
        "name",
        "street",
        "city",
        ",",
        ";",
        "\t",
        "|",
        '"',
        '""',
        "\n",
        "\r\n",
        "\r",
        "\0",
        "Ada",
        "Brook, Ada",
        "'",
        "=1+1",
    ),
    *(
        "\ufeff",
        "é",
        "ü",
        "漢",
        "\x1a",
        "\x85",
        "\u2028",
        " ",
        "2026-01-15",
        "1,5",
        "#REF!",
        "a" * 200,
        '"open',
        "\\",
        "\x1b",
    ),
)


def _rows(path: Path) -> str:
    try:
        for record in tables.open_table(str(path)).records():
            assert record.number >= 1
            for value in record.values.values():
                cells.as_text(value)
    except LetterpressError as error:
        faults = error.diagnostics
    else:
        return "good"
    hold(faults)
    assert all(fault.file for fault in faults), faults
    return "refused"


def _csv(data: bytes) -> str:
    return _rows(put("list.csv", data))


def _json(data: bytes) -> str:
    return _rows(put("list.json", data))


_JSON = (
    "{",
    "}",
    "[",
    "]",
    '"name"',
    ":",
    ",",
    '"Ada"',
    "1",
    "-1e999",
    "null",
    "true",
    '"\\ud800"',
    "[[",
    "\n",
    " ",
    '"',
)


def _records() -> st.SearchStrategy[bytes]:
    """JSON that is right, but for what somebody may put into a record; and texts that are nearly JSON."""
    text = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), text)
    value = st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(text, inner, max_size=3))
    )
    record = st.dictionaries(st.one_of(st.sampled_from(("name", "city", "to.name")), text), value, max_size=4)
    whole = st.lists(record, max_size=4).map(lambda records: json.dumps(records, ensure_ascii=False).encode())
    return st.one_of(whole, whole, _encoded(mutations.soup(_JSON)))


@cache
def _workbooks() -> tuple[bytes, ...]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["name", "amount", "when"], ["Ada", 1.5, "2026-01-15"], ["Ben", None, True]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return (out.getvalue(), _stored(out.getvalue()))


def _stored(book: bytes) -> bytes:
    """The same without compression, so that a change of a byte is one of the XML."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue()


def _workbook(data: bytes) -> str:
    return _rows(put("list.xlsx", data))


_XML = (
    b'r="XFD1048576"',
    b'r="A0"',
    b"<row>",
    b"</c>",
    b'<c t="s"><v>99</v></c>',
    b"&#0;",
    b"<!DOCTYPE x [",
    b"PK\5\6",
)


# --- PDFs -------------------------------------------------------------------------------------------------------------

_PDF = (
    *(
        b"1 0 obj",
        b"endobj",
        b"stream\n",
        b"endstream",
        b"xref\n0 1\n",
        b"trailer",
        b"startxref\n0\n%%EOF",
        b"%PDF-1.7\n",
        b"<<",
    ),
    *(
        b">>",
        b"[",
        b"]",
        b"/Kids [1 0 R]",
        b"/Parent 1 0 R",
        b"/Count -1",
        b"/Length 99999",
        b"/Prev 0",
        b"/Size 1",
        b"null",
    ),
    *(
        b"/Filter /FlateDecode",
        b"/Type /Page",
        b"(",
        b")",
        b"\r",
        b"\n",
        b"1 0 R",
        b"/Encrypt 1 0 R",
        b"/Root 1 0 R",
        b"/Annots",
    ),
)


@cache
def _pdfs() -> tuple[bytes, ...]:
    import pikepdf

    path = put("letter.md", f"---\n{HEAD}---\n\nThe body, and [a link](https://example.org).\n".encode())
    result = pipeline.press(Job(letter=reader.load(path)))
    assert result.pdf is not None
    found = [result.pdf]
    for mode in (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate):
        with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
            out = io.BytesIO()
            pdf.save(out, object_stream_mode=mode, compress_streams=False, linearize=mode.name == "generate")
            found.append(out.getvalue())
    return tuple(found)


def _enclosure(data: bytes) -> str:
    path = put("annex.pdf", data)
    letter = reader.load(put("letter.md", f"---\n{HEAD}---\n\nSee the annex.\n".encode()))
    from dataclasses import replace

    item: Any = Enclosure(title="Annex", file=path.name)
    result = pipeline.press(Job(letter=replace(letter, enclosures=(item,))))
    hold(result.diagnostics)
    if result.pdf is None:
        assert any(fault.severity == "error" for fault in result.diagnostics)
        return "refused"
    import pypdfium2

    document = pypdfium2.PdfDocument(result.pdf)  # what was made opens in a second reader, with its pages
    try:
        assert len(document) == result.pages
    finally:
        document.close()
    return "good"


@cache
def _signed() -> tuple[tuple[bytes, ...], bytes]:
    from letterpress.signing import sign
    from tests.support import signing

    authority = signing.Authority()
    one = sign(signing.render(), field=signing.PEOPLE[0][0], signer=authority.signer(signing.PEOPLE[0][0], "p256"))
    name = signing.PEOPLE[1][0]
    two = sign(one.pdf, field=name, signer=authority.signer(name, "p256"))
    return (one.pdf, two.pdf), authority.der


def _verify(data: bytes) -> str:
    from letterpress.signing import verify

    _, trusted = _signed()
    try:
        verdict = verify(data, [trusted])
    except LetterpressError as error:
        hold(error.diagnostics)
        return "refused"
    verdict.as_json()
    assert verdict.state
    if not verdict.valid:
        assert verdict.problems or any(report.reasons for report in verdict.signatures) or not verdict.signatures
    return "good" if verdict.valid else "refused"


def _encoded(text: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return text.map(lambda value: value.encode("utf-8"))


TARGETS = {
    target.name: target
    for target in (
        Target("front-matter", lambda: _encoded(mutations.soup(_YAML)), _front_matter),
        Target("body", lambda: _encoded(mutations.soup(_MARKDOWN)), _body),
        Target("csv", lambda: st.one_of(_encoded(mutations.soup(_CSV)), st.binary(max_size=200)), _csv),
        Target("json", _records, _json),
        Target("workbook", lambda: mutations.changed(_workbooks(), _XML), _workbook),
        Target("enclosure", lambda: mutations.changed(_pdfs(), _PDF), _enclosure),
        Target("verify", lambda: mutations.changed(_signed()[0], _PDF), _verify),
    )
}
"""The harnesses, by name."""
