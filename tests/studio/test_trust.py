"""PDFs that are dropped: plain facts of their signatures, issuers to trust, and the place of another signer."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from letterpress import signing
from tests.studio.chromium import Page
from tests.studio.letters import SECRET, single
from tests.support import oddpdfs
from tests.support import signing as support

NOW = "Changed since then\nNo\nSigned by\nAda Okafor, says the certificate\nWho vouches for it\n"
DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, {type: "application/pdf"}));
  const place = document.querySelector(".drop");
  for (const kind of ["dragover", "drop"]) {
    place.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
  }
}"""


@pytest.fixture(scope="module")
def board() -> support.Authority:
    return support.Authority("The Board of Trustees")


@pytest.fixture
def half(board: support.Authority) -> bytes:
    """A letter of another program's, with two places; the first has signed."""
    signer = board.signer("Ada Okafor")
    return signing.sign(support.render(support.PEOPLE[:2]), field="Ada Okafor", signer=signer).pdf


def dropped(page: Page, name: str, data: bytes) -> str:
    """Drop a file, as from another window; what is said of it."""
    page.page.evaluate(DROP, [name, base64.b64encode(data).decode()])
    page.wait("h1", name)
    page.wait(".panel h2")
    return str(page.find(".panel").inner_text())


def test_any_pdf_is_dropped_and_what_it_is_worth_is_said(
    page: Page, place: Path, tmp_path: Path, half: bytes, board: support.Authority
) -> None:
    page.start().wait(".drop")
    assert "Nobody has signed this PDF." in dropped(page, "from-elsewhere.pdf", oddpdfs.plain())
    page.wait(".sheet img")
    assert NOW + "Nobody this computer knows." in dropped(page, "by-a-stranger.pdf", half)
    changed = half.replace(b"%\xf0\x9f\x96\xa4\n", b"%\xf0\x9f\x96\xa5\n", 1)  # the page looks as it did
    assert changed != half
    assert "Changed since then\nYes, it was changed" in dropped(page, "changed.pdf", changed)
    assert "This is not a PDF." in dropped(page, "no-pdf.pdf", b"Dear Sir")
    assert NOW + "Nobody this computer knows." in dropped(page, "by-a-stranger.pdf", half)
    for name, der, said in (
        ("ada.cer", board.signer("Ada Okafor").chain[0], "The Board of Trustees vouches for Ada Okafor."),
        ("board.der", board.der, "Every signature that The Board of Trustees vouches for is believed"),
    ):
        (tmp_path / name).write_bytes(der)
        with page.page.expect_file_chooser() as chosen:
            page.find("[data-key=issuer]").click()
        chosen.value.set_files(tmp_path / name)
        page.wait(".panel", said)
    shown = page.find(".fingerprint").inner_text().replace(" ", "").lower()
    assert shown == hashlib.sha256(board.der).hexdigest()
    assert not (place / "trust" / f"{shown[:32]}.pem").exists()
    page.find("[data-key=trust]").click()
    page.wait("dd", "The Board of Trustees")
    (place / "trust" / f"{shown[:32]}.pem").unlink()


def test_a_letter_says_who_has_signed_and_another_place_is_refused_unless_confirmed(
    page: Page, order: Path, place: Path, key: Path, half: bytes
) -> None:
    path = single(order, "both")
    (place / "out").mkdir(exist_ok=True)
    (place / "out/both.pdf").write_bytes(half)
    page.start().wait(".count", "1 of 2 signed")
    page.go("sign", path)
    page.wait("h2", "1 of 2 have signed")
    with page.page.expect_file_chooser() as chosen:
        page.find("[data-key=key]").click()
    chosen.value.set_files(key)
    page.find("[data-key=passphrase]").fill(SECRET)
    page.find("[data-key=sign]").click()
    page.wait(".fault", "This is the key of Tomas Reyes, not of Ben Silva.")
    assert page.find("[data-key=sign]").is_disabled()
    assert (place / "out/both.pdf").read_bytes() == half
    page.find("[data-key=behalf]").click()
    page.wait("h2", "2 of 2 have signed")
    signed = signing.verify((place / "out/both.pdf").read_bytes(), []).signatures
    assert [(one.signatory, one.signer) for one in signed] == [
        ("Ada Okafor", "Ada Okafor"),
        ("Ben Silva", "Tomas Reyes"),
    ]
