"""What tests of runs on many machines share: a small project with a list, its plan, and what its manifests hold."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from letterpress import api
from letterpress.batch.list_plan import Reading
from letterpress.model import Choices
from letterpress.places import Place, place_of
from letterpress.shards import driver, planning
from letterpress.shards.engine import Engine
from letterpress.shards.local_engine import LocalEngine
from letterpress.shards.manifest import Made
from letterpress.shards.node import Crew
from letterpress.shards.planning import Planned
from letterpress.shards.run import Run

LETTER = """---
letterhead: plain
lang: en-GB
date: 2026-11-02
subject: Your membership
signatories: [{name: Ada Brook}]
fields:
  act: {type: text}
---
Your number is {{ fields.act }}.
"""
QUICK = "tests.support.makers:quick"


def project(root: Path, acts: list[str], *, names: list[str] | None = None, letter: str = LETTER) -> Path:
    """A project whose list has a record for each act; gives the list."""
    (root / "content/letters").mkdir(parents=True)
    (root / "content/letters/letter.md").write_text(letter, encoding="utf-8")
    data = root / "people.csv"
    rows = [
        f"{(names or [])[at - 1] if names else f'Name {at}'},{at} Quay Road,Portland,ME,04101,US,{act}"
        for at, act in enumerate(acts, start=1)
    ]
    data.write_text("name,street,city,region,postcode,country,act\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return data


def plan(root: Path, place: Place, *, size: int = 5, job: dict[str, Any] | None = None, **asked: Any) -> Planned:
    """Plan a run of that project's letter and list."""
    chosen = replace(api.job(api.load(root / "content/letters/letter.md")), **(job or {}))
    about: dict[str, Any] = {"reading": Reading(), "data": str(root / "people.csv"), **asked}
    return planning.planned(planning.Asked(job=chosen, shard_size=size, **about), place)


def signed(root: Path, acts: tuple[str, ...] = ("a",), *, size: int = 2, keys: Path | None = None) -> tuple[Run, Place]:
    """A run whose letters Ada Brook signs, planned; her key is `keys/ada.p12`, opened by `open`."""
    from letterpress import signing

    project(root, list(acts))
    key = (keys or root / "keys") / "ada.p12"
    if not key.exists():
        key.parent.mkdir()
        signing.new_identity("Ada Brook", key, passphrase="open")
    signer = signing.from_pkcs12(key, "open")
    job = {
        "choices": Choices(sign=(("Ada Brook", "digital"),)),
        "signed_by": (hashlib.sha256(signer.chain[0]).hexdigest(),),
    }
    place = place_of(root / "out")
    return plan(root, place, size=size, job=job, signers=(("Ada Brook", "ada.p12"),)).run, place


def work(run: Run, place: Place, engine: Engine | None = None, **crew: Any) -> driver.Driver:
    """Make what is missing, on this machine unless another engine is given."""
    found = driver.Driver(run, place)
    chosen: dict[str, Any] = {"jobs": 2, "press": QUICK, **crew}
    for _ in found.work(engine or LocalEngine(run, place, Crew(**chosen))):
        pass
    return found


def made(root: Path, acts: list[str], *, size: int = 5, **asked: Any) -> tuple[Run, Place]:
    """A run of quick letters that is made."""
    project(root, acts)
    place = place_of(root / "out")
    run = plan(root, place, size=size, **asked).run
    work(run, place)
    return run, place


class Blind:
    """A place that hides what is there from whoever only looks: as when two look at the same moment."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def size(self, name: str) -> int | None:
        return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place, name)


def is_whole(letter: Made, content: bytes) -> bool:
    """Whether a letter that is held has just the bytes that its manifest says."""
    if letter.status != "done":
        return content == b""
    return hashlib.sha256(content).hexdigest() == letter.sha256 and len(content) == letter.size


def held(run: Run, place: Place) -> dict[int, tuple[Made, bytes]]:
    """Every letter that the manifests hold, by its place in the run, with its bytes: each once, and as the manifest says."""
    letters: dict[int, tuple[Made, bytes]] = {}
    for manifest in driver.manifests(run, place):
        archive = None if manifest.bundle is None else zipfile.ZipFile(io.BytesIO(place.get(manifest.bundle)))
        names = [] if archive is None else archive.namelist()
        assert names == [letter.output for letter in manifest.letters if letter.status == "done" and archive]
        for letter in manifest.letters:
            assert letter.seq not in letters, f"record {letter.record} is there twice"
            content = b""
            if letter.output is not None:
                content = place.get(letter.output) if archive is None else archive.read(letter.output)
            letters[letter.seq] = letter, content
    return letters
