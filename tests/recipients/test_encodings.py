"""Encodings: what is plausible Windows-1252, what is another, what is cut off or encoded twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterpress.errors import UnreadableInput
from letterpress.recipients import encodings
from letterpress.recipients.tables import Choice, open_table

GERMAN = "Jürgen Müller,Große Straße 3,Köln\nJörg Süß,Ägidienstr. 5,Münster\n"
FRENCH = "André Lefèvre,Besançon,« Hôtel »\nÉlodie Noël,Aÿ,N° 5 · l’Étoile\n"
CZECH = "Jiří Dvořák,Plzeň\nŘehoř Černý,Brno\nBožena Němcová,Dvůr Králové\n"
POLISH = "Łukasz Wałęsa,Gdańsk\nMałgorzata Żółw,Łódź\n"
MIXED = "José Núñez-Løkke,São Paulo\nSigríður Þórðardóttir,Reykjavík\nMälk Õun,JÜRGEN MÜLLER £5 5 € 3½ §4 Señor ¿Qué?\n"


@pytest.mark.parametrize("text", [GERMAN, FRENCH, MIXED, "Tórshøvn,x\n" + GERMAN * 3])
def test_what_windows_1252_is(text: str) -> None:
    assert encodings.candidates(text.encode("cp1252")) is None


@pytest.mark.parametrize(
    ("text", "encoding", "named", "word"),
    [
        (GERMAN, "mac-roman", "mac-roman", "Jürgen"),
        (FRENCH, "mac-roman", "mac-roman", "André"),
        (CZECH, "cp1250", "windows-1250", "Jiří"),
        (POLISH, "cp1250", "windows-1250", "Łukasz"),
        ("王小明,北京市朝阳区\n李四,上海\n", "gb18030", "gb18030", "王小明"),
        ("Иван Петров,Москва\n", "cp1251", "windows-1251", "Иван"),
    ],
)
def test_what_is_not_passed_off_as_windows_1252(
    tmp_path: Path, text: str, encoding: str, named: str, word: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("name,city\nAda,Bangor\n" + text).encode(encoding))
    with pytest.raises(UnreadableInput) as caught:
        open_table(str(path))
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line) == ("encoding-unclear", 3)
    assert named in dict(fault.params)["encodings"]
    assert f"--encoding {named} ('{word}')" in str(fault.hint)
    offers = dict(fault.params)["offers"]
    assert offers[0][0] in dict(fault.params)["encodings"]  # what is likely first, and the same words of each
    assert word in dict(offers)[named]
    assert len({len(words) for _, words in offers}) == 1
    assert len({words for _, words in offers}) == len(offers)
    choice = Choice(otherwise=named)
    assert list(open_table(str(path), choice).records())[1].values["name"].startswith(word)
    path.write_text("name,city\nAda,Bangor\n" + text, encoding="utf-8")  # a newer list is Unicode: it is read as such
    assert list(open_table(str(path), choice).records())[1].values["name"].startswith(word)


def test_utf_8_that_ends_within_a_character_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,city\nJürgen,Köl\nAda,Zü".encode()[:-1])
    with pytest.raises(UnreadableInput, match="cut off"):
        open_table(str(path))
    path.write_bytes("name,city\nAda,caf\xe9".encode("cp1252"))  # no other character is UTF-8: it is none
    assert [note.code for note in open_table(str(path)).notes] == ["encoding-guessed"]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_words_that_are_encoded_twice_are_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,city\nAda,Bangor\n" + GERMAN.replace("Ä", "A").replace("ß", "ss"), encoding="utf-8")
    once = path.read_bytes()
    assert open_table(str(path)).notes == ()
    path.write_bytes(once.decode(encoding).encode())
    (note,) = open_table(str(path)).notes
    assert (note.code, note.severity, note.line) == ("text-double-encoded", "warning", 3)
    assert dict(note.params) == {"was": "Jürgen", "count": 6}


@pytest.mark.parametrize("text", [GERMAN, FRENCH, MIXED, CZECH, POLISH, "„Ä“ É° Ü“ Ó¿", "naïve café über ÄÖÜ"])
def test_words_that_are_written_well_are_not(text: str) -> None:
    assert list(encodings.doubled(text)) == []
