"""Every pair of what can be asked for together works, and is right by an independent look, or is refused with its reason."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.pairs import apart, judging, letters
from tests.support import needs, stores
from tests.support.project import ROOT, Project, letterheads_here

_PARTS = 4
"""The rows are tried in so many tests, which may run beside each other."""


@pytest.fixture
def desk(project: Project, s3: stores.Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[judging.Desk]:
    """A project, a bucket, and the keys of this machine."""
    for package, distribution in (("zxingcpp", "zxing-cpp"), ("facturx", "factur-x")):
        needs.package(package, distribution)
    if not {"arabic", "japanese"} <= set(letterheads_here(ROOT)):
        needs.lack("font", "the letterheads 'arabic' and 'japanese' need fonts of the system")
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", letters.PASSPHRASE)
    monkeypatch.setenv("LETTERPRESS_KEYS", str(project.root))
    return judging.Desk(project, s3.bucket(f"bucket-{os.urandom(6).hex()}"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
def test_every_pair_that_can_be_asked_for_together_works(desk: judging.Desk, part: int) -> None:
    wrong = [said for row in judging.rows(2)[part::_PARTS] for said in desk.works(row)]
    assert wrong == []


def test_what_goes_apart_is_refused_and_the_refusal_names_both(desk: judging.Desk) -> None:
    assert [said for one in apart.APART for said in desk.refuses(one)] == []
