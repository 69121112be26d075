"""What was made is found again: where it is, what is older, what is of no row any more; and PDFs have names of one's own."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from letterpress import signing
from letterpress.processes import viewer
from letterpress.studio.server import Server
from tests.studio.chromium import Page
from tests.studio.letters import LETTER, ORDER, ROWS, SECRET, SHOPS, single


@pytest.fixture
def made(page: Page, order: Path, place: Path, server: Server) -> Path:
    """The letters of three rows, made before the studio was started again; its folder."""
    order.write_text(LETTER.replace("us-business", "plain"))
    header, first, *_ = ROWS.splitlines()
    rows = [first, first, first.replace("Ada", "Ida").replace("27", "29")]
    (place / SHOPS).write_text("\n".join((header, *rows)) + "\n")
    page.go("make", ORDER, list=SHOPS)
    page.wait("button.main", "Make 3 letters").click()
    page.wait(".strip", "3 letters are ready.")
    server.studio.runs._runs.clear()
    return place / "out/order"


def _viewer(folder: Path, answer: int) -> Path:
    """A program that opens folders; what it was told."""
    program = folder / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$@" > "{folder}/told"\nexit {answer}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder / "told"


def test_what_was_made_is_found_again_and_what_is_of_no_row_is_said(
    page: Page, made: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.saved(place / f"{ORDER}.list.json", SHOPS)
    page.page.evaluate("() => localStorage.clear()")  # another browser
    page.go("make", ORDER)  # the project knows its list
    page.wait(".strip", "3 letters are ready. They are kept in out/order.")
    page.wait("button", "Leave row 3 out").click()
    page.wait(".left", "One PDF in out/order is of no row as the list is now.")
    assert page.find(".left li").all_inner_texts() == ["order-row-003-ada-lindqvist.pdf"]
    page.wait("button.main", "Make 2 letters").click()
    page.wait(".strip", "2 letters are ready.")
    assert page.find(".left").count() == 1  # the run has left it where it was
    with page.page.expect_download() as download:
        page.wait("a", "Download letters").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert sorted(archive.namelist()) == ["order-row-002-ada-lindqvist.pdf", "order-row-004-ida-lindqvist.pdf"]
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(viewer, "PROGRAMS", ("xdg-open",))
    told = _viewer(tmp_path, 3)
    page.wait(".left button", "Open the folder").click()
    page.wait(".left .told", f"This computer opens no folder from here. It is {made}.")
    told = _viewer(tmp_path, 0)
    page.wait(".left button", "Open the folder").click()
    page.find(".left .told:empty").wait_for(state="attached")
    assert told.read_text() == str(made)
    page.wait("button", "Delete it").click()
    page.find(".left").wait_for(state="detached")
    assert sorted(path.name for path in made.glob("*.pdf")) == [
        "order-row-002-ada-lindqvist.pdf",
        "order-row-004-ida-lindqvist.pdf",
    ]
    (made / "order-row-004-ida-lindqvist.pdf").write_bytes(
        (made / "order-row-002-ada-lindqvist.pdf").read_bytes()
    )  # somebody else's
    (place / SHOPS).write_text("\n".join((place / SHOPS).read_text().splitlines()[:2]) + "\n")
    page.page.reload()
    page.wait(".left", "order-row-004-ida-lindqvist.pdf")
    page.wait("button", "Delete it").click()
    page.wait(".left", "It was changed or signed, and stays.")
    assert (made / "order-row-004-ida-lindqvist.pdf").is_file()


def test_finished_pdfs_are_listed_and_old_ones_said_to_be_old(page: Page, made: Path, place: Path, order: Path) -> None:
    letter = place / single(order, "late")
    (place / "out/late.pdf").write_bytes((made / "order-row-002-ada-lindqvist.pdf").read_bytes())
    os.utime(place / "out/late.pdf", (1_700_000_000, 1_700_000_000))
    page.page.goto(page.server.origin)
    page.wait("[data-key=finished]").click()
    said = page.wait(".made", "late.pdf").inner_text().split("\n\n")
    assert said == ["late.pdf", "November 14, 2023", "older than the letter", "Show\nDownload"]
    row = page.wait(".made", "3 PDFs")
    assert row.locator("h3").inner_text() == "order"
    with page.page.expect_download() as download:
        row.get_by_text("Download all").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert len(archive.namelist()) == 3
    page.find("dialog input").fill("late")
    page.find(".made").filter(has_text="3 PDFs").wait_for(state="detached")
    page.wait(".made a", "Show").click()
    page.wait(".fault.warn", "This PDF is not the letter as it is written now.")
    page.go("make", f"content/letters/{letter.name}")
    page.wait(".made", "older than the letter")


def test_the_letters_of_a_list_are_signed_one_by_one_under_names_of_ones_own(
    page: Page, made: Path, place: Path, key: Path
) -> None:
    page.go("sign", ORDER, list=SHOPS, record="2")
    page.wait("h2", "Not signed yet")
    page.wait(".stepper", "Row 3")
    with page.page.expect_file_chooser() as chosen:
        page.find("[data-key=key]").click()
    chosen.value.set_files(key)
    page.find("[data-key=passphrase]").fill(SECRET)
    page.find("[data-key=other-name]").click()
    name = page.find("[data-key=own-name]")
    assert name.input_value() == "order-row-003-ada-lindqvist signed"
    name.fill("order-row-002-ada-lindqvist")
    page.find("[data-key=sign]").click()
    page.wait(".fault", "That name is taken already.")
    page.find("[data-key=own-name]").fill("for Ada")
    page.find("[data-key=sign]").click()
    page.wait("h2", "1 of 1 have signed")
    page.wait(".bar .small", "for Ada.pdf")
    page.find("[data-key=copy]").click()
    page.find("dialog input").fill("for the file")
    page.page.keyboard.press("Enter")
    page.wait(".bar .small", "for the file.pdf")
    signed = (made / "for Ada.pdf").read_bytes()
    assert signed == (made / "for the file.pdf").read_bytes()
    assert [one.signer for one in signing.verify(signed, []).signatures] == ["Tomas Reyes"]
    assert signing.verify((made / "order-row-003-ada-lindqvist.pdf").read_bytes(), []).signatures == ()
    page.go("sign", ORDER, list=SHOPS, record="2")
    page.wait(".stepper", "Row 3")
    page.page.keyboard.press("Alt+PageDown")
    page.wait(".stepper", "Row 4")
    page.wait(".bar .small", "order-row-004-ida-lindqvist.pdf")
    (made / "order-row-004-ida-lindqvist.pdf").write_bytes(signed)
    (place / SHOPS).write_text("\n".join((place / SHOPS).read_text().splitlines()[:3]) + "\n")
    page.go("make", ORDER, list=SHOPS)
    page.wait(".left", "It was changed or signed, and stays.")
    assert page.find("[data-key=remove-left]").count() == 0  # what is signed is not to be deleted
