"""Many letters as a job: each is the one of `letterpress merge`, none is lost, and each client sees its own."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import hmac
import http.server
import io
import json
import os
import signal
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from letterpress.files import lock
from letterpress.serve import job_files, turns
from letterpress.serve import jobs as serve_jobs
from letterpress.serve.job_files import Job
from letterpress.serve.server import Server
from tests.serve.client import ADA, OTHER, Client, Kept, below, known, process
from tests.serve.conftest import SECRET, project_at
from tests.support.project import Project, raw_text


def people(number: int) -> list[dict[str, Any]]:
    return [{**ADA, "Name": f"Ada Brook {at}", "Copies": 100 + at} for at in range(1, number + 1)]


def as_csv(records: list[dict[str, Any]]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, records[0])
    writer.writeheader()
    writer.writerows(records)
    return file.getvalue().encode()


def as_xlsx(records: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in (list(records[0]), *(list(one.values()) for one in records)):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def is_compact(text: str) -> bool:
    """Whether it is a line of JSON without a space that stands for nothing."""
    return text.rstrip("\n") == json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii="\\u" in text)


def sent(client: Client, name: str, data: bytes, **request: Any) -> Any:
    files = [("list", (name, data)), ("request", (None, json.dumps(request), "application/json"))]
    return client.http.post("/v1/letters/offer/jobs", files=files)


def test_a_list_is_made_and_its_letters_are_those_of_merge(
    client: Client, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [*people(2), *people(1), {**ADA, "Price": "dear"}]  # two say the same, and each is a letter
    monkeypatch.chdir(place)
    (place / "list.csv").write_bytes(as_csv(records))
    assert Project(place).cli("merge", "content/letters/offer.md", "--data", "list.csv", "-o", "out/list").code == 1
    merged = {path.name: path.read_bytes() for path in (place / "out/list").glob("*.pdf")}
    assert len(merged) == 3
    begun = sent(client, '../../Gäste "x".csv', as_csv(records))
    assert begun.status_code == 202, begun.text
    job = begun.json()["id"]
    assert begun.headers["location"] == f"/v1/jobs/{job}"
    with client.http.stream("GET", f"/v1/jobs/{job}/results?wait=true") as answer:
        rows = [json.loads(line) for line in answer.iter_lines()]
    about = client.ended(job)
    assert (about["state"], about["done"], about["failed"], about["total"]) == ("failed", 3, 1, 4)
    assert len({row["id"] for row in rows}) == 4
    assert all(row["id"].startswith(f"{job}-") for row in rows)
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert sorted(row["position"] for row in rows) == [1, 2, 3, 4]
    assert all(row["position"] == int(row["record"]) for row in rows)
    assert {row["file"] for row in rows if row["status"] == "done"} == set(merged)
    (failed,) = [row for row in rows if row["status"] == "failed"]
    assert failed["diagnostics"][0]["field"] == "fields.price"
    assert failed["position"] == 4
    assert failed["diagnostics"][0]["row"] == 5
    for row in rows:
        answer = client.get(f"/v1/jobs/{job}/letters/{row['number']}")
        if row["status"] == "done":
            assert answer.content == merged[row["file"]]
        else:
            assert answer.status_code == 404
    with zipfile.ZipFile(io.BytesIO(client.get(f"/v1/jobs/{job}/letters.zip").content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == merged
    faulty = client.get(f"/v1/jobs/{job}/faulty.csv").text
    assert "dear" in faulty
    assert "Ada Brook 1" not in faulty
    told = json.dumps([rows, about])
    assert ".serve" not in told
    assert str(place) not in told
    assert client.get(f"/v1/jobs/{job}/results?after=3").text.count("\n") == 1
    assert client.get(f"/v1/jobs/{job}/combined.pdf").status_code == 404


def test_a_workbook_and_json_make_the_same_letters_in_one_file(client: Client) -> None:
    records = people(2)
    jobs = [
        sent(client, "list.XLSX", as_xlsx(records), combined=True).json()["id"],
        client.post("/v1/letters/offer/jobs", {"records": records, "combined": True}).json()["id"],
    ]
    spools = []
    for job in jobs:
        assert client.ended(job)["state"] == "done", client.ended(job)
        spools.append(client.get(f"/v1/jobs/{job}/combined.pdf").content)
    text = raw_text(spools[0])
    assert "Ada Brook 1" in text
    assert "Ada Brook 2" in text
    one, two = ({row["file"]: client.get(f"/v1/jobs/{job}/letters/{row['number']}").content for row in client.rows(job)} for job in jobs)  # fmt: skip
    assert sorted(map(len, one.values())) == sorted(map(len, two.values()))


def test_a_file_of_a_job_comes_in_parts_and_once(client: Client) -> None:
    job = client.post("/v1/letters/korea-policy/variants", {"variants": [{}]}).json()["id"]
    client.ended(job)
    path = f"/v1/jobs/{job}/letters/1"
    whole = client.get(path)
    part = client.get(path, headers={"range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, whole.content[5:10])
    assert client.get(path, headers={"range": "bytes=-4"}).content == whole.content[-4:]
    for given in ("bytes=9-5", "bytes=0-1,4-5", "lines=1-2", "bytes=-"):
        assert client.get(path, headers={"range": given}).content == whole.content
    wrong = client.get(path, headers={"range": f"bytes={len(whole.content)}-"})
    assert (wrong.status_code, wrong.json()["code"]) == (416, "range-wrong")
    assert wrong.headers["content-range"] == f"bytes */{len(whole.content)}"
    same = client.get(path, headers={"if-none-match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"another"'}).status_code == 200


def test_a_key_of_a_deleted_job_makes_no_other(client: Client, server: Server) -> None:
    headers = {"idempotency-key": "job-deleted"}
    begun = client.post("/v1/letters/korea-policy/variants", {"variants": [{}]}, headers=headers)
    job = begun.json()["id"]
    assert begun.json()["total"] is None
    client.ended(job)
    assert client.http.delete(f"/v1/jobs/{job}").status_code == 204
    again = client.post("/v1/letters/korea-policy/variants", {"variants": [{}]}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "job-deleted")
    assert again.json()["diagnostics"][0]["field"] == "Idempotency-Key"
    deleted = job_files.Deleted(server.service.config.store / "deleted", -1)
    assert job in deleted
    deleted.sweep()
    assert job not in deleted


def test_a_job_that_goes_on_knows_its_numbers(tmp_path: Path) -> None:
    about = {"created": "2026-01-01", "state": "running", "ended": None, "token": "x"}
    job = job_files.create(tmp_path, "0" * 32, about)
    job.change()
    job.add([{"id": "a", "record": "1", "status": "done", "file": "a.pdf", "pages": 3, "diagnostics": []}])
    (again,) = job_files.read_all(tmp_path)
    assert again.about["counts"] == {"total": None, "done": 1, "failed": 0, "skipped": 0, "pages": 3}


def test_no_record_is_lost_unsaid(client: Client) -> None:
    """Each record that was sent is a letter, or a fault with its number; that of a request for it alone, too."""
    empty: list[dict[str, Any]] = [{}, {"name": ""}, {"name": None}]
    job = client.post("/v1/letters/korea-policy/jobs", {"records": [{"name": "A"}, *empty, {"name": "B"}]}).json()["id"]
    about, rows = client.ended(job), client.rows(job)
    assert (about["total"], about["done"], about["failed"]) == (5, 2, 3)
    assert [(row["record"], row["status"]) for row in sorted(rows, key=lambda row: row["record"])] == [
        ("1", "done"), ("2", "failed"), ("3", "failed"), ("4", "failed"), ("5", "done")
    ]  # fmt: skip
    assert {one["code"] for row in rows for one in row["diagnostics"] if one["severity"] == "error"} == {
        "record-nameless"
    }
    for record in empty:
        job = client.post("/v1/letters/korea-policy/jobs", {"records": [record]}).json()["id"]
        about = client.ended(job)
        alone = [about["done"] == 1]
        alone.append(client.post("/v1/letters/korea-policy/check", {"data": record}).json()["ok"])
        alone.append(client.post("/v1/letters/korea-policy/render", {"data": record}).status_code == 200)
        assert len(set(alone)) == 1, (record, alone)
    header = sent(client, "list.csv", ",".join(ADA).encode() + b"\n").json()["id"]
    about = client.ended(header)
    assert (about["state"], about["total"]) == ("done", 0)
    assert [one["code"] for one in about["diagnostics"]] == ["records-none"]


def test_variants_are_made(client: Client) -> None:
    few = {
        "fields": {"occasion": "fair", "copies": 3, "price": 1, "due": "2026-05-01", "to.name": "Jo", "to.city": "X"}
    }
    few["variants"] = [{"paper": "a4"}, {"letterhead": "din5008", "copy": "file"}]  # type: ignore[assignment]
    first = client.post("/v1/letters/offer/variants", few).json()["id"]
    second = client.post("/v1/letters/offer/jobs", {"records": people(1), "matrix": True}).json()["id"]
    assert client.ended(first)["done"] == 2
    assert client.ended(second)["done"] == 6
    assert len({row["file"] for row in client.rows(second)}) == 6


def test_what_cannot_be_made_is_refused_with_its_reasons(client: Client) -> None:
    job = sent(client, "list.csv", b"Colour\nred\n").json()["id"]
    about = client.ended(job)
    assert about["state"] == "refused"
    assert about["diagnostics"][0]["file"] in ("list.csv", "content/letters/offer.md")
    for query in ("", "?wait=true"):
        answer = client.get(f"/v1/jobs/{job}/results{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "job-refused")
        said = [[one["code"] for one in told["diagnostics"]] for told in (answer.json(), about)]
        assert said[0] == said[1] != []
    assert ".serve" not in json.dumps(about)
    assert sent(client, "list.exe", b"x").status_code == 415
    assert client.post("/v1/letters/offer/jobs", {}).status_code == 400
    assert client.post("/v1/letters/offer/jobs", {"records": [{}] * 201}).status_code == 413
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 2_000_000)
    about = client.ended(sent(client, "bomb.xlsx", bomb.getvalue()).json()["id"])
    assert about["state"] == "refused"


def test_a_day_with_two_readings_fails_its_own_letter_and_strict_all_that_have_a_warning(client: Client) -> None:
    two = {**ADA, "Due": "03/04/2026"}
    job = client.post("/v1/letters/offer/jobs", {"records": [ADA, two]}).json()["id"]
    client.ended(job)
    assert {row["position"]: row["status"] for row in client.rows(job)} == {1: "done", 2: "failed"}
    strict = client.post("/v1/letters/offer/jobs", {"records": [{**ADA, "Colour": "red"}], "strict": True}).json()["id"]
    assert client.ended(strict)["state"] == "refused"
    assert client.get(f"/v1/jobs/{strict}/results").json()["diagnostics"][0]["code"] == "column-unused"


def test_a_job_is_begun_once_is_its_owners_and_goes_in_time(
    client: Client, server: Server, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"idempotency-key": "job-1"}
    answers = [client.post("/v1/letters/offer/jobs", {"records": people(1)}, headers=headers) for _ in range(2)]
    job = answers[0].json()["id"]
    assert answers[1].json()["id"] == job
    assert [one.headers.get("idempotent-replayed") for one in answers] == [None, "true"]
    other = client.post("/v1/letters/offer/jobs", {"records": people(2)}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-reused")
    assert "another body" in other.json()["title"]
    about = client.ended(job)
    with Client(server, OTHER) as other_client:
        for path in ("", "/results", "/letters/1", "/letters.zip", "/combined.pdf", "/faulty.csv"):
            assert other_client.get(f"/v1/jobs/{job}{path}").status_code == 404
        assert other_client.post(f"/v1/jobs/{job}/stop").status_code == 404
        assert other_client.http.delete(f"/v1/jobs/{job}").status_code == 404
        assert job not in other_client.get("/v1/jobs").text
    assert job in admin.get("/v1/jobs").text
    folder = server.service.config.store / "jobs" / job
    assert folder.stat().st_mode & 0o077 == 0
    assert about["expires"] > about["ended"]
    server.service.jobs.sweep()
    assert client.get(f"/v1/jobs/{job}").status_code == 200
    later = serve_jobs._now() + serve_jobs.datetime.timedelta(seconds=server.service.config.keep + 60)
    monkeypatch.setattr(serve_jobs, "_now", lambda: later)
    server.service.jobs.sweep()
    assert client.get(f"/v1/jobs/{job}").status_code == 404
    assert not folder.exists()


def test_a_short_job_waits_for_no_long_one_and_a_job_is_stopped(client: Client, server: Server, kept: Kept) -> None:
    many = people(turns.LONG)
    for record in many[:10]:
        record["Occasion"] = "fair " * int(record["Copies"])  # a layout for each
    first, second = (sent(client, "list.csv", as_csv(many)).json()["id"] for _ in range(2))
    short = client.post("/v1/letters/offer/jobs", {"records": people(1)}).json()["id"]
    assert client.ended(short)["state"] == "done"
    assert [client.get(f"/v1/jobs/{job}").json()["state"] for job in (first, second)] == ["running", "queued"]
    assert client.http.delete(f"/v1/jobs/{second}").status_code == 409
    assert client.get(f"/v1/jobs/{second}/letters.zip").json()["code"] == "job-open"
    assert client.post(f"/v1/jobs/{second}/stop").json()["state"] == "stopped"
    assert client.get(f"/v1/jobs/{second}/letters.zip").json()["code"] == "job-empty"
    client.post(f"/v1/jobs/{first}/stop")
    about = client.ended(first)
    assert about["state"] == "stopped"
    assert about["done"] == len(client.rows(first)) < turns.LONG
    told = [(line["id"], line["state"]) for line in kept.lines("job") if line.get("token") == "shop"]
    assert [(second, "stopping"), (first, "stopping")] == told[-2:]
    folder = server.service.config.store / "jobs" / first
    assert client.http.delete(f"/v1/jobs/{first}").status_code == 204
    assert not folder.exists()


def test_the_next_job_is_of_who_has_the_fewest_and_leaves_room_for_a_short_one(tmp_path: Path) -> None:
    def job(token: str, letters: int, **about: Any) -> Job:
        return Job(tmp_path, {"token": token, "expected": letters, **about})

    long, longer, short, other = job("a", 5000), job("a", 9000), job("a", 1), job("b", 1)
    assert turns.following([long, longer, short], [], 2) is long
    assert turns.following([longer, short], [long], 2) is short
    assert turns.following([longer], [long], 2) is None
    assert turns.following([longer, short, other], [long], 2) is other
    assert turns.following([longer, short, other], [long], 3) is other
    assert turns.following([longer, short], [long], 3) is longer
    assert turns.following([short, other], [long, longer], 2) is None
    assert turns.following([longer, short], [], 1) is longer  # one place: in order
    found = job("a", 1, counts={"total": 6000})  # the list was longer than it seemed
    assert turns.following([longer], [found], 2) is None
    records = people(1100)
    for name, data in (
        ("list.csv", as_csv(records)),
        ("list.xlsx", as_xlsx(records)),
        ("list.json", json.dumps(records).encode()),
    ):
        assert turns.expected(name, data) >= turns.LONG, name
    assert turns.expected("list.csv", as_csv(people(500))) < turns.LONG
    assert turns.expected("list.xlsx", as_xlsx(people(100))) < turns.LONG


class Hook:
    """A program elsewhere that is told; it refuses the first message."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(500 if len(hook.got) == 1 else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.close()


