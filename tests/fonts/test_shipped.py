"""Cuts of the faces that ship."""

from __future__ import annotations

import logging

import pytest

from letterpress.fonts import shipped


def test_a_face_is_cut_without_a_word_of_its_tables(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for family in {face.family: face for face in shipped.shipped()}.values():
            shipped.subset(family, frozenset((3, 4)))
    assert caplog.messages == []
