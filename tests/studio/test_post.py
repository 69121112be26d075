"""Beside the letters of a list, in the browser: envelopes, labels and the package, as the commands make them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from letterpress.post.verification import verify_package
from tests.studio import access
from tests.studio.access import Audit
from tests.studio.chromium import Page
from tests.studio.letters import LETTER, ORDER, SHOPS
from tests.support.project import Project

ROWS = """Name,Street,City,State,Zip,Boxes,First delivery
Ada Lindqvist,27 Mill Road,Bristol,VT,05443,40,2026-12-01
Owen Marsh,14 Granite Street,Barre,VT,05641,12,2026-12-08
WIDE,3 Depot Street,Keene,NH,03431,20,2026-12-08
""".replace("WIDE", "W" * 90)
"""The letter to the last of them can be made; the name is too wide for an envelope or a label."""


def _saved(page: Page) -> tuple[str, bytes]:
    with page.page.expect_download() as download:
        page.wait("[data-key=post-save]:not(:disabled)").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_envelopes_labels_and_the_package_are_had_of_a_run(page: Page, order: Path, place: Path) -> None:
    order.write_text(LETTER.replace("us-business", "plain"))
    (place / SHOPS).write_text(ROWS)
    page.go("make", ORDER, list=SHOPS)
    assert not page.find("[data-key=post-envelopes]").is_visible()
    page.wait("button.main:not(:disabled)", "Make 3 letters").click()
    page.wait("[data-key=post-envelopes]").click()
    page.wait("img[alt='The first envelope as it prints.']")
    with page.page.expect_response(lambda answer: answer.url.endswith("/api/picture")):
        page.find("[data-key=post-size]").select_option("us-9")
    project = Project(place)
    command = [ORDER, "--data", SHOPS, "-o"]
    assert project.cli("envelopes", *command, "out/e.pdf", "--size", "us-9").code == 1
    assert _saved(page) == ("order-envelopes.pdf", (place / "out/e.pdf").read_bytes())
    assert "2 envelopes were printed" in page.wait(".post [role=status]", "1 address was not printed.").inner_text()
    page.wait("[data-key=post-row-3]", "Row 4").click()
    page.wait("tr.chosen", "W" * 20)
    page.find("[data-key=post-labels]").click()
    page.wait("img[alt='The first sheet of labels as it prints.']")
    for key, value in (("post-skip", "3"), ("post-offset-0", "1.5"), ("post-offset-1", "-0.5")):
        page.find(f"[data-key={key}]").fill(value)
    with page.page.expect_response(lambda answer: answer.url.endswith("/api/picture")):
        page.find("[data-key=post-outline]").check()
    audit = Audit(page, access.source())
    audit.look("labels")
    chosen = ["--sheet", "avery-5160", "--skip", "3", "--offset", "1.5,-0.5", "--outline"]
    assert project.cli("labels", *command, "out/l.pdf", *chosen).code == 1
    assert _saved(page) == ("order-labels.pdf", (place / "out/l.pdf").read_bytes())
    page.find("[data-key=post-package]").click()
    page.find("[data-key=post-group]").select_option("sheets,country")
    page.find("[data-key=post-redact]").check()
    audit.look("package")
    assert audit.found == {}
    name, data = _saved(page)
    assert name == "order-package.zip"
    (place / "out/p.zip").write_bytes(data)
    assert verify_package(place / "out/p.zip").passed
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["grouped_by"], manifest["redacted"]) == (["sheets", "country"], True)
