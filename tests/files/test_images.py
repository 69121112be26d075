"""Raster images: what PDF/A or the layout cannot take is converted with certainty, or refused by name."""

from __future__ import annotations

import base64
import io
import random
import struct
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageCms, ImageFile

from letterpress.files import allowed, images
from letterpress.pdf import xmp
from tests.support import verapdf
from tests.support.pictures import cmyk_profile, saved
from tests.support.project import Project, png


def prepared(content: bytes) -> Image.Image:
    new = images.prepared(content)
    assert new is not None
    return Image.open(io.BytesIO(new))


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
@pytest.mark.parametrize(
    ("inks", "colour"),
    [((0, 0, 0, 0), (255, 255, 255)), ((0, 255, 255, 0), (255, 0, 0)), ((255, 0, 255, 0), (0, 255, 0))],
)
def test_four_inks_become_the_colours_of_their_profile(
    kind: str, inks: tuple[int, ...], colour: tuple[int, ...]
) -> None:
    content = saved(Image.new("CMYK", (16, 16), inks), kind, icc_profile=cmyk_profile(), dpi=(300, 300))
    new = prepared(content)
    assert (new.mode, new.size, new.format) == ("RGB", (16, 16), "JPEG" if kind == "JPEG" else "PNG")
    assert all(abs(a - b) < 24 for a, b in zip(new.getpixel((8, 8)), colour, strict=True))
    assert round(new.info["dpi"][0]) == 300


def test_four_inks_without_a_profile_are_refused_by_name(project: Project) -> None:
    project.write("content/letters/c.jpg", saved(Image.new("CMYK", (16, 16)), "JPEG"))
    fault = project.fault("Text\n\n![x](c.jpg)\n")
    assert fault["message"] == "'c.jpg' is in CMYK and has no colour profile: its colours cannot be known"
    assert (fault["line"], fault["hint"]) == (14, "save it as RGB (sRGB)")
    wrong = saved(Image.new("CMYK", (16, 16)), "JPEG", icc_profile=b"no profile")
    with pytest.raises(images.BadImage, match="a colour profile that does not fit it"):
        images.prepared(wrong)


def test_a_letter_with_four_inks_keeps_its_standards(project: Project) -> None:
    profile = cmyk_profile()
    project.write("content/letters/c.jpg", saved(Image.new("CMYK", (16, 16)), "JPEG", icc_profile=profile))
    project.write("content/letters/grey.png", grey_16())
    assert project.render("![x](c.jpg) ![y](grey.png)\n").code == 0, project.ran
    pdf = project.pdf
    with pikepdf.open(pdf) as document:
        spaces = {
            str(one.ColorSpace) for one in document.objects if isinstance(one, pikepdf.Stream) and "/Width" in one
        }
        assert spaces == {"/DeviceRGB", "/DeviceGray"}
    verapdf.require()
    assert verapdf.validate(pdf) == []


def grey_16() -> bytes:
    image = Image.new("I;16", (256, 1))
    for at in range(256):
        image.putpixel((at, 0), at * 257)
    return saved(image, "PNG")


def test_sixteen_bits_become_eight() -> None:
    new = prepared(grey_16())
    assert new.mode == "L"
    assert list(new.tobytes()) == list(range(256))
    nearly_white = prepared(saved(Image.new("I;16", (1, 1), 65_500), "PNG"))
    assert nearly_white.tobytes() == b"\xfe"


