"""A crew answers the newest request, and outlives whatever a request does to its worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import pytest

from letterpress.errors import LetterpressError
from letterpress.interactive import crew as crew_module
from letterpress.interactive.answers import Superseded
from letterpress.interactive.crew import Crew, Request
from letterpress.interactive.fairness import Turns
from letterpress.processes.limits import Limits, Point

ECHO, WAIT, HARM, NAP, READY = (f"tests.support.answers:{name}" for name in ("echo", "wait", "harm", "nap", "ready"))


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew(ready=READY)
    yield crew
    crew.close()


def _answer(request: Request) -> Any:
    return request.answer.result(timeout=60)


def test_the_newest_request_of_a_subject_is_answered(crew: Crew, tmp_path: Path) -> None:
    """One is under way; of those that come meanwhile only the last is begun, once that one has been told to end."""
    begun: list[object] = []
    under_way = threading.Event()

    def tell(kind: str, news: object) -> None:
        if kind == "begun":
            begun.append(news)
            under_way.set()

    flag = str(tmp_path / "flag")
    first = crew.ask(WAIT, flag, 1, subject="page", tell=tell)
    assert under_way.wait(60)
    other = crew.ask(ECHO, "another subject", subject="list", tell=tell)
    later = [crew.ask(ECHO, number, subject="page", tell=tell) for number in (2, 3, 4)]
    assert _answer(later[-1])[1] == 4
    assert _answer(other)[1] == "another subject"
    for dropped in (first, *later[:-1]):
        with pytest.raises(Superseded):
            _answer(dropped)
    assert begun == [1, "another subject", 4]


def test_nothing_waits_until_it_is_asked_for(crew: Crew) -> None:
    """A crew without work waits, and the same worker answers whatever comes."""
    pids = {_answer(crew.ask(ECHO, number))[0] for number in range(3)}
    assert pids == set(crew.pids)


def test_what_is_asked_for_first_goes_before_what_waits(crew: Crew, tmp_path: Path) -> None:
    order: list[object] = []
    under_way = threading.Event()

    def tell(kind: str, news: object) -> None:
        if kind == "begun":
            order.append(news)
            under_way.set()

    flag = tmp_path / "flag"
    requests = [crew.ask(WAIT, str(flag), "under way", tell=tell)]
    assert under_way.wait(60)
    requests.append(crew.ask(ECHO, "waits", tell=tell))
    requests.append(crew.ask(ECHO, "first", tell=tell, first=True))
    flag.touch()
    wait([request.answer for request in requests], timeout=60)
    assert order == ["under way", "first", "waits"]


def test_nobody_waits_behind_all_that_another_has_sent(crew: Crew, tmp_path: Path) -> None:
    order: list[object] = []
    under_way = threading.Event()

    def tell(kind: str, news: object) -> None:
        if kind == "begun":
            order.append(news)
            under_way.set()

    flag = tmp_path / "flag"
    requests = [crew.ask(WAIT, str(flag), "a 1", tell=tell, owner="a")]
    assert under_way.wait(60)
    requests += [crew.ask(ECHO, name, tell=tell, owner=name[0]) for name in ("a 2", "a 3", "b 1", "b 2")]
    flag.touch()
    wait([request.answer for request in requests], timeout=60)
    assert order == ["a 1", "b 1", "a 2", "b 2", "a 3"]


def test_whose_answers_take_long_leaves_a_worker_to_the_others() -> None:
    def asked(owner: str) -> Request:
        request = Request("", (), None, None, Point())
        request.owner = owner
        return request

    turns, slow, quick = Turns(2), [asked("slow") for _ in range(3)], asked("quick")
    turns.asked("slow", now=0)
    assert turns.following(slow[:2], [], now=0) is slow[0]
    assert turns.following(slow[1:2], slow[:1], now=0) is slow[1]  # nothing is known of it
    turns.answered("slow", 7.0)
    assert turns.following(slow[2:], slow[:1], now=1) is slow[2]  # nobody else asks
    turns.asked("quick", now=2)
    assert turns.following(slow[2:], slow[:1], now=3) is None
    assert turns.following([*slow[2:], quick], slow[:1], now=3) is quick
    assert turns.following(slow[2:], [quick], now=3) is slow[2]
    assert turns.following(slow[2:], slow[:1], now=100) is slow[2]
    assert Turns(1).following(slow, [], now=0) is slow[0]


def test_a_request_that_harms_its_worker_harms_no_other() -> None:
    """What hangs or eats memory is ended at the limit; what crashes is named."""
    small = Crew(ready=READY, limits=Limits(memory_mb=400), name="small")
    short = Crew(ready=READY, limits=Limits(seconds=1), name="short")
    try:
        harms = {
            kind: crew.ask(HARM, kind, point=Point(file="offer.md", stage="laying out the letter"))
            for kind, crew in (("hang", short), ("memory", small), ("crash", small), ("fail", small))
        }
        codes = {}
        for kind in ("hang", "memory", "crash"):
            with pytest.raises(LetterpressError) as raised:
                _answer(harms[kind])
            (fault,) = raised.value.diagnostics
            assert fault.file == "offer.md"
            codes[kind] = fault.code
        assert codes == {"hang": "limit-time", "memory": "limit-memory", "crash": "process-ended"}
        with pytest.raises(KeyError):
            _answer(harms["fail"])
        for crew in (small, short):
            assert _answer(crew.ask(ECHO, "after"))[1] == "after"
    finally:
        small.close()
        short.close()


def test_a_hanging_request_is_ended_once_it_is_replaced(crew: Crew) -> None:
    under_way = threading.Event()
    hanging = crew.ask(HARM, "hang", subject="page", tell=lambda *_: under_way.set())
    assert under_way.wait(60)
    (worker,) = crew.pids
    pid, value = _answer(crew.ask(ECHO, "newer", subject="page"))
    assert (value, pid != worker) == ("newer", True)
    with pytest.raises(Superseded):
        _answer(hanging)


def test_a_long_answer_is_waited_for_where_answers_are_long(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long letter takes its time with each key: its worker is not ended for that."""
    monkeypatch.setattr(crew_module, "PATIENCE", 0.05)
    worker = _answer(crew.ask(NAP, 0.3, subject="page"))
    under_way = threading.Event()
    older = crew.ask(NAP, 0.3, subject="page", tell=lambda *_: under_way.set())
    assert under_way.wait(60)
    assert _answer(crew.ask(ECHO, "newer", subject="page")) == (worker, "newer")
    with pytest.raises(Superseded):
        _answer(older)


def test_who_closes_a_crew_waits_for_nothing() -> None:
    crew = Crew(ready=READY)
    under_way = threading.Event()
    requests = [crew.ask(HARM, "hang", tell=lambda *_: under_way.set()), crew.ask(ECHO, "waits")]
    assert under_way.wait(60)
    crew.close()
    for request in requests:
        with pytest.raises(Superseded):
            _answer(request)
    with pytest.raises(RuntimeError):
        crew.ask(ECHO, "too late")


def test_a_crew_that_is_not_made_ready_starts_with_its_first_request() -> None:
    crew = Crew(ready=None, name="late")
    try:
        assert crew.pids == []
        assert crew.ask(READY).answer.result(timeout=60) is None
        assert len(crew.pids) == 1
    finally:
        crew.close()
