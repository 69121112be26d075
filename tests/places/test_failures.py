"""A store that is not as it should be: what is refused, what is waited for, and that nothing is lost by it."""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from letterpress.errors import LetterpressError, UsageError
from letterpress.places import Place, place_of, probe
from letterpress.places.store import StorePlace
from tests.support import stores
from tests.support.project import ROOT

RACE = """
import sys
from letterpress.places import place_of
place = place_of(sys.argv[1])
place.size("nothing")
for line in sys.stdin:
    print(int(place.create(line.strip(), b"the same of all")), flush=True)
"""


def codes(caught: pytest.ExceptionInfo[LetterpressError]) -> list[str | None]:
    assert stores.SECRET not in str(caught.value)
    return [one.code for one in caught.value.diagnostics]


def store(address: str, seconds: float = 20, request: float = 30) -> Place:
    place = place_of(address)
    assert isinstance(place, StorePlace)
    return replace(place, seconds=seconds, request=request)


def use(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def test_of_three_processes_one_makes_each_file(bucket: str) -> None:
    command = [sys.executable, "-c", RACE, f"{bucket}/run"]
    racing = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(3)
    ]
    made = []
    for number in range(50):
        for process in racing:  # a barrier: all wait for their line
            assert process.stdin is not None
            process.stdin.write(f"shards/{number:06}.json\n")
            process.stdin.flush()
        made.append([process.stdout.readline() == "1\n" for process in racing if process.stdout is not None])
    for process in racing:
        process.communicate(timeout=60)
    assert [process.returncode for process in racing] == [0, 0, 0]
    assert [sum(winners) for winners in made] == [1] * 50
    assert len({winners.index(True) for winners in made}) > 1  # else they did not race


def test_a_store_that_ignores_the_condition_is_refused(
    s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stores.proxy(s3.port, stores.deaf) as deaf:
        use(monkeypatch, deaf.environment)
        with pytest.raises(LetterpressError) as caught:
            probe(store(bucket))
        assert codes(caught) == ["store-condition"]
        assert caught.value.diagnostics[0].file == bucket
        assert list(store(bucket).list()) == []


def test_a_store_that_knows_no_condition_is_refused(
    s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stores.proxy(s3.port, lambda request: 501 if "if-none-match" in request.headers else None) as old:
        use(monkeypatch, old.environment)
        with pytest.raises(LetterpressError) as caught:
            probe(store(bucket, 0.3))
    assert codes(caught) == ["store-condition"]


def test_wrong_credentials_are_refused_at_once(s3: stores.Moto, bucket: str) -> None:
    with s3.strict():
        for call in (
            probe,
            lambda place: place.put("a", b""),
            lambda place: place.size("a"),
            lambda place: list(place.list()),
        ):
            with pytest.raises(UsageError) as caught:
                call(store(bucket))
            assert codes(caught) == ["store-refused"]


def test_a_wrong_key_of_azure_is_refused(container: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", base64.b64encode(stores.SECRET.encode()).decode())
    with pytest.raises(UsageError) as caught:
        probe(store(container))
    assert codes(caught) == ["store-refused"]


def test_a_container_that_is_not_there_is_named(container: str) -> None:
    for call in (probe, lambda place: place.get("a"), lambda place: list(place.list())):
        with pytest.raises(UsageError) as caught:
            call(store("az://no-such-box/run"))
        assert codes(caught) == ["store-missing"]
        assert "no-such-box" in str(caught.value)


@pytest.mark.parametrize("key", ["", "not base64!"])
def test_settings_that_cannot_be_used_are_a_fault(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", key)
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(UsageError) as caught:
        store("az://box/run").get("a")
    assert codes(caught) == ["store-settings"]


def test_a_bucket_that_is_gone_is_named(s3: stores.Moto, bucket: str) -> None:
    name = bucket.removeprefix("s3://")
    s3.drop(name)
    for call in (
        probe,
        lambda place: place.put("a", b""),
        lambda place: place.get("a"),
        lambda place: list(place.list()),
    ):
        with pytest.raises(UsageError) as caught:
            call(store(bucket))
        assert codes(caught) == ["store-missing"]
        assert name in str(caught.value)


def test_nobody_there_is_a_fault_in_the_time_that_is_given(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for call in (lambda place: place.create("a", b""), lambda place: place.get("a")):
        with pytest.raises(LetterpressError) as caught:
            call(store(bucket, 0.1))
        assert codes(caught) == ["store-unreachable"]


@pytest.mark.parametrize("verdict", [503, "lost", "cut"])
def test_nothing_is_lost_where_half_of_the_requests_fail(
    s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch, verdict: int | str
) -> None:
    with stores.proxy(s3.port, lambda request: verdict if request.number % 2 else None) as failing:
        use(monkeypatch, failing.environment)
        place = store(bucket)
        assert [place.create(f"{number}.json", b"mine") for number in (1, 2)] == [True, True]
        assert [place.create(f"{number}.json", b"mine") for number in (1, 2)] == [False, False]
        place.put("a", b"letter")
        assert (place.get("a"), place.size("a"), place.open("a").read()) == (b"letter", 6, b"letter")
        assert [entry.name for entry in place.list()] == ["1.json", "2.json", "a"]
        place.remove("a")
        assert place.size("a") is None


def test_a_conflict_in_a_race_is_tried_again(s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with stores.proxy(s3.port, lambda request: 409 if request.number == 1 else None) as busy:
        use(monkeypatch, busy.environment)
        assert store(bucket).create("a", b"mine")
        assert [request.method for request in busy.seen] == ["PUT", "HEAD", "PUT"]


def test_a_store_that_always_fails_is_a_fault_and_not_endless(
    s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stores.proxy(s3.port, lambda _: 503) as failing:
        use(monkeypatch, failing.environment)
        with pytest.raises(LetterpressError) as caught:
            store(bucket, 0.5).put("a", b"")
        assert codes(caught) == ["store-unreachable"]
        assert "503" in str(caught.value)
        assert len(failing.seen) > 1


def test_a_slow_store_is_waited_for(s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with stores.proxy(s3.port, stores.slow(0.3)) as slow:
        use(monkeypatch, slow.environment)
        assert store(bucket).create("a", b"mine")
        assert store(bucket).get("a") == b"mine"


def test_a_store_that_hangs_once_is_asked_again(s3: stores.Moto, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang_once(request: stores.Request) -> None:
        if request.number == 1:
            time.sleep(1.5)

    with stores.proxy(s3.port, hang_once) as hanging:
        use(monkeypatch, hanging.environment)
        assert store(bucket, request=0.7).create("a", b"mine")
