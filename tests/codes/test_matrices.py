"""QR codes and Data Matrix: what is drawn is read back by another library."""

from __future__ import annotations

import pytest

from letterpress.code import CodeSpec
from letterpress.codes import making, symbols
from tests.support import code_readers, needs


@pytest.fixture(autouse=True)
def _libraries() -> None:
    needs.package("segno", "segno")
    needs.package("zint", "zint-bindings")
    needs.package("zxingcpp", "zxing-cpp")


def made(kind: str, **values: str) -> symbols.Symbol:
    return symbols.read(making.make(CodeSpec(kind=kind), making.Given(values=values), "codes.1").symbol)


@pytest.mark.parametrize("dpi", [300, 600])
@pytest.mark.parametrize("content", ["4711", "https://example.org/letters?id=4711", "Zoë Brück, 東京"])
@pytest.mark.parametrize(("kind", "form"), [("qr", "QRCode"), ("data-matrix", "DataMatrix")])
def test_a_code_is_read_back_at_a_printers_resolutions(kind: str, form: str, content: str, dpi: int) -> None:
    if kind == "data-matrix" and not content.isascii():
        content = "Zoe Brueck, " * 12
    image = code_readers.drawn(made(kind, content=content), dpi)
    assert code_readers.matrices(image) == [content.strip()]
    assert code_readers.formats(image)[0].replace("QRCodeModel2", "QRCode") == form


def test_rectangles_are_just_the_dark_modules() -> None:
    symbol = made("qr", content="letterpress")
    dark = {(x, y) for y, row in enumerate(symbol.rows) for x, char in enumerate(row) if char == "1"}
    (layer,) = symbol.layers()
    assert layer.unit == 0.5
    found = [
        (x, y)
        for box in layer.rectangles
        for x in range(int(box.x), int(box.x + box.width))
        for y in range(int(box.y), int(box.y + box.height))
    ]
    assert sorted(found) == sorted(dark)  # each once
    assert len(layer.rectangles) < len(dark) / 1.5


def test_modules_are_as_large_as_is_asked_for() -> None:
    symbol = made("qr", content="4711", module="0.4 mm")
    assert symbol.width == pytest.approx(21 * 0.4)
    assert symbol.clear == pytest.approx((1.6, 1.6))


def test_a_symbol_comes_back_from_its_text() -> None:
    for symbol in (made("qr", content="4711"), made("data-matrix", content="4711", module="0.333")):
        assert symbols.read(symbol.text) == symbol
        assert max(map(len, symbol.text.split())) < 80


@pytest.mark.parametrize(
    ("kind", "values", "key", "code"),
    [
        ("qr", {}, "content", "code-value-missing"),
        ("qr", {"content": "x" * 3000}, "content", "code-unencodable"),
        ("qr", {"content": "x", "level": "X"}, "level", "code-value-invalid"),
        ("qr", {"content": "x", "module": "0.1mm"}, "module", "code-value-invalid"),
        ("qr", {"content": "x", "module": "wide"}, "module", "code-value-invalid"),
        ("data-matrix", {"content": "x" * 3000}, "content", "code-unencodable"),
    ],
)
def test_what_a_code_cannot_be_made_of_is_a_fault(kind: str, values: dict[str, str], key: str, code: str) -> None:
    with pytest.raises(making.Wrong) as wrong:
        made(kind, **values)
    assert (wrong.value.key, wrong.value.code) == (key, code)
