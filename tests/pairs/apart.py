"""Which values are refused together: by which code, and what the refusal names.

Each is tried alone (all else asks for nothing), and no row of the covering set has one: what is refused would hide all else that
a row asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.pairs.covering import Combination, Row


class Apart(NamedTuple):
    """Values that are refused together, and how."""

    values: Row
    code: str
    """Of the diagnostic."""
    said: tuple[str, ...]
    """What the diagnostic names, of both."""


def _each(code: str, said: str, **values: str) -> Iterator[Apart]:
    """Every combination of the values, which are named with blanks between."""
    rows: list[Row] = [{}]
    for axis, named in values.items():
        rows = [{**row, axis: value} for row in rows for value in named.split()]
    for row in rows:
        yield Apart(row, code, tuple(said.format(**row).split("|")))


_PRINTED = "one sorted omr camera sheets"
_LOB = {"carrier": "lob", "letterhead": "us-business"}
_LATIN = "din5008 plain us-business band"

APART: tuple[Apart, ...] = (
    # Paper, and the letterheads that are made for it.
    *_each("paper-unfit", "'{letterhead}'|'letter'", letterhead="din5008 band arabic japanese", paper="letter"),
    *_each("paper-unfit", "'us-business'|'a4'", letterhead="us-business", paper="a4"),
    # Languages whose characters no font of a letterhead has.
    *_each("character-missing", "ARABIC|Source Serif Pro", lang="ar", letterhead=f"{_LATIN} japanese"),
    *_each("character-missing", "IDEOGRAPHIC|Source Serif Pro", lang="ja", letterhead=f"{_LATIN} arabic"),
    # Carriers.
    *_each("carrier-unfit", "Pingen|'{letterhead}'", carrier="pingen", letterhead="plain arabic"),
    *_each("carrier-unfit", "Pingen|letter", carrier="pingen", letterhead="us-business"),
    *_each("carrier-unfit", "Pingen|'band'", carrier="pingen", letterhead="band"),
    *_each("carrier-unfit", "Lob|a4", carrier="lob", letterhead="din5008 band arabic japanese"),
    *_each("carrier-unfit", "Lob|'plain'", carrier="lob", letterhead="plain"),
    *_each("carrier-colors", "CMYK|{profile}", carrier="print-shop", profile="archive screen"),
    *_each("carrier-colors", "CMYK|{profile}", **_LOB, profile="archive screen"),
    *_each("carrier-unfit", "Pingen|crop marks", carrier="pingen", profile="press press-x1a", ink="marks"),
    *_each("carrier-unfit", "Lob|crop marks", **_LOB, ink="marks"),
    # Press copies and signatures.
    *_each("press-signed", "press copy|signature", profile="press press-x1a", sign="key in-order"),
    *_each("press-signed", "press copy|signature", carrier="print-shop", sign="key in-order"),
    *_each("press-signed", "press copy|signature", **_LOB, sign="key in-order"),
    *_each("conformed-signed", "conformed copy|signature", copy="conformed", sign="key in-order"),
    *_each("press-transparent", "overlay|PDF/X-1a", beside="overlay", profile="press-x1a"),
    *_each("press-transparent", "overlay|PDF/X-1a", beside="overlay", **_LOB),
    # Enclosures.
    *_each("enclosure-conformance", "annex.pdf|PDF/A-3a", enclosures="refuse", profile="unsaid archive press"),
    # One file of letters that are signed.
    *_each("options-conflict", "--combine|signed", combine=_PRINTED, sign="key in-order"),
    *_each("options-conflict", "--pack|signed", command="on-local shard", pack="spool", sign="key in-order"),
    # What an inserting machine reads, and windows.
    *_each("inserter-crosses", "inserting machine|window of", combine="omr", letterhead="din5008 band"),
    # Runs on many machines.
    *_each("options-conflict", "--combine|many machines", command="on-local", combine=_PRINTED),
    *_each("options-conflict", "--eml|many machines", command="on-local", beside="eml"),
    *_each("options-conflict", "--verify-plates|many machines", command="on-local", plates="compared"),
    *_each("options-conflict", "FILE.zip|many machines", command="on-local", place="archive"),
    # Runs of a list.
    *_each("option-alone", "--combine|--data", command="variants", combine=_PRINTED),
    *_each("option-alone", "--verify-plates|--data", command="variants", plates="compared"),
    *_each("option-alone", "--{beside}|--data", command="variants", beside="report eml"),
    *_each("options-conflict", "--eml|archive", beside="eml", place="archive"),
    *_each("options-conflict", "--eml|object storage", beside="eml", place="store"),
    # Places.
    *_each("option-wrong", "--output|URL", command="render envelopes labels", place="store"),
    *_each("output-unsuitable", "--output|URL", command="variants", place="store"),
    *_each("output-unsuitable", "--output|.zip", command="render variants shard envelopes labels", place="archive"),
    # Codes.
    *_each("code-paper", "payment slip|A4", codes="slip", letterhead="us-business"),
    *_each("code-paper", "payment slip|A4", codes="slip", letterhead="plain", paper="letter"),
    *_each("standard-missing", "--overlay|'plain'", beside="overlay", letterhead="plain"),
    *_each("standard-missing", "--overlay|'arabic'", beside="overlay", letterhead="arabic"),
    *_each("zone-too-low", "address|code", codes="kix", carrier="pingen"),
    *_each("zone-occupied", "'Receipt'|Pingen", codes="slip", carrier="pingen"),
    # Envelopes and labels.
    *_each("profile-unfit", "envelopes and labels|PDF/X-1a", command="envelopes labels", **_LOB),
    *_each("profile-unfit", "envelopes and labels|PDF/X-1a", command="envelopes labels", profile="press-x1a"),
    *_each("choice-unknown", "--sign|jo.p12", command="envelopes labels", sign="key in-order"),
)


def never() -> list[Combination]:
    """The values that go apart."""
    return [frozenset(one.values.items()) for one in APART]
