"""Inputs that are nearly right: texts of tokens that mean something, and good files with a few bytes changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st


def soup(tokens: Sequence[str], most: int = 30) -> st.SearchStrategy[str]:
    """A text of up to `most` pieces: tokens of the format, and now and then any characters."""
    anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
    return st.lists(st.one_of(st.sampled_from(tokens), st.sampled_from(tokens), anything), max_size=most).map("".join)


def changed(corpus: Sequence[bytes], tokens: Sequence[bytes], most: int = 5) -> st.SearchStrategy[bytes]:
    """A file of `corpus` with one to `most` changes: bytes flipped, cut out, doubled, replaced, tokens put in."""
    change = st.tuples(
        st.sampled_from(("flip", "cut", "double", "insert", "replace", "truncate", "number")),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 400),
        st.sampled_from(tokens),
    )
    return st.builds(_apply, st.sampled_from(corpus), st.lists(change, min_size=1, max_size=most))


def _apply(data: bytes, changes: Sequence[tuple[str, float, int, bytes]]) -> bytes:
    for change in changes:
        data = _change(data, *change)
    return data


def _change(data: bytes, kind: str, place: float, size: int, token: bytes) -> bytes:
    at = int(place * len(data))
    part = data[at : at + size]
    match kind:
        case "flip":
            return data[:at] + bytes(byte ^ (1 << size % 8) for byte in part[:1]) + data[at + 1 :]
        case "cut":
            return data[:at] + data[at + size :]
        case "double":
            return data[:at] + part + part + data[at + size :]
        case "insert":
            return data[:at] + token + data[at:]
        case "replace":
            return data[:at] + token + data[at + len(token) :]
        case "truncate":
            return data[:at]
    return _other_number(data, at, size)


def _other_number(data: bytes, at: int, size: int) -> bytes:
    """The next number in figures becomes another one of the kinds that readers stumble over."""
    begin = next((index for index in range(at, len(data)) if 48 <= data[index] <= 57), None)
    if begin is None:
        return data
    end = begin
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    value = int(data[begin:end][:18])
    others: list[Any] = [0, -1, value + 1, value - 1, value * 1000, 2**31, 2**63, 10**30, f"{value}.5", f"00{value}"]
    return data[:begin] + str(others[size % len(others)]).encode() + data[end:]
