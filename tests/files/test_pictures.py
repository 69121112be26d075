"""Every kind of picture that offices have, in one letter: in sRGB or grey, in its own size, and the archive holds."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from letterpress.files import images
from tests.support import verapdf
from tests.support.pictures import cmyk_profile, grey_profile, other_rgb_profile, saved
from tests.support.project import FRONT, Project, pdf_text, png

RED_INKS = (0, 255, 255, 0)


def adobe(image: Image.Image, profile: bytes | None) -> bytes:
    """A JPEG of four inks as Adobe's programs write it: turned over, and said to be so by an APP14 marker."""
    turned = Image.merge("CMYK", [channel.point(lambda value: 255 - value) for channel in image.split()])
    plain = saved(turned, "JPEG", quality=95, **({"icc_profile": profile} if profile else {}))
    marker = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
    if b"Adobe" in plain[:64]:  # Pillow has written one: and turned the inks over by itself
        return saved(image, "JPEG", quality=95, **({"icc_profile": profile} if profile else {}))
    return plain[:2] + marker + plain[2:]


def rotated() -> bytes:
    """40 by 20 pixels, the left half red; held upright it is 20 by 40, the upper half red."""
    image = Image.new("RGB", (40, 20), "white")
    image.paste((255, 0, 0), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image, "JPEG", exif=exif, quality=95)


def indexed(**options: object) -> bytes:
    return saved(Image.new("RGB", (16, 16), (255, 0, 0)).convert("P", palette=Image.Palette.ADAPTIVE), "PNG", **options)


PICTURES: dict[str, Callable[[], bytes]] = {
    "inks.jpg": lambda: saved(Image.new("CMYK", (16, 16), RED_INKS), "JPEG", icc_profile=cmyk_profile()),
    "adobe.jpg": lambda: adobe(Image.new("CMYK", (16, 16), RED_INKS), cmyk_profile()),
    "inks.tif": lambda: saved(Image.new("CMYK", (16, 16), RED_INKS), "TIFF", icc_profile=cmyk_profile()),
    "grey.png": lambda: saved(Image.new("L", (16, 16), 128), "PNG"),
    "grey-alpha.png": lambda: saved(Image.new("LA", (16, 16), (128, 90)), "PNG"),
    "grey-profile.png": lambda: saved(Image.new("L", (16, 16), 128), "PNG", icc_profile=grey_profile(1.0)),
    "grey-16.png": lambda: saved(Image.new("I;16", (16, 16), 30_000), "PNG"),
    "two-tones.png": lambda: saved(Image.new("1", (16, 16)), "PNG"),
    "indexed.png": indexed,
    "indexed-clear.png": lambda: indexed(transparency=0),
    "indexed-profile.png": lambda: indexed(icc_profile=other_rgb_profile()),
    "profile.png": lambda: saved(Image.new("RGB", (16, 16), "red"), "PNG", icc_profile=other_rgb_profile()),
    "profile.jpg": lambda: saved(Image.new("RGB", (16, 16), "red"), "JPEG", icc_profile=other_rgb_profile()),
    "rotated.jpg": rotated,
    "raster.svg": lambda: drawing(PICTURES["grey.png"](), "png"),
    "inks.svg": lambda: drawing(PICTURES["inks.jpg"](), "jpeg"),
    "sixteen.svg": lambda: drawing(PICTURES["grey-16.png"](), "png"),
}


def drawing(picture: bytes, kind: str) -> bytes:
    """A drawing with a picture inside, as programs for drawing embed it."""
    data = base64.b64encode(picture).decode()
    image = f'<image width="40" height="40" href="data:image/{kind};base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{image}</svg>'.encode()


@cache
def _prepared(name: str) -> Image.Image:
    content = PICTURES[name]()
    image = Image.open(io.BytesIO(images.prepared(content) or content))
    image.load()
    return image


def test_one_letter_with_every_kind_keeps_its_standards(project: Project) -> None:
    for name, make in PICTURES.items():
        project.write(f"content/letters/{name}", make())
    project.write("content/letters/ink.jpg", PICTURES["adobe.jpg"]())
    body = " ".join(f"![{name.replace('.', ' ')}]({name}){{height=6mm}}" for name in PICTURES)
    front = FRONT.replace("title: Director", "title: Director, ink: ink.jpg")
    ran = project.render(body, front)
    assert ran.code == 0, ran
    assert ran.faults == []
    with pikepdf.open(project.pdf) as document:
        pictures = [one for one in document.objects if isinstance(one, pikepdf.Stream) and "/Width" in one]
        spaces = {str(one.ColorSpace) for one in pictures}
        assert len(pictures) >= 15
        assert spaces == {"/DeviceRGB", "/DeviceGray"}
        assert not any(one.get("/Interpolate", False) for one in pictures)
    verapdf.require()
    assert verapdf.validate(project.pdf) == []


@pytest.mark.parametrize(
    ("name", "mode", "colour"),
    [
        ("inks.jpg", "RGB", (255, 0, 0)),
        ("adobe.jpg", "RGB", (255, 0, 0)),
        ("inks.tif", "RGB", (255, 0, 0)),
        ("profile.png", "RGB", (0, 255, 0)),
        ("profile.jpg", "RGB", (0, 255, 0)),
        ("indexed-profile.png", "RGB", (0, 255, 0)),
        ("grey-profile.png", "L", 188),  # 128 of light that is even to the eye of a machine, as sRGB writes it
        ("grey-16.png", "L", 117),
    ],
)
def test_colours_stay_what_they_are_by_the_profile(name: str, mode: str, colour: int | tuple[int, ...]) -> None:
    image = _prepared(name)
    seen = image.getpixel((8, 8))
    assert image.mode == mode
    pairs = zip(seen, colour, strict=True) if isinstance(seen, tuple) else [(seen, colour)]
    assert all(abs(one - other) < 24 for one, other in pairs), seen


