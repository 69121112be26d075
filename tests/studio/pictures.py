"""The pictures of the guide for offices (docs/office.md), taken of the studio by the driver of its tests.

    make studio-pictures
    python -m tests.studio.pictures carrier   # one alone

Job: makes a project of an orchard that writes to its shops, goes through the screens of the guide and keeps each as
docs/pictures/NAME.png. All people are fictional. Its pages show the time at which a letter was saved, so that two runs
do not give the same bytes; the pictures are kept in the repository, and taken anew when a screen has changed.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from letterpress import signing
from letterpress.studio.server import Server
from tests.studio import chromium as real
from tests.studio.chromium import Page
from tests.studio.letters import LETTER, ORDER, SECRET, SHOPS, single
from tests.support.project import ROOT

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 255
"""Colours of a picture: enough that red and amber stay apart, and a third of the bytes."""
TEXT = """Thank you for your order. The harvest was nine days late and a tenth heavier than last year, and the cold rooms are \
full to the doors.

We have set aside **{{ fields.boxes }} boxes** of Northern Spy for you. The first of them come on \
{{ fields.first_delivery }} and then every Tuesday, in half-bushel boxes that you return to us with the next order:

- Northern Spy and Baldwin, through the end of January;
- Golden Russet, through February;
- Black Oxford, which is at its best after Christmas, through March.

Delivery is free from forty boxes a week. I will be on the road in the first week of December and would be glad to bring \
samples to the store.
"""
TO_MANY = LETTER.partition("---\n\n")[0] + "---\n\n" + TEXT
TOWNS = (("Barre", "05641"), ("Bristol", "05443"), ("Rutland", "05701"), ("Stowe", "05672"), ("Woodstock", "05091"))
NAMES = (
    "Ada Lindqvist",
    "Owen Marsh",
    "Nell Abbott",
    "Ida Strand",
    "Hugh Tolman",
    "Vera Quill",
    "Ray Osgood",
    "June Ashby",
)


OLDER = (("growers", "The cold rooms, the road, and next year"), ("prices", "Price list, cover letter"))
"""Letters that nobody has worked at for some days."""


def _rows() -> str:
    lines = ["Name,Street,City,State,Zip,Boxes,First delivery"]
    for at in range(45):
        town, code = TOWNS[at % len(TOWNS)]
        name = NAMES[at % len(NAMES)] if at < len(NAMES) else f"{NAMES[at % len(NAMES)].split()[0]} {town}"
        boxes = {10: "twelve", 23: ""}.get(at, str(8 + 4 * (at % 9)))
        lines.append(
            f"{name},{3 + 7 * at} Mill Road,{town},VT,{code[1:] if at in (1, 8) else code},{boxes},2026-12-0{1 + at % 8}"
        )
    return "\n".join(lines) + "\n"


def _project(root: Path) -> None:
    (root / SHOPS).parent.mkdir(parents=True)
    (root / ORDER).parent.mkdir(parents=True)
    (root / SHOPS).write_text(_rows())
    (root / ORDER).write_text(TO_MANY)
    path = root / single(root / ORDER, "apples")
    text = TEXT.replace("{{ fields.boxes }}", "40").replace("{{ fields.first_delivery }}", "December 1")
    front = path.read_text().partition("---\n\n")[0].replace("Winter apples", "Apples for your store")
    path.write_text(f"{front}---\n\n{text}")
    for days, (name, subject) in enumerate(OLDER, start=4):
        older = path.with_name(f"{name}.md")
        older.write_text(path.read_text().replace("Apples for your store", subject).replace('"5641"', '"05641"'))
        os.utime(older, (time.time() - days * 86_400,) * 2)


class Camera:
    """Goes to a screen and keeps what it shows."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def keep(self, name: str) -> None:
        """Keep the screen as a PNG of few colours."""
        from PIL import Image

        self.page.page.wait_for_timeout(600)  # pictures that come are drawn, and what is told has been told
        shot = Image.open(io.BytesIO(self.page.page.screenshot())).convert("RGB")
        path = FOLDER / f"{name}.png"
        shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        print(f"docs/pictures/{path.name} ({path.stat().st_size / 1000:.0f} KB)")

    def start(self, _root: Path) -> None:
        self.page.page.goto(self.page.server.origin)
        self.page.wait(".kind img")
        self.page.page.wait_for_function(
            "() => [...document.querySelectorAll('img.thumb')].every((one) => one.naturalWidth)"
        )

    def write(self, _root: Path) -> None:
        self.page.go("write", "content/letters/apples.md", **{"as": "form"})
        self.page.wait(".mark.warn")

    def text(self, root: Path) -> None:
        self.page.go("write", ORDER, list=SHOPS, **{"as": "text"})
        self.page.wait(".sheet img")
        (root / ORDER).write_text(TO_MANY.replace("fields.boxes }}", "fields.boxs }}"))
        self.page.wait(".cm-fault")

    def list(self, root: Path) -> None:
        (root / ORDER).write_text(TO_MANY)
        self.page.go("list", ORDER, list=SHOPS)
        self.page.wait(".good")
        self.page.wait(".sheet img")

    def make(self, _root: Path) -> None:
        self.page.go("make", ORDER, list=SHOPS)
        self.page.wait("tr.chosen", "A number is needed")
        self.page.wait(".tools .tried")
        self.page.wait(".sheet img")

    def variants(self, _root: Path) -> None:
        self.page.go("variants", "content/letters/apples.md")
        self.page.wait("[data-key=main]:not(:disabled)", "Make")

    def sign(self, root: Path) -> None:
        self.page.go("make", "content/letters/apples.md")
        self.page.wait(".bar .right button:enabled", "Make the PDF").click()
        self.page.wait("button", "Sign it").click()
        self.page.wait(".mark.place")
        signing.new_identity("Tomas Reyes", root / "tomas.p12", SECRET)
        with self.page.page.expect_file_chooser() as chooser:
            self.page.find("[data-key=key]").click()
        chooser.value.set_files(root / "tomas.p12")
        self.page.wait("input[type=password]:focus")
        self.page.page.keyboard.type(SECRET)

    def conflict(self, root: Path) -> None:
        path = root / ORDER
        path.write_text(TO_MANY)
        self.page.go("write", ORDER, list=SHOPS, **{"as": "text"})
        self.page.wait(".cm-chip", "Boxes")
        self.page.wait(".sheet img")
        self.page.find(".cm-content").press("Control+End")
        self.page.page.keyboard.type("\nPlease call us before Friday.")
        path.write_text(TO_MANY.replace("Winter", "December"))
        self.page.wait(".strip.warn")
        self.page.wait(".chip", "Your text, not the one on disk")
        self.page.wait(".mark.here")

    def carrier(self, _root: Path) -> None:
        self.page.go("make", "content/letters/apples.md")
        self.page.wait("[data-key=carrier]").select_option("lob")
        self.page.wait(".examined [role=status].strong")
        self.page.find("[data-key=cover]").click()
        self.page.wait(".sheet img[alt*='What stays free is red']")


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, real.chromium() as browser:
        root = Path(folder) / "low-ridge"
        _project(root)
        os.chdir(root)
        with Server(root).served() as server:
            camera = Camera(Page(browser, server))
            screens: list[Callable[[Path], Any]] = [
                camera.write,
                camera.text,
                camera.list,
                camera.make,
                camera.variants,
                camera.sign,
                camera.conflict,
                camera.start,
                camera.carrier,
            ]
            wanted = sys.argv[1:]
            for screen in (one for one in screens if not wanted or one.__name__ in wanted):
                screen(root)
                camera.keep(screen.__name__)
            camera.page.close()
        os.chdir(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
