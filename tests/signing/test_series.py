"""The letters of a run are signed in turn, each as if it had been signed by itself: others' sections, its own digest."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import letterpress
from letterpress import stamp
from letterpress.errors import LetterpressError
from letterpress.model import Result
from letterpress.signing import Series, Signer, Unsigned, sign, signature, verify
from letterpress.signing.writing import section
from tests.signing.test_other_readers import pdfsig
from tests.support import signing, verapdf

ADA, BEN = (name for name, _ in signing.PEOPLE[:2])
CA = signing.Authority()
SHORT, LONG = "We look forward to it.", "We look forward to it, and to all that comes after it. " * 6
NOON = datetime.datetime(2026, 11, 27, 12, 0, tzinfo=datetime.UTC).astimezone()


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, ...]:
    """Nine letters for two to sign, of two shapes that take turns; the first of each is laid out."""
    path = tmp_path_factory.mktemp("series") / "content" / "letters" / "bridge.md"
    path.parent.mkdir(parents=True)
    people = "".join(f"  - {{name: {name}, title: {title}, sign: digital}}\n" for name, title in signing.PEOPLE[:2])
    path.write_text(
        "---\nletterhead: plain\nlang: en-US\ndate: 2026-11-02\nfrom: {name: Riverside Board}\n"
        "subject: The bridge\nfields: {note: {type: text}}\nsalutation: Dear neighbour\nclosing: Sincerely\n"
        f"sign: in-order\nsignatories:\n{people}---\nWe write about the bridge.\n\n{{{{ fields.note }}}}\n",
        encoding="utf-8",
    )
    rows = [
        {
            "name": f"Dana Reyes {at}",
            "street": f"{at} Mill Lane",
            "city": "Bangor",
            "region": "ME",
            "postcode": "04401",
            "note": LONG if at % 3 else SHORT,
        }
        for at in range(1, 10)
    ]
    made = tuple(letterpress.merge(path, rows))
    assert all(one.status == "done" for one in made), [one.diagnostics for one in made]
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places that were signed by pyHanko."""
    names: list[str] = []

    def counted(pdf: bytes, **options: Any) -> Any:
        names.append(options["field"])
        return sign(pdf, **options)

    monkeypatch.setattr(signature, "sign", counted)
    return names


def signed(series: Series, result: Result) -> Result:
    return stamp.sign(result, series, letterhead_name="plain", root=".")


def at(*seconds: float) -> Callable[[], datetime.datetime]:
    """A clock that says these times, and then stays at the last."""
    times = [NOON + datetime.timedelta(seconds=one) for one in seconds]
    return lambda: times.pop(0) if len(times) > 1 else times[0]


def of(kind: str, *names: str) -> list[tuple[str, Signer]]:
    return [(name, CA.signer(name, kind, start=NOON - signing.DAY)) for name in names]


@pytest.mark.parametrize("names", [(ADA,), (ADA, BEN)], ids=["one", "two"])
@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_each_letter_of_a_run_bears_valid_signatures(
    letters: tuple[Result, ...], asked: list[str], kind: str, names: tuple[str, ...]
) -> None:
    series = Series(of(kind, *names), now=at(0))
    made = [signed(series, one) for one in letters]
    assert asked == [*names, *names], "pyHanko signs the first letter of each of the two shapes"
    for one, letter in zip(made, letters, strict=True):
        assert one.pdf is not None
        assert letter.pdf is not None
        assert one.pdf.startswith(letter.pdf), "signatures are appended"
        verdict = verify(one.pdf, [CA.der], at=NOON)
        assert verdict.valid, verdict.as_json()
        assert [report.signer for report in verdict.signatures] == list(names)
        assert [report.covers for report in verdict.signatures][-1] == "whole file"
        assert all(report.trusted and report.level == "B-B" for report in verdict.signatures)
    assert len({one.sha256 for one in made}) == len(made)


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_other_readers_take_a_letter_that_was_signed_like_another(
    letters: tuple[Result, ...], kind: str, tmp_path: Path
) -> None:
    verapdf.require()
    series = Series(of(kind, ADA, BEN))
    made = [signed(series, one).pdf for one in letters[1:6]][-1]
    assert made is not None
    assert verapdf.validate(made) == []
    if shutil.which("pdfsig"):
        assert pdfsig(made, tmp_path)
    with pikepdf.open(tmp_path / "signed.pdf") as file:
        assert file.check_pdf_syntax() == []


