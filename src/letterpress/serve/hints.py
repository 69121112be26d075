"""Says what to do in the words of a request: where a hint names an option of a command, it names the field of the body.

    say which it is: --map 'Kunde=name'      say which it is: "map": {"Kunde": "name"}

What whoever runs the service decides is said to be theirs. Fields of diagnostics are those of the body, too.

Not here: what the fields are (models.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from letterpress.errors import Diagnostic

_FIELDS = {
    "param": "parameters",
    "set": "fields",
    "data-lang": "data_lang",
    "data-sheet": "sheet",
    "group-by": "group_by",
    **{name: name for name in ("map", "letterhead", "lang", "paper", "copy", "profile", "date", "sign", "enclosures")},
    "carrier": "carrier",
    "marks": "marks",
    "tac": "tac",
    **{name: name for name in ("key", "name", "sheet", "delimiter", "encoding")},
    **{name: name for name in ("size", "skip", "offset", "group", "spool", "redact", "split", "sort", "inserter")},
}
"""Option of a command -> field of a body."""
_LISTS = frozenset(("group-by",))
_PAIRS = frozenset(("map", "set", "param", "sign"))
_RUNS = "whoever runs the service may"
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"or raise --time-limit\b", f"or {_RUNS} raise limits.seconds in serve.toml"),
        (r"or raise --memory-limit\b", f"or {_RUNS} raise limits.memory_mb in serve.toml"),
        (r"(\S+ MB) of --memory-limit\b", r"\1 that a letter may have"),
        (r"look at it alone with -v to see more", "the trace finds it in the service's log"),
        (r"look with -v where; ", ""),
        (r" to the command\b", ""),
        (r", or leave them out with --where\b", ""),
        (r"look at --where and --limit\b", "send other records"),
        (r"--where and --order-by need it", "the choice of records needs it"),
        (r", or leave it out with --unique\b", ""),
        (r"with --data FILE\b", 'as a job with "matrix": true'),
        (r"; a list goes behind --data of (?:merge|`letterpress merge LETTER\.md`)", "; a list is sent to its jobs"),
        (r"letterpress merge LETTER\.md --data \S+", "send it to the jobs of a letter"),
        (r"`letterpress variants --dry-run` lists all; making them finds the rest", "making them finds the rest"),
        (r"`letterpress salutation --offices` lists them all", "docs/salutations.md lists them all"),
        (r"`letterpress letterheads` lists them", "GET /v1/letterheads lists them"),
        (r"`letterpress carriers` lists them", "GET /v1/carriers lists them"),
        (r"add --tsa URL, or sign at B-B", f"{_RUNS} name a tsa for the key in serve.toml"),
        (r"name another --tsa, or allow B-B by --tsa-optional", f"{_RUNS} name another tsa in serve.toml"),
        (r"add --on-behalf\b", f"{_RUNS} set on_behalf for the key in serve.toml"),
        (r"add the chain with --cert CHAIN\.pem", f"{_RUNS} add the chain to the key"),
        (r", or name its file with --cert\b", f", or {_RUNS} name its file as certificates in serve.toml"),
        (r"add --replace-signed to take the signatures away, or choose another place with -o", "sign another copy"),
        (r"make the letter again with --again", "begin the job again"),
        (r"make (?:them|the letters) anew: the same merge with --again", "begin the job again"),
        (
            r"see `letterpress runs --failures`; mend the list, and run the same merge again",
            "mend what failed, and send it as another job",
        ),
        (r"see `letterpress runs`(?: for the reasons)?", "see the results of the job"),
        (r"such as --weights 20,50,500,1000", 'such as "weights": [20, 50, 500, 1000]'),
        (r"such as --offset 1\.5,-0\.5", 'such as "offset": [1.5, -0.5]'),
        (r"such as --split 5000 or --split country,5000", 'such as "split": [5000] or "split": ["country", 5000]'),
        (r"or leave out --codes", 'or leave out "codes"'),
        (r"leave it out with --no-return-address", 'leave it out with "return_address": false'),
        (
            r"`letterpress preflight` with such a file says the reasons",
            "POST /v1/preflight with such a file says the reasons",
        ),
        (
            r"name the \.zip that `letterpress package -o` was given, or the folder that it was unpacked into",
            "send the .zip as it was made",
        ),
        (r"choose another folder with -o, or --name\b", 'give another "name"'),
        (r"--trust, or sign at B-T\b", "the project's trust/, or sign at B-T"),
        (r"answer the prompt, or set LETTERPRESS_PASSPHRASE, or use --passphrase-fd N", f"{_RUNS} set it"),
    )
)
"""Sentences that say what the one at the terminal does, and what they are to a program."""
_OPTION = re.compile(
    r"--(?P<name>[a-z][a-z-]*[a-z])"
    r"(?:[ =](?P<given>'(?:[^']|'(?=\w))*'|(?:[\w.]+=\S+?(?=[,;]*(?:\s|$)))|(?:today|lower|refuse|[A-Z]{4,})\b))?"
)
_PAIR = re.compile(r"'([^'=]+)=([^'=]*)'")
_MAP = re.compile(r"(map: )?\{([^{}:\"]+): ([^{}:\"]+)\}")
_ENCODING = re.compile(r"--encoding ([\w-]+)(?= \()")
_QUOTED = re.compile(r"'(--[a-z-]+ \w+)'")
_TWICE = re.compile(r"(\"map\": \{[^{}]*\}), or \1")


def of_request(fault: Diagnostic) -> Diagnostic:
    """Give a diagnostic to a program that knows the service and no command."""
    hint, field = fault.hint, fault.field
    if hint:
        hint = said(hint)
    if field and field.startswith("--"):
        field = _FIELDS.get(field[2:], field[2:].replace("-", "_"))
    return fault if (hint, field) == (fault.hint, fault.field) else replace(fault, hint=hint, field=field)


def said(hint: str) -> str:
    """Write a hint for the body of a request."""
    if "--" not in hint and "map:" not in hint and "letterpress " not in hint and "-v" not in hint:
        return hint
    for pattern, instead in _SENTENCES:
        hint = pattern.sub(instead, hint)
    if "--map" in hint:  # further pairs may follow: --map 'A=name', or 'A=ignore'
        first, _, rest = hint.partition("--map ")
        hint = f'{first}"map": {_PAIR.sub(lambda pair: _json({pair[1]: pair[2]}), rest)}'
    if "map: " in hint:
        hint = _MAP.sub(lambda pair: ('"map": ' if pair[1] else "") + _json({pair[2]: pair[3]}), hint)
    hint = _TWICE.sub(r"\1", re.sub(r"\bmap:", '"map"', hint))
    hint = _ENCODING.sub(lambda given: f'"encoding": "{given[1]}"', _QUOTED.sub(r"\1", hint))
    return _OPTION.sub(_field, hint)


def _field(option: re.Match[str]) -> str:
    """The field of an option, with the value that the hint gives it."""
    name, given = option["name"], (option["given"] or "").strip("'")
    field = _FIELDS.get(name)
    if field is None:
        return option[0]
    if not given:
        return f'"{field}"'
    write: Callable[[str], object] = _value_of(name)
    return f'"{field}": {_json(write(given))}'


def _value_of(name: str) -> Callable[[str], object]:
    if name in _PAIRS:
        return lambda given: dict([given.partition("=")[::2]])
    if name in _LISTS:
        return lambda given: given.split(",")
    return str


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