def test_transparency_outlives_a_profile() -> None:
    content = saved(Image.new("LA", (8, 8), (128, 60)), "PNG", icc_profile=grey_profile(1.0))
    new = Image.open(io.BytesIO(images.prepared(content) or b""))
    assert (new.mode, new.getpixel((1, 1))[1]) == ("LA", 60)
    content = indexed(icc_profile=other_rgb_profile(), transparency=0)
    assert Image.open(io.BytesIO(images.prepared(content) or b"")).mode == "RGBA"


@pytest.mark.parametrize(("name", "where"), [("inks.jpg", "inks.jpg"), ("inks.svg", "data:")])
def test_inks_without_a_profile_are_refused_wherever_they_stand(project: Project, name: str, where: str) -> None:
    bare = saved(Image.new("CMYK", (16, 16), RED_INKS), "JPEG")
    project.write(f"content/letters/{name}", bare if name == "inks.jpg" else drawing(bare, "jpeg"))
    fault = project.fault(f"Text\n\n![x]({name})\n")
    assert (fault["code"], fault["value"], bool(fault["hint"])) == ("image-colours", where, True)


# --- sizes ------------------------------------------------------------------------------------------------------------


def sizes(pdf: Path) -> list[tuple[float, float]]:
    """Width and height of each picture drawn, in mm."""
    found = []
    with pikepdf.open(pdf) as document:
        for page in document.pages:
            matrices: list[pikepdf.Matrix] = [pikepdf.Matrix()]
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "q":
                    matrices.append(matrices[-1])
                elif str(operator) == "Q":
                    matrices.pop()
                elif str(operator) == "cm":
                    matrices[-1] = pikepdf.Matrix(*operands) @ matrices[-1]
                elif str(operator) == "Do":
                    form = page.Resources.XObject[str(operands[0])]
                    if form.Subtype == "/Image":
                        a, _, _, d, _, _ = matrices[-1].shorthand
                        found.append((round(abs(a) * 25.4 / 72, 1), round(abs(d) * 25.4 / 72, 1)))
    return found


def test_a_picture_is_as_large_as_it_says(project: Project) -> None:
    def write(name: str, width: int, kind: str, **options: object) -> None:
        project.write(f"content/letters/{name}", saved(Image.new("RGB", (width, 300)), kind, **options))

    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 150.0, 150.0, 2
    write("phys.png", 600, "PNG", dpi=(300, 300))
    write("jfif.jpg", 600, "JPEG", dpi=(300, 300))
    write("exif.jpg", 600, "JPEG", exif=exif)
    write("none.png", 300, "PNG")
    write("junk.jpg", 300, "JPEG", dpi=(1, 1))
    write("wide.png", 6000, "PNG", dpi=(300, 300))
    write("inks.png", 600, "PNG", dpi=(300, 300), icc_profile=other_rgb_profile())
    body = """\
![a](phys.png)

![b](jfif.jpg)

![c](exif.jpg)

![d](none.png)

![e](junk.jpg)

![f](wide.png)

![g](inks.png)

![h](phys.png){width=40mm} and ![i](phys.png){ height = "1.5cm" } and ![j](phys.png){width=1in, height=36pt}

![k](phys.png){width=50%}

![l](phys.png){width=96}

<img src="phys.png" alt="n" style="width: 30mm">
"""
    ran = project.render(body)
    assert ran.code == 0, ran
    measure = 152.4
    assert sizes(project.pdf) == [
        (50.8, 25.4),
        (50.8, 25.4),
        (101.6, 50.8),
        (79.4, 79.4),
        (79.4, 79.4),
        (measure, round(measure / 20, 1)),
        (50.8, 25.4),
        (40.0, 20.0),
        (30.0, 15.0),
        (25.4, 12.7),
        (measure / 2, round(measure / 4, 1)),
        (25.4, 12.7),
        (30.0, 15.0),
    ]
    assert "{" not in pdf_text(project.pdf)


@pytest.mark.parametrize(
    ("braces", "value"),
    [
        ("{width=40}{x}", None),
        ("{widht=40mm}", "widht=40mm"),
        ("{width=40 mm}", "mm"),
        ("{width=wide}", "width=wide"),
        ("{width=0mm}", "width=0mm"),
        ("{width=-4mm}", "width=-4mm"),
        ("{height=50%}", "height=50%"),
        ("{width=4cm width=5cm}", "width=5cm"),
        ("{.right}", ".right"),
        ("{}", "{}"),
    ],
)
def test_braces_that_are_not_understood_are_said(project: Project, braces: str, value: str | None) -> None:
    project.write("content/letters/dot.png", png())
    path = project.letter(f"One\n\n![x](dot.png){braces}\n")
    ran = project.cli("check", path, "--json")
    if value is None:
        assert ran.code == 0
        return
    (fault,) = ran.faults
    assert (fault["code"], fault["value"], fault["line"]) == ("image-attribute", value, 14)
    assert "{width=40mm}" in fault["hint"]
    if braces == "{widht=40mm}":
        assert [fix["value"] for fix in fault["fixes"]] == ["width=40mm"]


def test_a_turned_picture_stands_upright(project: Project) -> None:
    project.write("content/letters/rotated.jpg", rotated())
    assert project.render("![x](rotated.jpg){width=20mm}\n").code == 0
    assert sizes(project.pdf) == [(20.0, 40.0)]
