"""Runs into object storage: the same letters as in a folder, whatever the store does, and what is read from there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from letterpress.places import Place, place_of
from tests.support import stores
from tests.support.project import FRONT, LETTER, Project, Ran

ROWS = "name,street,city,postcode,country,amount\n" + "".join(
    f"Ada {number},{number} Mill Lane,Bangor,04401,US,{number}\n" for number in range(1, 6)
)
FIELDS = (
    FRONT.replace('to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}\n', "").replace(
        "Dr. Brook", "{{ to.name }}"
    )
    + "fields: {amount: {type: integer}}\n"
)
LETTERS = [f"letter-{number:05}.pdf" for number in range(1, 6)]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a run of five letters in out/letter, and one PDF of them."""
    project = Project(tmp_path_factory.mktemp("desk"))
    project.letter("You owe {{ fields.amount }}.\n", FIELDS)
    project.write("people.csv", ROWS)
    with contextlib.chdir(project.root):
        ran = merge(project, "people.csv", "--combine", "out/all.pdf")
        assert ran.code == 0, ran.err
        packed = project.cli("package", "out/letter", "-o", "out/package.zip")
        assert packed.code == 0, packed.err
    return project


@pytest.fixture
def desk(local: Project, project: Project) -> Project:
    """The same project, without what was made."""
    shutil.copytree(local.root / "content", project.root / "content", dirs_exist_ok=True)
    shutil.copy(local.root / "people.csv", project.root / "people.csv")
    return project


def merge(project: Project, data: str, *options: str) -> Ran:
    return project.cli("merge", LETTER, "--data", data, "--jobs", "0", "--json", *options)


def contents(place: Place) -> dict[str, bytes]:
    """The letters of a place."""
    return {entry.name: place.get(entry.name) for entry in place.list() if not entry.name.startswith(".")}


def made(local: Project) -> dict[str, bytes]:
    return {name: (local.root / "out/letter" / name).read_bytes() for name in LETTERS}


def states(ran: Ran) -> list[str]:
    return [letter["status"] for letter in ran.json["letters"]]


def test_a_list_and_letters_in_a_store_are_those_of_files(local: Project, desk: Project, bucket: str) -> None:
    place_of(bucket).put("in/people.csv", ROWS.encode())
    ran = merge(desk, f"{bucket}/in/people.csv", "-o", f"{bucket}/run")
    assert ran.code == 0, ran.err
    assert contents(place_of(f"{bucket}/run")) == made(local)
    assert [letter["output"] for letter in ran.json["letters"]] == [f"{bucket}/run/{name}" for name in LETTERS]
    assert ran.json["summary"]["folder"] == f"{bucket}/run"
    kept = desk.root / "out/s3" / bucket.removeprefix("s3://") / "run"
    assert [path.name for path in kept.iterdir()] == [".letterpress"]  # no letter stays on this machine


def test_worker_processes_deliver_as_well(local: Project, desk: Project, container: str) -> None:
    ran = desk.cli("merge", LETTER, "--data", "people.csv", "-o", f"{container}/run", "--jobs", "2", "--json")
    assert ran.code == 0, ran.err
    assert contents(place_of(f"{container}/run")) == made(local)


def test_only_what_is_missing_or_changed_is_made_again_on_any_machine(
    local: Project, desk: Project, bucket: str
) -> None:
    target = f"{bucket}/run"
    assert merge(desk, "people.csv", "-o", target).code == 0
    assert states(merge(desk, "people.csv", "-o", target)) == ["skipped"] * 5
    place = place_of(target)
    place.remove(LETTERS[1])
    place.put(LETTERS[2], b"somebody else's")
    shutil.rmtree(desk.root / "out")  # another machine
    ran = merge(desk, "people.csv", "-o", target, "--resume")
    assert states(ran) == ["skipped", "done", "done", "skipped", "skipped"]
    assert contents(place) == made(local)


def test_a_run_that_was_killed_before_it_knew_goes_on(local: Project, desk: Project, bucket: str) -> None:
    """The store has a letter that no journal knows: it is the same, and is not written again."""
    place = place_of(f"{bucket}/run")
    place.put(LETTERS[0], made(local)[LETTERS[0]])
    before = next(place.list(LETTERS[0])).modified
    assert states(merge(desk, "people.csv", "-o", f"{bucket}/run")) == ["done"] * 5
    assert contents(place) == made(local)
    assert next(place.list(LETTERS[0])).modified == before