def test_a_webhook_is_told_with_a_signature_until_it_takes_it(client: Client, hook: Hook) -> None:
    url = f"http://127.0.0.1:{hook.server.server_port}/told?x=1"
    webhook = {"url": url, "events": ["job.started", "job.ended", "letter.failed"]}
    given = {"records": [{**ADA, "Price": "dear"}], "webhook": webhook}
    job = client.post("/v1/letters/offer/jobs", given).json()["id"]
    client.ended(job)
    answers = [client.get(f"/v1/jobs/{job}{path}") for path in ("/letters.zip", "", "/results")]
    assert (answers[0].status_code, answers[0].json()["code"]) == (409, "job-empty")
    assert f"/v1/jobs/{job}/results" in answers[0].json()["diagnostics"][0]["hint"]
    assert all(is_compact(answer.text) for answer in answers)
    until = time.monotonic() + 20
    while len(hook.got) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    told = {}
    for headers, body in hook.got:
        seconds, _, mac = headers["letterpress-signature"].partition(",")
        signed = f"{seconds.removeprefix('t=')}.".encode() + body
        assert mac == f"v1={hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()}"
        told[json.loads(body)["event"]] = json.loads(body)
        assert b"Ada" not in body
        assert is_compact(body.decode())
    assert set(told) == {"job.started", "job.ended", "letter.failed"}
    assert (told["job.ended"]["job"], told["job.ended"]["state"]) == (job, "failed")
    assert len({json.loads(body)["id"] for _, body in hook.got}) == 3  # one was sent twice
    for denied in (
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://x@127.0.0.1/",
        "ftp://x",
    ):
        answer = client.post("/v1/letters/offer/jobs", {"records": people(1), "webhook": {"url": denied}})
        assert answer.status_code in (400, 422), denied


