"""What is said of signed files: each fact once, in plain words, and nothing that another line contradicts."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.signing import fields, sign, verify
from letterpress.signing.strict.report import Finding, summary
from tests.support import signing
from tests.support.mutations import AUTHORITY

ADA, BEN = (name for name, _ in signing.PEOPLE[:2])


@functools.cache
def letter() -> bytes:
    return signing.render(signing.PEOPLE[:2], paragraphs=1)


@functools.cache
def signed() -> bytes:
    one = sign(letter(), field=ADA, signer=AUTHORITY.signer(ADA)).pdf
    return sign(one, field=BEN, signer=AUTHORITY.signer(ADA), on_behalf=True).pdf


def test_who_signed_in_the_place_of_another_is_in_the_state() -> None:
    verdict = verify(signed(), [AUTHORITY.der])
    assert verdict.valid
    assert verdict.state == f"2 of 2 have signed; {ADA} signed in the place of {BEN}"


def test_two_files_in_one_are_one_line_and_no_reassurance() -> None:
    verdict = verify(signed() + letter(), [AUTHORITY.der])
    assert not verdict.valid
    lines = [line for line in verdict.problems if "two ways" in line]
    assert len(lines) == 1
    assert "more faults of this kind" in lines[0]
    assert not [note for note in verdict.notes if "give the same" in note]


def test_faults_that_differ_in_more_than_the_place_are_told_apart() -> None:
    found = [Finding("added", f"object {number} is not listed", number, number) for number in (1, 2)]
    told = summary([*found, Finding("added", "a table is cut off", 3)], [Finding("oddly", "spare")])
    assert [one.why for one in told.faults] == [
        "object 1 is not listed; and 1 more fault of this kind",
        "a table is cut off",
    ]
    assert told.faults[0].offset == 1
    assert told.notes, "that part has not changed, whatever was added"


def test_what_stands_behind_the_end_is_no_damage() -> None:
    verdict = verify(signed() + b"x" * 2000, [AUTHORITY.der])
    assert "goes on after its end" in verdict.problems[0]
    assert "2,00" in verdict.problems[0]
    assert "cut off or damaged" not in " ".join(verdict.problems)
    cut = verify(letter()[:2000], [AUTHORITY.der])
    assert "cut off or damaged" in cut.problems[0]


@pytest.mark.parametrize("names", [(), ("notes.txt",)])
def test_a_folder_without_a_certificate_is_named(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).write_text("no certificate")
    assert any(f"{tmp_path} holds no certificate" in note for note in verify(signed(), [tmp_path]).notes)
    (tmp_path / "ca.der").write_bytes(AUTHORITY.der)
    assert verify(signed(), [tmp_path]).notes == ()


def test_a_folder_with_issuers_below_a_root_only(tmp_path: Path) -> None:
    (tmp_path / "below.cer").write_bytes(AUTHORITY.below("Test Issuer", 91).der)
    assert any("issued itself" in note for note in verify(signed(), [tmp_path]).notes)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("is no PDF", "is no PDF. hint: look"),
        ("in whose name?", "in whose name? hint: look"),
        ("it holds no data.", "it holds no data. hint: look"),
        ("stop!", "stop! hint: look"),
    ],
)
def test_a_message_and_its_hint_are_two_sentences(message: str, line: str) -> None:
    assert str(Diagnostic(message=message, hint="look")) == line


@pytest.mark.parametrize(
    ("name", "words"), [("Xy", "ben-silva; the fields are: "), ("Ben Silv", "'? the fields are: ")]
)
def test_the_hint_for_a_name_that_fits_no_field(name: str, words: str) -> None:
    with pytest.raises(LetterpressError, match="no signature field") as refused:
        fields.find(fields.places(fields.open_pdf(letter())), name)
    assert words in (refused.value.diagnostics[0].hint or "")


def test_a_revoked_certificate_is_called_revoked() -> None:
    from letterpress.cli.sign import _headline

    other = signing.Authority("Test Root 2", 92)
    key = other.signer(ADA)
    pdf = sign(letter(), field=ADA, signer=key).pdf
    other.revoke(key.chain[0])
    verdict = verify(pdf, [other.der, other.crl()])
    assert _headline(verdict.signatures[0]).endswith(", revoked)")
