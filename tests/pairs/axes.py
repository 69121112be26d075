"""What can be asked for together: axes with their values, and which of them go apart.

A value has options of the command, or is something of the letter (letters.py). What a command does not have cannot be
asked of it; which options it has is read from click's own commands.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from letterpress.cli import COMMANDS
from tests.pairs.covering import Combination, Row

RUNS = ("merge", "variants-of-records", "on-local", "shard")
"""Ways to make the letters of a list."""
TYPED: dict[str, str] = {
    "render": "render",
    "merge": "merge",
    "variants": "variants",
    "variants-of-records": "variants --data list.json",
    "on-local": "merge --on local",
    "shard": "plan",
    "envelopes": "envelopes --size c5",
    "labels": "labels --sheet avery-l7160",
}
"""What is typed for each way to make letters."""
KEY, OTHER_KEY = "--sign Jo_Lind=jo.p12", "--sign Ann_Kay=ann.p12"
"""A blank in a value is written as `_`."""

AXES: dict[str, dict[str, str]] = {
    "command": TYPED,
    "profile": {
        "unsaid": "",
        "archive": "--profile archive",
        "screen": "--profile screen",
        "press": "--profile press",
        "press-x1a": "--profile press-x1a",
    },
    "copy": {
        "unsaid": "",
        "draft": "--copy draft",
        "file": "--copy file",
        "conformed": "--copy conformed",
        "cc": "--copy cc:Mia_Orr",
        "every": "--copies",
    },
    "sign": {
        "pen": "",
        "conformed": "--sign Jo_Lind=conformed",
        "ink": "--sign Jo_Lind=ink",
        "digital": "--sign Jo_Lind=digital",
        "key": KEY,
        "in-order": f"{KEY} {OTHER_KEY}",
    },
    "carrier": {
        "unsaid": "",
        "pingen": "--carrier pingen",
        "lob": "--carrier lob",
        "print-shop": "--carrier print-shop",
    },
    "codes": dict.fromkeys(("none", "matrix", "epc", "slip", "kix"), ""),
    "combine": {
        "none": "",
        "one": "--combine all.pdf",
        "sorted": "--combine all.pdf --duplex --split 1 --sort postcode",
        "omr": "--combine all.pdf --inserter quadient-ds95",
        "camera": "--combine all.pdf --inserter data-matrix",
        "sheets": "--combine all.pdf --insert-sheet divider.md",
    },
    "place": {"folder": "-o out/run", "archive": "-o out/run.zip", "store": "-o STORE"},
    "lang": dict.fromkeys(("en-GB", "de-CH", "ar", "ja"), ""),
    "records": {
        "all": "",
        "chosen": "--where number<>'R-4713' --order-by number --limit 2",
        "grouped": "--group-by name",
        "unique": "--unique --sample 2",
    },
    "plates": {"unsaid": "", "compared": "--verify-plates all"},
    "enclosures": {"none": "", "words": "", "pdf": "", "lower": "--enclosures lower", "refuse": "--enclosures refuse"},
    "letterhead": {
        name: f"--letterhead {name}" for name in ("din5008", "plain", "us-business", "band", "arabic", "japanese")
    },
    "paper": {"unsaid": "", "a4": "--paper a4", "letter": "--paper letter"},
    "strict": {"unsaid": "", "strict": "--strict"},
    "files": dict.fromkeys(("none", "attachment", "invoice"), ""),
    "limits": {"unsaid": "", "given": "--time-limit 90 --memory-limit 900"},
    "beside": {
        "nothing": "",
        "eml": "--eml",
        "png": "--png --dpi 50",
        "overlay": "--overlay",
        "report": "--report r.csv",
    },
    "ink": {"unsaid": "", "marks": "--marks", "tac": "--tac 280"},
    "jobs": {"none": "--jobs 0", "one": "--jobs 1"},
    "printed": dict.fromkeys(("no", "stationery"), ""),
    "pack": {"unsaid": "", "spool": "--pack spool", "files": "--pack files"},
}
"""Axis -> value -> the options that ask for it. The first value of an axis asks for nothing more."""
SUITE: dict[str, str] = {
    "command": "render merge variants-of-records shard envelopes",
    "profile": "unsaid screen press press-x1a",
    "copy": "unsaid file conformed cc",
    "sign": "pen ink digital key",
    "carrier": "unsaid pingen print-shop",
    "codes": "none matrix slip",
    "combine": "none sorted camera sheets",
    "place": "folder archive store",
    "lang": "en-GB ar",
    "records": "all grouped",
    "plates": "unsaid compared",
    "enclosures": "none pdf lower",
    "letterhead": "din5008 plain arabic",
    "strict": "unsaid strict",
    "files": "none attachment invoice",
    "beside": "nothing eml overlay",
    "ink": "unsaid marks",
    "printed": "no stationery",
    "pack": "unsaid spool",
}
"""The axes and values of the suite's set, which has to be quick."""


def default(axis: str) -> str:
    """The value that asks for nothing."""
    return next(iter(AXES[axis]))


@cache
def options_of(command: str) -> frozenset[str]:
    """The options that a way to make letters has."""
    name = TYPED[command].split()[0]
    module, _, function = COMMANDS[name][0].partition(":")
    found = getattr(import_module(module), function)
    has = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    of_lists = command in RUNS or name in ("envelopes", "labels")
    return frozenset(has - {"--data"} if of_lists else has)


@cache
def can_ask(command: str, axis: str, value: str) -> bool:
    """Whether a command has the options of a value; of what is in the letter alone, whether it is for such commands."""
    typed = AXES[axis][value].split()
    if command not in ("on-local", "shard") and axis == "pack":
        return value == default(axis)
    if command == "variants" and axis == "records":
        return value == default(axis)
    return axis == "command" or all(one in options_of(command) for one in typed if one.startswith("-") and one != "-o")


def not_asked() -> list[Combination]:
    """What cannot be asked for together: a command does not have the options of a value."""
    return [
        frozenset({("command", command), (axis, value)})
        for command in TYPED
        for axis, values in AXES.items()
        for value in values
        if axis != "command" and value != default(axis) and not can_ask(command, axis, value)
    ]


def typed(row: Row, store: str) -> list[str]:
    """What is typed for a row, without the letter and the list."""
    words = [*TYPED[row["command"]].split()]
    has = options_of(row["command"])
    for axis, value in row.items():
        for word in AXES[axis][value].split() if axis != "command" else ():
            words.append(word.replace("_", " ").replace("STORE", store) if not word.startswith("-") else word)
        if axis == "jobs" and "--jobs" not in has:
            del words[-2:]
    return words
