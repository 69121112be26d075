"""What a place can, the same for a folder and for a store."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from letterpress.errors import LetterpressError, UsageError
from letterpress.places import Missing, Place, is_store, place_of, probe
from tests.support import stores


@pytest.fixture(params=["folder", "bucket", "container"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return place_of(tmp_path / "run")
    return place_of(f"{request.getfixturevalue(request.param)}/out/run")


def test_what_is_put_is_there_whole_and_replaces(place: Place) -> None:
    assert (place.size("letters/a.pdf"), list(place.list())) == (None, [])
    place.put("letters/a.pdf", b"first")
    place.put("letters/a.pdf", iter([b"sec", b"", b"ond"]))
    assert (place.get("letters/a.pdf"), place.size("letters/a.pdf")) == (b"second", 6)
    place.put("empty", b"")
    with place.open("empty") as file:
        assert (place.get("empty"), place.size("empty"), file.read()) == (b"", 0, b"")


def test_what_is_created_is_created_once(place: Place) -> None:
    assert [place.create("manifest.json", text) for text in (b"first", b"first", b"other")] == [True, False, False]
    assert place.get("manifest.json") == b"first"
    place.remove("manifest.json")
    place.remove("manifest.json")
    assert place.create("manifest.json", b"again")


def test_what_is_not_there_is_missing_by_its_whole_name(place: Place) -> None:
    for call in (place.get, place.open):
        with pytest.raises(Missing) as caught:
            call("no/such file.pdf")
        assert [(one.code, one.file) for one in caught.value.diagnostics] == [
            ("file-missing", f"{place.address}/no/such file.pdf")
        ]


def test_the_list_is_of_all_names_that_begin_so_sorted_by_name(place: Place) -> None:
    names = ["a.txt", "a/1", "a/b/2", "ab/3", "z", "ä ö%20#?+&=~.pdf", "日本/手紙.pdf"]
    for name in random.Random(3).sample(names, len(names)):
        place.put(name, name.encode())
    entries = list(place.list())
    assert [entry.name for entry in entries] == sorted(names)
    assert [entry.size for entry in entries] == [len(name.encode()) for name in sorted(names)]
    assert all(abs((entry.modified - datetime.now(UTC)).total_seconds()) < 60 for entry in entries)
    assert [entry.name for entry in place.list("a/")] == ["a/1", "a/b/2"]
    assert [entry.name for entry in place.list("a")] == ["a.txt", "a/1", "a/b/2", "ab/3"]
    assert [entry.name for entry in place.list("a/b/2")] == ["a/b/2"]
    assert list(place.list("nothing/here")) == []
    assert [place.get(name) for name in names] == [name.encode() for name in names]


def test_an_open_file_is_read_in_parts_from_anywhere(place: Place) -> None:
    content = random.Random(1).randbytes(1_200_000)
    place.put("big", content)
    with place.open("big") as file:
        assert file.seekable()
        assert file.seek(-5, 2) == 1_199_995
        assert (file.read(), file.read()) == (content[-5:], b"")
        file.seek(1_048_570)
        assert (file.read(12), file.tell()) == (content[1_048_570:1_048_582], 1_048_582)
        file.seek(0)
        assert file.read() == content


def test_a_whole_file_takes_one_request(s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place_of(bucket).put("big", bytes(100_000))
    with stores.proxy(s3.port, lambda _: None) as watched:
        monkeypatch.setenv("AWS_ENDPOINT_URL", watched.environment["AWS_ENDPOINT_URL"])
        with place_of(bucket).open("big") as file:
            assert file.read() == bytes(100_000)
        assert [request.method for request in watched.seen] == ["HEAD", "GET"]


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "../a", "a/./b", "a/..", "a\nb", "a\x00"])
def test_a_name_stays_in_its_place(place: Place, name: str) -> None:
    for call in (place.get, place.size, place.open, place.remove, lambda name: place.create(name, b"")):
        with pytest.raises(UsageError) as caught:
            call(name)
        assert [one.code for one in caught.value.diagnostics] == ["store-name"]


def test_a_place_travels_to_another_process(place: Place) -> None:
    place.put("a", b"there")
    assert pickle.loads(pickle.dumps(place)) == place
    assert pickle.loads(pickle.dumps(place)).get("a") == b"there"


def test_what_breaks_off_while_it_is_made_is_not_there(place: Place) -> None:
    def parts() -> Iterator[bytes]:
        yield bytes(20 << 20)
        raise KeyError("mine")

    place.put("kept", b"older")
    with pytest.raises(KeyError, match="mine"):
        place.put("kept", parts())
    assert place.get("kept") == b"older"
    assert [entry.name for entry in place.list()] == ["kept"]


def test_the_probe_leaves_nothing(place: Place) -> None:
    probe(place)
    assert list(place.list()) == []


def test_a_file_of_many_parts_arrives_whole(place: Place) -> None:
    parts = [bytes([number]) * (5 << 20) for number in range(4)]
    place.put("spool", iter(parts))
    assert place.get("spool") == b"".join(parts)


def test_what_is_being_written_is_not_listed(tmp_path: Path) -> None:
    from letterpress.files import atomic

    replacement = atomic.Replacement(tmp_path / "a.pdf")
    assert list(place_of(tmp_path).list()) == []
    replacement.discard()


@pytest.mark.parametrize("store", ["bucket", "container"])
def test_an_open_file_is_one_version_or_a_fault(request: pytest.FixtureRequest, store: str) -> None:
    place = place_of(request.getfixturevalue(store))
    place.put("a", bytes(3 << 20))
    with place.open("a") as file:
        file.read(10)
        place.put("a", b"1" * (3 << 20))
        file.seek(2 << 20)
        with pytest.raises(LetterpressError) as caught:
            file.read(10)
    assert [one.code for one in caught.value.diagnostics] == ["store-changed"]


@pytest.mark.parametrize(
    ("text", "store"),
    [("out/run", False), ("s3://bucket/run", True), ("AZ://box", True), ("gcs://x", True), ("postgresql://x/y", False)],
)
def test_what_is_meant_as_a_store(text: str, store: bool) -> None:
    assert is_store(text) is store


def test_an_address_is_read_as_it_is_typed(tmp_path: Path) -> None:
    place = place_of("s3://bucket/some/folder%20x/")
    assert (place.address, place.bucket, place.prefix) == ("s3://bucket/some/folder%20x/", "bucket", "some/folder%20x")  # type: ignore[attr-defined]
    assert place_of("out", tmp_path).folder == tmp_path / "out"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "s3://",
        "s3:///x",
        "s3://user:hunter2@bucket/x",
        "s3://bucket/x?token=hunter2",
        "s3://b/../x",
        "s3a://bucket/x",
        "ftp://host/x",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_secrets(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        place_of(text)
    assert [one.code for one in caught.value.diagnostics] == ["store-address"]
    assert "hunter2" not in str(caught.value)
