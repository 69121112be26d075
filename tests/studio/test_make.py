"""Runs in the browser: stopped and gone on with, nothing made twice, and all that can be had of them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from letterpress.pdf import raster
from tests.studio.chromium import Page
from tests.studio.letters import LETTER, ORDER, ROWS, SHOPS, single

ROWS_OF_MANY = 200
"""Enough that a run is stopped before its end, however quick the machine."""


def _downloaded(page: Page, words: str, tag: str = "a") -> bytes:
    with page.page.expect_download() as download:
        page.wait(tag, words).click()
    return Path(download.value.path()).read_bytes()


def _made(page: Page) -> tuple[int, int]:
    """How many of how many the strip says are made."""
    said = page.find(".strip .strong").inner_text()
    made, total = (int(word.strip(".,:")) for word in said.split() if word.strip(".,:").isdigit())
    return made, total


STOPS = """() => {
  const look = () => {
    const stop = [...document.querySelectorAll("button.main")].find((one) => one.textContent === "Stop");
    if (stop) stop.click();
    else requestAnimationFrame(look);
  };
  look();
}"""
"""Presses Stop as soon as it is there: all may be made before a driver of the browser hears of it."""


def test_a_run_is_stopped_goes_on_and_makes_nothing_twice(page: Page, order: Path, place: Path) -> None:
    order.write_text(LETTER.replace("us-business", "plain"))
    header, first, *_ = ROWS.splitlines()
    rows = [first.replace("Ada", f"Ada {at}").replace("27 Mill", f"{at} Mill") for at in range(ROWS_OF_MANY)]
    (place / SHOPS).write_text("\n".join((header, *rows, first.replace(",40,", ",forty,"))) + "\n")
    page.go("make", ORDER, list=SHOPS)
    main = page.wait("button.main:enabled", f"Make {ROWS_OF_MANY} letters")
    page.context.set_offline(True)
    main.click()
    page.wait(".strip", "Nothing was made. Start letterpress again")
    page.context.set_offline(False)
    page.find(".strip").first.wait_for(state="detached")
    page.page.evaluate(STOPS)
    main.click()
    page.wait(".strip", "Stopped")
    made, total = _made(page)
    assert total == ROWS_OF_MANY  # the row that stops its letter is not among those that can be made
    assert made < ROWS_OF_MANY
    folder = place / "out/order"
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}
    page.page.reload()  # the run is still known
    page.wait(".strip", f"Stopped: {made} of {total} letters are made.")
    page.wait("button.main", "Go on").click()
    page.wait(".strip", f"{ROWS_OF_MANY} letters are ready.")
    after = {path: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}
    assert len(after) == ROWS_OF_MANY
    assert before.items() <= after.items()
    with zipfile.ZipFile(io.BytesIO(_downloaded(page, "Download letters"))) as archive:
        assert sorted(archive.namelist()) == sorted(path.name for path in after)
    faulty = list(csv.DictReader(io.StringIO(_downloaded(page, "Rows without a letter").decode("utf-8-sig"))))
    assert [(row["letterpress: row"], row["Boxes"]) for row in faulty] == [(str(ROWS_OF_MANY + 2), "forty")]
    total += 1
    page.wait("tr", "A number is needed").get_by_text("Fill in").click()
    page.find("tr input").fill("40")
    page.page.keyboard.press("Enter")
    page.wait(".strip", "are of an older text or list.")  # what was mended is in none of them
    copy = _downloaded(page, "Download the corrected list").decode("utf-8-sig").splitlines()
    assert (copy[0], ",40," in copy[-1]) == (header, True)
    page.wait("button.main", f"Make {total} letters").click()
    page.wait(".strip", f"{total} letters are ready.")
    assert b"%PDF" in (data := _downloaded(page, "All in one PDF", "button"))
    assert len(raster.sizes(data)) == total
    order.write_text(order.read_text().replace("Winter", "Summer"))
    page.wait(".strip", "are of an older text or list.")
    page.wait("button.main", f"Make {total} letters")
    page.page.reload()
    page.wait(".strip", "are of an older text or list.")
    order.write_text(order.read_text().replace("Summer", "Winter"))
    page.wait(".strip", f"{total} letters are ready.")
    assert before.items() <= {path: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}.items()


def test_variants_of_a_letter_are_stopped_and_go_on(page: Page, order: Path, place: Path) -> None:
    path = single(order, "ways")
    text = order.parent / "ways.md"  # of some pages: Stop has to come before the last file is made
    text.write_text(text.read_text() + "\n" + f"{'The apples keep until spring. ' * 12}\n\n" * 40)
    page.go("variants", path)
    page.page.evaluate(STOPS)
    page.wait("[data-key=main]:not(:disabled)", "Make").click()
    page.wait(".strip", "Stopped")
    made, total = _made(page)
    assert made < total
    folder = place / "out/ways-variants"
    before = {one: one.stat().st_mtime_ns for one in folder.glob("*.pdf")}
    page.wait("button.main", "Go on").click()
    page.wait(".strip", f"{total} files are ready.")
    after = {one: one.stat().st_mtime_ns for one in folder.glob("*.pdf")}
    assert (len(after), before.items() <= after.items()) == (total, True)
    (order.parent / "ways.md").write_text((order.parent / "ways.md").read_text().replace("Winter", "Summer"))
    page.wait(".strip", "are of an older text.")
    page.wait("button.main", f"Make {total} PDFs")


def test_each_row_of_a_list_is_made_in_all_variants(page: Page, order: Path, place: Path) -> None:
    (place / SHOPS).write_text("\n".join(ROWS.splitlines()[:2]) + "\n")
    page.go("variants", ORDER, list=SHOPS)
    for name in ("copy-file", "paper-letter"):
        page.wait(f"[data-key={name}]").uncheck()
    page.wait("[data-key=main]:not(:disabled)", "Make 2 PDFs")
    page.wait("button", "Leave A4 out here").click()
    page.wait("button", "Put it back").click()
    page.wait(".none", "This letterhead is made for US Letter.")
    edges = """() => ['.none', 'img'].map((name) => {
      const {left, right} = document.querySelector(`.matrix ${name}`).getBoundingClientRect();
      return [left, right].map(Math.round);
    })"""
    box, picture = page.page.evaluate(edges)
    assert box == pytest.approx(picture, abs=1)  # what stands in the place of a page is as wide as one
    with page.page.expect_download() as sheet:
        page.wait("button", "Save the sheet as PDF").click()
    assert (sheet.value.suggested_filename, Path(sheet.value.path()).read_bytes()[:4]) == (
        "order-variants.pdf",
        b"%PDF",
    )
    page.find("[data-key=main]").click()
    page.wait(".strip", "2 files are ready.")
    with zipfile.ZipFile(io.BytesIO(_downloaded(page, "Download variants"))) as archive:
        assert len(archive.namelist()) == 2
    assert len(list((place / "out/order-variants").glob("*.pdf"))) == 2