def test_another_profile_is_converted_and_ours_is_left_alone() -> None:
    ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red = Image.new("RGB", (8, 8), (255, 0, 0))
    assert images.prepared(saved(red, "PNG", icc_profile=ours)) is None
    tags = {ours[at : at + 4]: at for at in range(132, 132 + 12 * struct.unpack(">I", ours[128:132])[0], 12)}
    swapped = bytearray(ours)
    for one, other in ((b"rXYZ", b"gXYZ"), (b"gXYZ", b"rXYZ")):
        swapped[tags[one] + 4 : tags[one] + 12] = ours[tags[other] + 4 : tags[other] + 12]
    theirs = bytes(swapped).replace(b"s\0R\0G\0B", b"x\0R\0G\0B").replace(b"sRGB", b"xRGB")
    new = prepared(saved(red, "PNG", icc_profile=theirs))
    assert new.getpixel((1, 1))[1] > 250
    assert new.getpixel((1, 1))[0] < 5
    clear = prepared(saved(Image.new("RGBA", (8, 8), (255, 0, 0, 60)), "PNG", icc_profile=theirs))
    assert (clear.mode, clear.getpixel((1, 1))[3]) == ("RGBA", 60)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_usual_images_stay_as_they_are(mode: str) -> None:
    assert images.prepared(saved(Image.new(mode, (5, 4)), "PNG")) is None


def test_what_an_image_is_decides_and_not_its_name(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    bomb = png(16384, 16384, bits=1)
    for name in ("a.css", "a.tif", "a.woff2", "a"):
        (folder / name).write_bytes(bomb)
        with pytest.raises(allowed.Refused, match="has 16,384 x 16,384 px"):
            allowed.read((folder / name).as_uri(), [folder])
    with pytest.raises(allowed.Refused, match="px; 50 million are the most"):
        allowed.read(f"data:text/css;base64,{base64.b64encode(bomb).decode()}", [])
    (folder / "a.bmp").write_bytes(saved(Image.new("RGB", (5, 4)), "BMP"))
    assert allowed.read((folder / "a.bmp").as_uri(), [folder]).content
    (folder / "a.xml").write_text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    with pytest.raises(allowed.Refused, match="has a <script>"):
        allowed.read((folder / "a.xml").as_uri(), [folder])
    for content in (b"%!PS-Adobe-3.0 EPSF-3.0", b"P6 1 1 255 abc", b"8BPS\0\1", b"words"):
        (folder / "a.eps").write_bytes(content)
        with pytest.raises(allowed.Refused, match=r"'a.eps' cannot be read: it is no image"):
            allowed.read((folder / "a.eps").as_uri(), [folder])


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("most", [None, 10])
def test_settings_of_the_process_decide_nothing_and_stay(
    monkeypatch: pytest.MonkeyPatch, lenient: bool, most: int | None
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
    whole = saved(Image.effect_noise((64, 64), 50), "PNG")
    images.prepared.cache_clear()
    assert images.prepared(whole) is None
    for part in (whole[: len(whole) // 2], whole[:-12]):
        with pytest.raises(images.BadImage):
            images.prepared(part)
    assert (most, lenient) == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_a_stream_that_breaks_off_inside_a_whole_file_is_found() -> None:
    """The last rows are missing, and each chunk of the file is in order."""
    rows = zlib_of(b"".join(b"\0" + random.Random(row).randbytes(64) for row in range(64)))
    assert images.prepared(png_of(64, 64, rows)) is None
    with pytest.raises(images.BadImage):
        images.prepared(png_of(64, 64, rows[: len(rows) // 2]))


def zlib_of(data: bytes) -> bytes:
    import zlib

    return zlib.compress(data)


def png_of(width: int, height: int, packed: bytes) -> bytes:
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_letter_leaves_pillow_as_it_was(project: Project) -> None:
    project.write("content/letters/dot.png", png())
    path = project.letter("![x](dot.png)\n")
    code = (
        "import sys, letterpress; from PIL import Image, ImageFile;"
        "before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES);"
        "assert letterpress.render(sys.argv[1]).status == 'done';"
        "assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_metadata_with_a_type_of_its_own_is_not_read(encoding: str) -> None:
    packet = (
        '<?xml version="1.0"?>{}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="{}"/>'
        "</rdf:RDF>"
    )
    assert xmp.read(packet.format("", "B").encode(encoding)) == xmp.Claims(2, "B")
    assert xmp.read(packet.format('<!DOCTYPE a [<!ENTITY b "B">]>', "&b;").encode(encoding)) == xmp.Claims()
