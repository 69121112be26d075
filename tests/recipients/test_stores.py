"""Lists in object storage: read as the same file on this machine is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from letterpress.errors import UnreadableInput, UsageError
from letterpress.places import place_of
from letterpress.recipients.tables import Choice, open_table
from tests.support import stores

NAMES = ("list.csv", "list.parquet", "list.jsonl", "old.csv")


@pytest.fixture
def lists(tmp_path: Path, bucket: str) -> str:
    """The same list in several forms, in the bucket and in the working folder."""
    rows = [{"name": f"Zoë O'Hara {number}", "city": "Köln", "amount": f"{number}.50"} for number in range(1, 301)]
    text = "name,city,amount\n" + "".join(",".join(row.values()) + "\n" for row in rows)
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    (tmp_path / "old.csv").write_text(text.replace(",", ";"), encoding="cp1252")
    duckdb.sql(f"COPY (FROM '{tmp_path}/list.csv') TO '{tmp_path}/list.parquet'")
    duckdb.sql(f"COPY (FROM '{tmp_path}/list.csv') TO '{tmp_path}/list.jsonl'")
    for name in NAMES:
        place_of(f"{bucket}/in").put(name, (tmp_path / name).read_bytes())
    return f"{bucket}/in"


@pytest.mark.parametrize("name", NAMES)
def test_a_list_is_read_as_a_file_is(lists: str, tmp_path: Path, name: str) -> None:
    there, here = open_table(f"{lists}/{name}"), open_table(str(tmp_path / name))
    assert [row.cells for row in there.rows()] == [row.cells for row in here.rows()]
    assert (there.origin.columns, there.origin.file) == (here.origin.columns, f"{lists}/{name}")
    assert [note.code for note in there.notes] == [note.code for note in here.notes]
    assert all(note.file == f"{lists}/{name}" for note in there.notes)
    assert sum(1 for _ in there.rows()) == 300  # as often as asked


def test_a_list_is_fetched_once(lists: str, s3: stores.Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    with stores.proxy(s3.port, lambda _: None) as watched:
        monkeypatch.setenv("AWS_ENDPOINT_URL", watched.environment["AWS_ENDPOINT_URL"])
        for _ in range(2):
            assert sum(1 for _ in open_table(f"{lists}/list.csv").rows()) == 300
        assert [request.method for request in watched.seen if "list-type" not in request.path] == ["HEAD", "GET"]


def test_a_list_that_has_changed_is_fetched_again(lists: str) -> None:
    assert sum(1 for _ in open_table(f"{lists}/list.csv").rows()) == 300
    place_of(lists).put("list.csv", b"name\nAda\n")
    assert sum(1 for _ in open_table(f"{lists}/list.csv").rows()) == 1


def test_a_list_that_is_not_there_is_named_and_the_nearest(lists: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        open_table(f"{lists}/list.cvs")
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.file) == ("file-missing", f"{lists}/list.cvs")
    assert "list.csv" in (fault.hint or "")


def test_what_is_no_list_is_refused_as_a_file_is(lists: str) -> None:
    place_of(lists).put("broken.parquet", b"no parquet")
    place_of(lists).put("list.docx", b"no list")
    for name, code in (
        ("broken.parquet", "parquet-unreadable"),
        ("list.docx", "file-kind-unknown"),
        ("", "store-address"),
    ):
        with pytest.raises((UnreadableInput, UsageError)) as caught:
            open_table(f"{lists}/{name}")
        assert [one.code for one in caught.value.diagnostics] == [code]
    with pytest.raises(UsageError):
        open_table(f"{lists}/list.parquet", Choice(delimiter=";"))
