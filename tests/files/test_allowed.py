"""What may be read, and how large it may be."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from letterpress.files import allowed
from letterpress.files.allowed import Refused
from tests.support.project import png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path.resolve() / "inside"
    (inside / "deeper").mkdir(parents=True)
    (inside / "harbour.png").write_bytes(png())
    (inside / "deeper" / "größe 1.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "outside.png").write_bytes(png())
    return inside


def refused(url: str, folder: Path, files: tuple[Path, ...] = ()) -> str:
    with pytest.raises(Refused) as caught:
        allowed.read(url, [folder], files)
    return caught.value.message


def test_files_inside_are_read(folder: Path) -> None:
    found = allowed.read((folder / "harbour.png").as_uri(), [folder])
    assert (found.media_type, found.content) == ("image/png", png())
    assert allowed.read((folder / "deeper" / "größe 1.svg").as_uri(), [folder]).media_type == "image/svg+xml"
    assert allowed.read(f"{folder.as_uri()}/deeper/../harbour.png", [folder]).content == png()
    assert allowed.read(f"{folder.as_uri()}/harbour.png?v=1#x", [folder]).content == png()


def test_files_outside_are_not(folder: Path) -> None:
    assert refused(f"{folder.as_uri()}/../outside.png", folder).endswith("it is outside the project")
    assert refused(f"{folder.as_uri()}/%2e%2e/outside.png", folder).endswith("it is outside the project")
    outside = folder.parent / "outside.png"
    assert allowed.read(outside.as_uri(), [folder], [outside]).content == png()


def test_a_folder_whose_name_begins_like_the_allowed_one_is_another(folder: Path) -> None:
    other = folder.parent / "inside-out"
    other.mkdir()
    (other / "a.png").write_bytes(png())
    assert "outside" in refused((other / "a.png").as_uri(), folder)


def test_links_are_followed_inside_only(folder: Path) -> None:
    (folder / "in.png").symlink_to("harbour.png")
    (folder / "out.png").symlink_to("../outside.png")
    (folder / "up").symlink_to("..", target_is_directory=True)
    (folder / "loop.png").symlink_to("loop.png")
    assert allowed.read((folder / "in.png").as_uri(), [folder]).content == png()
    assert refused((folder / "out.png").as_uri(), folder) == "'out.png' is refused: a link leads out of the project"
    assert "refused" in refused((folder / "up" / "outside.png").as_uri(), folder)
    assert refused((folder / "loop.png").as_uri(), folder)


def test_what_is_no_file(folder: Path) -> None:
    assert refused((folder / "deeper").as_uri(), folder) == "'deeper' is not a file"
    assert refused((folder / "none.png").as_uri(), folder) == "there is no file 'none.png' here"
    with pytest.raises(Refused) as caught:
        allowed.read((folder / "harbor.png").as_uri(), [folder])
    assert caught.value.hint == "did you mean 'harbour.png'?"


def test_a_name_that_no_disk_takes(folder: Path) -> None:
    assert refused(f"{folder.as_uri()}/{'x' * 300}.png", folder).endswith("cannot be read: File name too long")


def test_size_has_an_end(folder: Path) -> None:
    with (folder / "large.png").open("wb") as file:
        file.truncate(allowed.MAX_FILE_BYTES + 1)
    assert refused((folder / "large.png").as_uri(), folder) == "'large.png' is larger than 20 MB"
    (folder / "huge.png").write_bytes(png(16384, 16384, bits=1))
    assert refused((folder / "huge.png").as_uri(), folder).startswith("'huge.png' has 16,384 x 16,384 px")
    (folder / "wide.png").write_bytes(png(1_000_000, 51, bits=1))
    assert "px" in refused((folder / "wide.png").as_uri(), folder)
    assert "characters" in refused("data:image/png;base64," + "A" * 2_000_001, folder)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_an_image_is_none(folder: Path, kind: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(out, kind)
    path = folder / f"a.{kind.lower()}"
    path.write_bytes(out.getvalue())
    assert allowed.read(path.as_uri(), [folder]).content == out.getvalue()
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # as WeasyPrint leaves it
    try:
        for share in (0, 0.1, 0.5, 0.8):
            path.write_bytes(out.getvalue()[: int(len(out.getvalue()) * share)])
            assert refused(path.as_uri(), folder) == f"'{path.name}' is not an image that can be read"
        assert ImageFile.LOAD_TRUNCATED_IMAGES is True
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        ("", "'a.svg' is not an SVG that can be read"),
        ("<svg", "'a.svg' is not an SVG that can be read"),
        ("<html/>", "'a.svg' is not an SVG: it begins with <html>"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "'a.svg' declares entities"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg"><use href="b.svg#c"/></svg>',
            "'a.svg' uses 'b.svg#c', which is not in it",
        ),
    ],
)
def test_svgs(folder: Path, svg: str, message: str) -> None:
    (folder / "a.svg").write_text(svg)
    assert refused((folder / "a.svg").as_uri(), folder).startswith(message)


def test_data_uris(folder: Path) -> None:
    encoded = base64.b64encode(png()).decode()
    assert allowed.read(f"data:image/png;base64,{encoded}", []).content == png()
    assert allowed.read("data:text/css,a%20{}", []).content == b"a {}"
    assert refused("data:image/png;base64,AAAA", folder) == "'data:' is not an image that can be read"
    assert refused("data:image/png;base64,A", folder) == "a data URI is not base64"


@pytest.mark.parametrize(
    "url", ["http://x/a", "HTTPS://x/a", "ftp://x/a", "about:blank", "", "a.png", "javascript:x", "blob:x"]
)
def test_other_schemes(folder: Path, url: str) -> None:
    assert refused(url, folder) == f"'{url}' is refused: it is not a file of the project"


@pytest.mark.parametrize("url", ["file://host/a.png", "file://127.0.0.1/etc/passwd", "file://[::1]/a"])
def test_other_machines(folder: Path, url: str) -> None:
    assert refused(url, folder).endswith("it is on another machine")


@pytest.mark.parametrize("url", ["//[", "file://[/x", "file:///a%00b", "file:///a\0b"])
def test_what_is_no_url(folder: Path, url: str) -> None:
    assert "is refused: it is no" in refused(url, folder)


@pytest.mark.parametrize(
    ("name", "content", "code", "instead"),
    [
        ("harbor.png", None, "file-missing", ("harbour.png",)),
        ("deeper", None, "file-unreadable", ()),
        ("../outside.png", None, "file-outside", ()),
        ("x.png", b"GIF, or is it?", "image-unreadable", ()),
        ("x.bin", b"nothing known", "image-unreadable", ()),
        ("x.svg", b"<svg", "image-unreadable", ()),
        ("x.svg", b"<html/>", "image-unreadable", ()),
        ("x.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "svg-entities", ()),
        ("x.svg", b'<?xml-stylesheet href="a.css"?><svg/>', "svg-incomplete", ()),
        ("x.svg", b"<svg><script/></svg>", "svg-not-drawn", ()),
    ],
)
def test_refusals_are_data(folder: Path, name: str, content: bytes | None, code: str, instead: tuple[str, ...]) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(Refused) as caught:
        allowed.read(f"{folder.as_uri()}/{name}", [folder])
    problem = caught.value.problem
    assert (problem.code, problem.value, problem.instead) == (code, name.removeprefix("../"), instead)
    assert (problem.message, problem.hint) == (caught.value.message, caught.value.hint)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.org/a.png", "url-remote"),
        ("file://host/a.png", "url-remote"),
        ("file:///a%00b", "url-invalid"),
        ("//[/a.png", "url-invalid"),
        ("data:image/png;base64,a", "url-invalid"),
        (f"data:,{'x' * allowed.MAX_DATA_URI}", "url-too-long"),
    ],
)
def test_addresses_are_refused_as_what_they_are(folder: Path, url: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        allowed.read(url, [folder])
    assert caught.value.problem.code == code