def test_what_has_failed_is_read_from_the_store(desk: Project, bucket: str) -> None:
    desk.write("people.csv", ROWS.replace(",3\n", ",three\n"))
    assert merge(desk, "people.csv", "-o", f"{bucket}/run").code == 1
    shutil.rmtree(desk.root / "out")
    listed = desk.cli("runs", f"{bucket}/run", "--json")
    (run,) = listed.json["runs"]
    assert (run["folder"], run["done"], run["failed"]) == (f"{bucket}/run", 4, 1)
    assert desk.cli("runs", f"{bucket}/run", "--failed-csv", "mend.csv").code == 0
    assert "Ada 3" in (desk.root / "mend.csv").read_text(encoding="utf-8-sig")
    nothing = desk.cli("runs", f"{bucket}/nothing", "--json")
    assert [fault["code"] for fault in nothing.json["diagnostics"]] == ["run-missing"]


def test_letters_are_combined_from_the_store_and_into_it(local: Project, desk: Project, bucket: str) -> None:
    ran = merge(desk, "people.csv", "-o", f"{bucket}/run", "--combine", f"{bucket}/print/all.pdf")
    assert ran.code == 0, ran.err
    assert ran.json["summary"]["combined"] == f"{bucket}/print/all.pdf"
    assert place_of(bucket).get("print/all.pdf") == (local.root / "out/all.pdf").read_bytes()
    again = merge(desk, "people.csv", "-o", f"{bucket}/run", "--combine", "all.pdf")  # of letters that are there
    assert states(again) == ["skipped"] * 5
    assert (desk.root / "all.pdf").read_bytes() == (local.root / "out/all.pdf").read_bytes()
    assert list((desk.root / "out").rglob("*.pdf")) == []