# --- what ends the server ---------------------------------------------------------------------------------------------

QUICK, SLOW = 40, (90, 130, 170, 210)
"""Letters that are made of one another's pages, and words of those behind them: these take long enough to be met."""


def test_a_job_goes_on_after_its_workers_and_the_server_were_killed(tmp_path: Path) -> None:
    """Each record has one letter in the end, and one line; those that were there were not made again."""
    root = project_at(tmp_path / "project")
    (root / "serve.toml").write_text("workers = 1\n", encoding="utf-8")
    records = people(QUICK + len(SLOW))
    for record, words in zip(records[QUICK:], SLOW, strict=True):
        record["Occasion"] = "fair " * words
    with process(root) as first, Client(first) as client:
        assert not lock.is_free(root / "out/.serve/lock")
        job = client.post("/v1/letters/offer/jobs", {"records": records}).json()["id"]
        until = time.monotonic() + 60
        while (done := client.get(f"/v1/jobs/{job}").json()["rows"]) < QUICK and time.monotonic() < until:
            time.sleep(0.005)
        assert QUICK <= done < len(records)
        before = client.rows(job)
        for pid in below(first.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
        first.process.kill()
        first.process.wait()
    folder = root / f"out/.serve/jobs/{job}"
    times = {row["file"]: (folder / "letters" / row["file"]).stat().st_mtime_ns for row in before}
    with (folder / "results.jsonl").open("ab") as file:
        file.write(b'{"number": 9')  # cut off by the crash
    with Server(root, tokens=known(), log=Kept().log).served() as server, Client(server) as client:
        about = client.ended(job)
        assert (about["state"], about["done"], about["failed"]) == ("done", len(records), 0)
        rows = client.rows(job)
        assert rows[: len(before)] == before
        assert [row["number"] for row in rows] == list(range(1, len(records) + 1))
        assert {row["record"] for row in rows} == {str(number) for number in range(1, len(records) + 1)}
        assert len({row["id"] for row in rows}) == len(records)
        assert all((folder / "letters" / name).stat().st_mtime_ns == when for name, when in times.items())