def test_it_is_byte_for_byte_what_is_signed_by_itself(
    letters: tuple[Result, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    signers = of("rsa2048", ADA, BEN)  # whose signatures are no matter of chance
    monkeypatch.setattr(os, "urandom", bytes)  # the second identifier of a file
    series = Series(signers, now=at(1, 2, 3, 4, 5, 6, 7))
    quick = [signed(series, letters[number]).pdf for number in (0, 1, 3)][-1]
    drawn = stamp.of_letterhead("plain", "en-US", ".")
    plain = letters[3].pdf
    assert plain is not None
    for (name, signer), second in zip(signers, (5, 6), strict=True):
        when = NOON + datetime.timedelta(seconds=second)
        plain = sign(plain, field=name, signer=signer, stamp=drawn, time=when).pdf
    assert quick == plain


@pytest.mark.parametrize("kind", ["p384", "rsa3072", "ed25519"])
def test_keys_with_other_digests(letters: tuple[Result, ...], asked: list[str], kind: str) -> None:
    series = Series(of(kind, ADA, BEN), now=at(0))
    first, second = (signed(series, letters[number]).pdf for number in (0, 1))
    assert first is not None
    third = signed(series, letters[3]).pdf
    assert asked == [ADA, BEN]
    for one in (second, third):
        assert one is not None
        assert verify(one, [CA.der], at=NOON).valid


def test_a_bit_that_is_flipped_is_seen(letters: tuple[Result, ...]) -> None:
    series = Series(of("p256", ADA, BEN), now=at(0))
    made = [signed(series, letters[number]).pdf for number in (0, 1, 3)][-1]
    plain = letters[3].pdf
    assert made is not None
    assert plain is not None
    hole = made.index(b"/Contents <", len(plain))
    for place in (len(plain) // 2, len(plain) - 20, len(plain) + 40, made.index(b"/M (", hole) + 12, len(made) - 200):
        changed = bytearray(made)
        changed[place] ^= 1
        assert not verify(bytes(changed), [CA.der], at=NOON).valid, place


def test_the_stamp_says_the_minute_and_the_signature_the_second(letters: tuple[Result, ...], asked: list[str]) -> None:
    series = Series(of("p256", ADA), now=at(7, 31, 64))
    made = [signed(series, letters[number]) for number in (1, 3, 4)]
    assert asked == [ADA, ADA], "a new minute has a stamp of its own"
    reports = [verify(one.pdf or b"", [CA.der], at=NOON).signatures[0] for one in made]
    assert [report.time for report in reports] == [NOON + datetime.timedelta(seconds=one) for one in (7, 31, 64)]


def test_a_certificate_that_ends_within_the_minute_signs_no_further_letter(letters: tuple[Result, ...]) -> None:
    signer = CA.signer(ADA, start=NOON - signing.DAY, days=1 + 30 / 86_400)
    series = Series([(ADA, signer)], now=at(10, 29, 31))
    for number in (1, 3):
        assert signed(series, letters[number]).pdf
    with pytest.raises(LetterpressError) as caught:
        signed(series, letters[4])
    assert [fault.code for fault in caught.value.diagnostics] == ["certificate-expired"]


def test_warnings_are_said_of_each_letter(letters: tuple[Result, ...]) -> None:
    alone = signing.self_signed("Ada B. Okafor")
    series = Series([(ADA, alone)], on_behalf=True)
    said = [[one.code for one in signed(series, letters[number]).diagnostics] for number in (1, 3, 4)]
    assert said[0] == said[1] == said[2] == ["signer-other-name"]


def test_each_signature_has_a_timestamp_that_was_asked_for_once(letters: tuple[Result, ...]) -> None:
    services = signing.Services(CA)
    try:
        series = Series(of("p256", ADA), tsa=f"{services.url}/tsa")
        first, *others = (letters[number] for number in (1, 3, 4, 6))
        signed(series, replace(first))
        before = len(services.requests)
        made = [signed(series, one) for one in others[:1]]
        assert len(services.requests) == before + 1
    finally:
        services.close()
    report = verify(made[0].pdf or b"", [CA.der]).signatures[0]
    assert (report.valid, report.level, report.time_proven) == (True, "B-T", True), report.reasons


def test_a_timestamp_server_that_fails_is_named(letters: tuple[Result, ...]) -> None:
    services = signing.Services(CA)
    series = Series(of("p256", ADA), tsa=f"{services.url}/tsa", now=at(0))
    assert signed(series, letters[1]).pdf
    services.close()
    with pytest.raises(LetterpressError) as caught:
        signed(series, letters[4])
    assert [fault.code for fault in caught.value.diagnostics] == ["timestamp-server-failed"]


def test_a_file_of_another_writer_is_signed_by_itself(
    letters: tuple[Result, ...], asked: list[str], tmp_path: Path
) -> None:
    series = Series(of("p256", ADA, BEN), now=at(0))
    with pikepdf.open(_file(tmp_path, letters[1])) as file:
        file.save(tmp_path / "again.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    other = replace(letters[1], pdf=(tmp_path / "again.pdf").read_bytes())
    for one in (other, other, replace(letters[1], shape=None)):
        made = signed(series, one).pdf
        assert made is not None
        assert verify(made, [CA.der], at=NOON).valid
    assert asked == [ADA, BEN] * 3


def _file(folder: Path, result: Result) -> Path:
    assert result.pdf is not None
    path = folder / "letter.pdf"
    path.write_bytes(result.pdf)
    return path


def test_a_section_that_is_not_what_is_known_is_not_taken_apart(letters: tuple[Result, ...]) -> None:
    pdf = letters[1].pdf
    assert pdf is not None
    (_, signer), *_ = of("p256", ADA)
    made = sign(pdf, field=ADA, signer=signer, time=NOON).pdf
    end = section.end_of(pdf)
    assert end is not None
    assert section.taken_apart(pdf, made, end, NOON) is not None
    later = NOON + datetime.timedelta(seconds=1)
    odd = {
        "another second": (made, end, later),
        "another letter's end": (made, end._replace(table=end.table + 1), NOON),
        "no end": (made + b"\n", end, NOON),
        "a space more": (made.replace(b"/Filter /Adobe.PPKLite", b"/Filter  /Adobe.PPKLite"), end, NOON),
        "no time": (made.replace(b"/M (D", b"/N (D"), end, NOON),
        "no range": (made.replace(b"/ByteRange [0", b"/ByteRange [1"), end, NOON),
    }
    for what, (signed_pdf, before, time) in odd.items():
        assert section.taken_apart(pdf, signed_pdf, before, time) is None, what


def test_what_needs_more_room_than_there_is_does_not_fit(letters: tuple[Result, ...]) -> None:
    pdf = letters[1].pdf
    assert pdf is not None
    end = section.end_of(pdf)
    (_, signer), *_ = of("p256", ADA)
    made = section.taken_apart(pdf, sign(pdf, field=ADA, signer=signer, time=NOON).pdf, end, NOON) if end else None
    assert made is not None
    assert end is not None
    assert made.written(bytes(made.room // 2)) is not None
    assert made.written(bytes(made.room // 2 + 1)) is None


def test_the_shape_of_a_letter_says_what_its_objects_are(letters: tuple[Result, ...]) -> None:
    shapes = [one.shape for one in letters]
    assert len(set(shapes)) == 2
    assert [shape == shapes[2] for shape in shapes] == [number % 3 == 0 for number in range(1, 10)]
    assert None not in shapes
    assert Unsigned(pdf=b"", shape=None, source="", look=(), stamps=lambda lang: signing.stamp).shape is None


def test_the_shape_of_a_letter_with_enclosed_pages_is_not_known(letters: tuple[Result, ...], tmp_path: Path) -> None:
    path = tmp_path / "content" / "letters" / "bridge.md"
    path.parent.mkdir(parents=True)
    _file(path.parent, letters[1])
    path.write_text(
        "---\nletterhead: plain\nlang: en-US\ndate: 2026-11-02\nfrom: {name: Riverside Board}\nto: {name: Dana Reyes}\n"
        "salutation: Dear neighbour\nclosing: Sincerely\nsignatories: [{name: Ada Okafor, sign: digital}]\n"
        "enclosures: [{title: Their letter, file: letter.pdf}]\n---\nWe write about the bridge.\n",
        encoding="utf-8",
    )
    alone = letterpress.render(path)
    assert alone.pages == 2, alone.diagnostics
    assert alone.shape is None
    made = signed(Series(of("p256", ADA), now=at(0)), alone).pdf
    assert made is not None
    assert verify(made, [CA.der], at=NOON).valid