def test_a_package_is_made_of_the_store_and_put_there(local: Project, desk: Project, bucket: str) -> None:
    assert merge(desk, "people.csv", "-o", f"{bucket}/run").code == 0
    ran = desk.cli("package", f"{bucket}/run", "-o", f"{bucket}/hand/package.zip", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["file"] == f"{bucket}/hand/package.zip"
    assert place_of(bucket).get("hand/package.zip") == (local.root / "out/package.zip").read_bytes()
    verified = desk.cli("package", "--verify", f"{bucket}/hand/package.zip", "--json")
    assert (verified.code, verified.json["file"], verified.json["letters"]) == (0, f"{bucket}/hand/package.zip", 5)
    place_of(f"{bucket}/run").put(LETTERS[0], b"%PDF-1.7 another")
    changed = desk.cli("package", f"{bucket}/run", "-o", "package.zip", "--json")
    assert [(fault["code"], fault["file"]) for fault in changed.json["diagnostics"]] == [
        ("package-letter-changed", f"{bucket}/run/{LETTERS[0]}")
    ]


def test_a_signed_letter_in_the_store_is_never_replaced_unasked(local: Project, desk: Project, bucket: str) -> None:
    desk.letter("You owe {{ fields.amount }}.\n", FIELDS.replace("title: Director}", "title: Director, sign: digital}"))
    target, name = f"{bucket}/run", LETTERS[0]
    assert merge(desk, "people.csv", "-o", target).code == 0
    place = place_of(target)
    unsigned = place.get(name)
    (desk.root / "one.pdf").write_bytes(unsigned)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LETTERPRESS_PASSPHRASE", "secret")
        assert desk.cli("identity", "new", "--name", "Jo Lind", "--out", "jo.p12").code == 0
        signed = desk.cli("sign", "one.pdf", "--as", "Jo Lind", "--key", "jo.p12")
    assert signed.code == 0, signed.err
    content = (desk.root / "one.pdf").read_bytes()
    place.put(name, content)
    same = merge(desk, "people.csv", "-o", target)
    assert states(same)[0] == "skipped"
    assert "signed-kept" in [fault["code"] for fault in same.json["letters"][0]["diagnostics"]]
    desk.letter("You owe us {{ fields.amount }}.\n", FIELDS)
    changed = merge(desk, "people.csv", "-o", target)
    (fault,) = changed.json["letters"][0]["diagnostics"]
    assert (fault["code"], fault["file"]) == ("signed-not-replaced", f"{target}/{name}")
    assert place.get(name) == content
    assert states(merge(desk, "people.csv", "-o", target, "--replace-signed"))[0] == "done"
    assert place.get(name) != content


def test_an_older_letter_in_the_store_goes_with_what_fails_now(desk: Project, bucket: str) -> None:
    target = f"{bucket}/run"
    assert merge(desk, "people.csv", "-o", target).code == 0
    rows = ROWS.replace("US,2\n", "US,two\n").replace("Ada 5,5 Mill Lane,Bangor,04401,US,5\n", "")
    desk.write("people.csv", rows)
    summary = merge(desk, "people.csv", "-o", target).json["summary"]
    assert (summary["removed"], summary["left"]) == ([LETTERS[1]], [LETTERS[4]])
    assert sorted(contents(place_of(target))) == [LETTERS[0], *LETTERS[2:]]
    assert desk.cli("runs", target, "--json").json["runs"][0]["left"] == [LETTERS[4]]


def test_nothing_is_lost_or_doubled_where_half_of_the_requests_fail(
    local: Project, desk: Project, s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stores.proxy(s3.port, lambda request: "lost" if request.number % 2 else None) as failing:
        monkeypatch.setenv("AWS_ENDPOINT_URL", failing.environment["AWS_ENDPOINT_URL"])
        ran = merge(desk, "people.csv", "-o", f"{bucket}/run")
    assert ran.code == 0, ran.err
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.environment["AWS_ENDPOINT_URL"])
    assert contents(place_of(f"{bucket}/run")) == made(local)


def test_a_store_that_goes_ends_the_run_and_the_next_one_goes_on(
    local: Project, desk: Project, s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERPRESS_STORE_SECONDS", "0.3")

    def gone(request: stores.Request) -> int | None:
        late = "letter-0000" in request.path and not request.path.endswith(("1.pdf", "2.pdf"))
        return 503 if late else None

    with stores.proxy(s3.port, gone) as failing:
        monkeypatch.setenv("AWS_ENDPOINT_URL", failing.environment["AWS_ENDPOINT_URL"])
        ran = merge(desk, "people.csv", "-o", f"{bucket}/run")
    assert (ran.code, ran.json["summary"]["state"]) == (1, "stopped")
    assert {fault["code"] for fault in ran.json["diagnostics"]} == {"store-unreachable"}
    assert stores.SECRET not in ran.out + ran.err
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.environment["AWS_ENDPOINT_URL"])
    assert set(contents(place_of(f"{bucket}/run"))) <= set(LETTERS[:2])
    assert merge(desk, "people.csv", "-o", f"{bucket}/run").code == 0
    assert contents(place_of(f"{bucket}/run")) == made(local)


def test_a_run_that_is_killed_goes_on_and_makes_each_letter_once(
    local: Project, desk: Project, s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies when the store has its third letter, and has not heard of that."""
    running: list[subprocess.Popen[bytes]] = []

    def kill(request: stores.Request) -> str | None:
        if LETTERS[2] in request.path and running:
            os.killpg(running[0].pid, signal.SIGKILL)
            return "lost"
        return None

    command = [sys.executable, "-m", "letterpress", "merge", LETTER, "--data", "people.csv", "--jobs", "1"]
    with stores.proxy(s3.port, kill) as killing:
        monkeypatch.setenv("AWS_ENDPOINT_URL", killing.environment["AWS_ENDPOINT_URL"])
        running.append(
            subprocess.Popen(
                [*command, "-o", f"{bucket}/run"],
                cwd=desk.root,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        assert running[0].wait(120) != 0
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.environment["AWS_ENDPOINT_URL"])
    ran = merge(desk, "people.csv", "-o", f"{bucket}/run", "--resume")
    assert ran.code == 0, ran.err
    assert contents(place_of(f"{bucket}/run")) == made(local)
    assert not list((desk.root / "out").rglob("*.pdf"))


def test_the_place_of_a_run_on_many_machines_is_left_to_it(desk: Project, bucket: str) -> None:
    place_of(f"{bucket}/run").put("run.json", b"{}")
    ran = merge(desk, "people.csv", "-o", f"{bucket}/run")
    assert (ran.code, [fault["code"] for fault in ran.json["diagnostics"]]) == (2, ["run-other"])
    assert [entry.name for entry in place_of(bucket).list()] == ["run/run.json"]


def test_a_dry_run_writes_nothing(desk: Project, bucket: str) -> None:
    assert merge(desk, "people.csv", "-o", f"{bucket}/run", "--dry-run").code == 0
    assert list(place_of(bucket).list()) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["-o", "s3://bucket/run.zip"], "output-unsuitable"),
        (["-o", "s3://bucket/run", "--preview", "2"], "options-conflict"),
        (["-o", "s3://bucket/run", "--eml"], "options-conflict"),
        (["-o", "s3://bucket/run", "--open"], "options-conflict"),
        (["-o", "ftp://host/run"], "store-address"),
        (["-o", "s3a://bucket/run"], "store-address"),
        (["-o", "s3://bucket/run", "--combine", "s3://"], "store-address"),
        (["-o", "s3://bucket/run", "--report", "s3://bucket/report.csv"], "option-wrong"),
    ],
)
def test_what_cannot_work_with_a_store_is_refused(desk: Project, options: list[str], code: str) -> None:
    ran = merge(desk, "people.csv", *options)
    assert (ran.code, [fault["code"] for fault in json.loads(ran.out)["diagnostics"]]) == (2, [code])
    assert not (desk.root / "out").exists()


def test_other_commands_write_files(desk: Project) -> None:
    ran = desk.cli("render", LETTER, "-o", "s3://bucket/letter.pdf", "--json")
    assert (ran.code, [fault["code"] for fault in ran.faults]) == (2, ["option-wrong"])
    assert not (desk.root / "s3:").exists()
