"""What a file is printed with: colours that are no inks, by its objects; and plates, as Ghostscript separates them.

Ghostscript is under the AGPL: it is for tests alone. It gets no standard input and a time limit.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageMath

from tests.support import needs

_SCREEN = {"rg", "RG"}
_INKS = {"k": 4, "K": 4, "g": 1, "G": 1}
_SECONDS = 60


def of_screens(pdf: bytes) -> list[str]:
    """Name what of a file is in the colours of screens: operators, images, gradients, groups, colour spaces."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = [f"page {at}: {one}" for at, page in enumerate(file.pages, 1) for one in _of_part(page.obj, set())]
        spaces = (one for one in file.objects if isinstance(one, pikepdf.Array) and len(one) and _is_of_screens(one))
        return [*found, *(f"colour space {one[0]}" for one in spaces)]


def _of_part(part: Any, seen: set[Any]) -> Iterator[str]:
    if part.objgen[0] and part.objgen in seen:
        return
    seen.add(part.objgen)
    for operands, operator in pikepdf.parse_content_stream(part):
        if str(operator) in _SCREEN:
            yield f"{list(map(float, operands))} {operator}"
    if part.get("/Group", {}).get("/CS", "/DeviceCMYK") not in ("/DeviceCMYK", "/DeviceGray"):
        yield f"group in {part.Group.CS!r}"
    resources = part.get("/Resources", {})
    for name, space in resources.get("/ColorSpace", {}).items():
        if _is_of_screens(space):
            yield f"colour space {name}"
    for state in resources.get("/ExtGState", {}).values():
        if isinstance(state.get("/SMask"), pikepdf.Dictionary):
            yield from (f"in a mask: {one}" for one in _of_part(state.SMask.G, seen))
    for name, item in resources.get("/XObject", {}).items():
        if item.Subtype == "/Form":
            yield from (f"in {name}: {one}" for one in _of_part(item, seen))
        elif _is_of_screens(item.get("/ColorSpace", "/DeviceGray")):
            yield f"image {name}"
    for name, pattern in resources.get("/Pattern", {}).items():
        if pattern.PatternType == 1:
            yield from (f"in {name}: {one}" for one in _of_part(pattern, seen))
        elif _is_of_screens(pattern.Shading.ColorSpace):
            yield f"gradient {name}"
    for name, shading in resources.get("/Shading", {}).items():
        if _is_of_screens(shading.ColorSpace):
            yield f"gradient {name}"


def _is_of_screens(space: Any) -> bool:
    if isinstance(space, pikepdf.Array):
        if str(space[0]) in ("/Separation", "/DeviceN"):
            return _is_of_screens(space[2])
        if str(space[0]) in ("/Indexed", "/Pattern"):
            return len(space) > 1 and _is_of_screens(space[1])
        return str(space[0]) in ("/CalRGB", "/Lab", "/CalGray") or (str(space[0]) == "/ICCBased" and space[1].N == 3)
    return str(space) == "/DeviceRGB"


def settings(pdf: bytes) -> list[tuple[float, ...]]:
    """List the inks that contents of pages set, each time: four parts, or one of grey."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [
            tuple(map(float, operands))
            for page in file.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) in _INKS
        ]


def plates(pdf: bytes, *, page: int = 1, dpi: int = 72) -> dict[str, Image.Image]:
    """Give a page's plates by name, `Cyan`, `Magenta`, `Yellow`, `Black` and spot colours: 0 is no ink, 255 full."""
    with tempfile.TemporaryDirectory() as folder:
        _ghostscript(pdf, Path(folder), "tiffsep", page, dpi)
        found = {}
        for path in sorted(Path(folder).glob("page*.tif")):
            name = path.name.partition("(")[2].rpartition(")")[0]
            if name:
                with Image.open(path) as image:
                    found[name] = image.convert("L").point(lambda value: 255 - value)
        return found


def most_ink(pdf: bytes, *, page: int = 1, dpi: int = 72) -> float:
    """Give the total area coverage of a page's pixel that has most, in per cent."""
    with tempfile.TemporaryDirectory() as folder:
        _ghostscript(pdf, Path(folder), "tiff32nc", page, dpi)
        with Image.open(Path(folder) / "page.tif") as image:
            c, m, y, k = (one.convert("I") for one in image.convert("CMYK").split())
        total = ImageMath.lambda_eval(
            lambda given: given["c"] + given["m"] + given["y"] + given["k"], c=c, m=m, y=y, k=k
        )
        return float(total.getextrema()[1]) / 2.55


def _ghostscript(pdf: bytes, folder: Path, device: str, page: int, dpi: int) -> None:
    command = needs.command("gs", "ghostscript")
    (folder / "in.pdf").write_bytes(pdf)
    given = ["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", f"-sDEVICE={device}", f"-r{dpi}", "-dUseCropBox=false"]
    given += [f"-dFirstPage={page}", f"-dLastPage={page}", f"-sOutputFile={folder}/page.tif", str(folder / "in.pdf")]
    made = subprocess.run(
        [command, *given], stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
