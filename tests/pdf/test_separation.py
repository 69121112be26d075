"""Colours become inks: greys black alone, exact colours as said, all others by the profile, nothing beyond the limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms

from letterpress import data
from letterpress.errors import FieldError
from letterpress.page import ExactColour
from letterpress.pdf.press import marks, profiles, rasters, separation
from tests.support.pictures import cmyk_profile

PROFILE = Path(str(data.press_profile()))
HOUSE = ExactColour(rgb=(15, 74, 86), cmyk=(95, 30, 35, 45), spot="PANTONE 316 C")
RED = ExactColour(rgb=(200, 30, 30), cmyk=(0, 100, 90, 10))


@pytest.fixture(scope="module")
def inks() -> separation.Separation:
    return separation.Separation(PROFILE.read_bytes(), (HOUSE, RED), 300)


def noise(mode: str = "RGB") -> Image.Image:
    """An image of every colour."""
    image = Image.frombytes(
        "RGB", (256, 256), bytes(v for y in range(256) for x in range(256) for v in (x, y, (x * 7 + y * 13) % 256))
    )
    return image.convert(mode)


def test_greys_are_black_alone_with_the_lightness_of_the_grey(inks: separation.Separation) -> None:
    # Measured with the data that the profile is made of: press copies of letters with these greys.
    for grey, percent in ((0, 100), (0x33, 85.5), (0x44, 79.9), (0x66, 68), (0xFF, 0)):
        *colours, black = inks.ink(grey / 255, grey / 255, grey / 255).cmyk
        assert colours == [0, 0, 0]
        assert black * 100 == pytest.approx(percent, abs=0.3)
    nearly = inks.ink(0x66 / 255, 0x67 / 255, 0x65 / 255).cmyk
    assert nearly[:3] == (0, 0, 0)
    assert inks.ink(0x66 / 255, 0x6A / 255, 0x66 / 255).cmyk[0] > 0
    assert list(inks.blacks) == sorted(inks.blacks, reverse=True)


def test_exact_colours_go_before_greys_and_the_profile(inks: separation.Separation) -> None:
    assert inks.ink(15 / 255, 74 / 255, 86 / 255) == ((0.95, 0.3, 0.35, 0.45), 0)
    assert inks.ink(200 / 255, 30 / 255, 30 / 255) == ((0, 1, 0.9, 0.1), None)
    assert inks.spots == (("PANTONE 316 C", (0.95, 0.3, 0.35, 0.45)),)
    grey = ExactColour(rgb=(51, 51, 51), cmyk=(60, 40, 40, 100))
    assert separation.Separation(PROFILE.read_bytes(), (grey,), 300).ink(0.2, 0.2, 0.2).cmyk == (0.6, 0.4, 0.4, 1)


def test_other_colours_are_what_littlecms_makes_of_them(inks: separation.Separation) -> None:
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    made = ImageCms.profileToProfile(
        Image.new("RGB", (1, 1), (0, 128, 64)),
        ImageCms.createProfile("sRGB"),
        str(PROFILE),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="CMYK",
        flags=flags,
    )
    assert made is not None
    expected = [part / 255 for part in made.tobytes()]
    assert inks.ink(0, 128 / 255, 64 / 255).cmyk == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("most", [300, 260, 220])
def test_nothing_is_beyond_the_limit_of_ink(most: float) -> None:
    inks = separation.Separation(PROFILE.read_bytes(), (), most)
    steps = [step / 8 for step in range(9)]
    single = (sum(inks.ink(r, g, b).cmyk) for r in steps for g in steps for b in steps)
    assert max(single) <= most / 100
    assert 100 < rasters.most_ink(inks.raster(noise())) <= most


def test_an_image_is_converted_as_single_colours_are(inks: separation.Separation) -> None:
    image = Image.new("RGB", (6, 1))
    colours = [(0, 128, 64), (15, 74, 86), (200, 30, 30), (102, 102, 102), (0, 0, 0), (255, 255, 255)]
    image.putdata(colours)
    made = inks.raster(image)
    for at, colour in enumerate(colours):
        expected = inks.ink(*(part / 255 for part in colour)).cmyk
        assert [part / 255 for part in made.getpixel((at, 0))] == pytest.approx(expected, abs=6 / 255)
    # A photograph keeps its greys among its colours: there is no edge between them.
    assert inks.raster(noise()).getpixel((0, 0))[0] > 100


def test_a_grey_image_is_black_alone(inks: separation.Separation) -> None:
    made = inks.raster(noise("L"))
    assert made.mode == "L"
    assert made.getpixel((0, 0)) == 255 - round(inks.black(noise("L").getpixel((0, 0))) * 255)
    alone = separation.Separation(PROFILE.read_bytes(), (), 300)
    neutral = noise("L").convert("RGB")
    assert alone.raster(neutral).mode == "L"


@pytest.mark.parametrize("lossy", [False, True])
def test_an_image_is_written_as_it_is_read_again(inks: separation.Separation, lossy: bool) -> None:
    made = inks.raster(noise().resize((64, 64)))
    written = rasters.written(made, lossy=lossy, limit=300)
    again = rasters.written(made, lossy=lossy, limit=300)
    assert written == again
    if lossy and written.inverted:
        assert (written.filter, written.space) == ("/DCTDecode", "/DeviceCMYK")
    else:
        assert written.filter == "/FlateDecode"
    grey = noise("L")
    packed = rasters.written(grey, lossy=False, limit=300)
    assert ImageChops.difference(rasters.read(packed.data, packed.filter, "L", grey.size), grey).getbbox() is None
    with pytest.raises(OSError, match="image"):
        rasters.read(b"nothing", "/FlateDecode", "RGB", (4, 4))


def test_the_profile_that_ships_is_what_its_recipe_says() -> None:
    found = profiles.shipped()
    assert found.name == "letterpress, coated paper (FOGRA39)"
    assert len(PROFILE.read_bytes()) < 30_000
    recipe = PROFILE.with_name("README.md").read_text(encoding="utf-8")
    assert "colprof" in recipe
    assert "FOGRA39" in recipe


def test_a_profile_that_cannot_be_printed_by_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    good = PROFILE.read_bytes()
    bad = {
        "it is no ICC profile": b"x" * 200,
        "class 'prtr'": good[:12] + b"mntr" + good[16:],
        "not CMYK": good[:16] + b"RGB " + good[20:],
        "no table from colours to inks": cmyk_profile(),
        "no table from inks to colours": good.replace(b"A2B0", b"XXXX").replace(b"A2B1", b"XXXX"),
    }
    for lacking, content in bad.items():
        path = tmp_path / "x.icc"
        path.write_bytes(content)
        with pytest.raises(FieldError) as refused:
            profiles.find(path)
        assert lacking in refused.value.message
        path.unlink()
    with pytest.raises(FieldError, match="cannot be read"):
        profiles.find(tmp_path / "none.icc")


def test_marks_stand_outside_of_every_bleed_and_inside_of_the_sheet() -> None:
    made = marks.boxes(595.28, 841.89, bleed_mm=marks.MOST_BLEED, marks=True)
    for line in marks.content(595.28, 841.89):
        if not line.endswith(b"S"):
            continue
        x1, y1, _, x2, y2, *_ = line.split()
        ends = [(float(x1), float(y1)), (float(x2), float(y2))]
        assert all(made.media[0] < x < made.media[2] and made.media[1] < y < made.media[3] for x, y in ends)
        inside = [made.bleed[0] < x < made.bleed[2] and made.bleed[1] < y < made.bleed[3] for x, y in ends]
        assert inside == [False, False]
    plain = marks.boxes(595.28, 841.89, bleed_mm=0, marks=False)
    assert plain.media == plain.bleed == plain.trim
